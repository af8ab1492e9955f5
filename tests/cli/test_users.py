"""`digest users`, as somebody types it: accounts made, changed and removed, and never a password shown."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsroom import write_newsroom

PASSWORD = "nine herons over the mill"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_newsroom(tmp_path)
    return tmp_path


def digest(folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "digest.cli.main", "-C", str(folder), *arguments]
    environment = {**os.environ, "NO_COLOR": "1", "DIGEST_DESK_HOST": ""}
    return subprocess.run(program, input=given, capture_output=True, text=True, check=False, env=environment)


def people(folder: Path) -> dict[str, str]:
    listed = json.loads(digest(folder, "users", "list", "--json").stdout)
    return {one["name"]: "disabled" if one["disabled"] else one["role"] for one in listed}


def test_an_account_lives_from_its_invitation_to_its_removal(folder: Path) -> None:
    added = digest(folder, "users", "add", "Ida", "--email", "ida@gazette.example")
    assert added.returncode == 0, added.stderr
    assert added.stdout.startswith("http://127.0.0.1:8420/login/invitation/")

    digest(folder, "users", "add", "bo", "--password-stdin", given=PASSWORD + "\n")
    assert people(folder) == {"ida": "admin", "bo": "editor"}

    digest(folder, "users", "role", "bo", "approver")
    assert people(folder)["bo"] == "approver"
    digest(folder, "users", "disable", "bo")
    assert people(folder)["bo"] == "disabled"
    digest(folder, "users", "enable", "bo")
    digest(folder, "users", "remove", "bo", "--yes")
    assert people(folder) == {"ida": "admin"}

    log = json.loads(digest(folder, "users", "log", "--about", "account bo", "--json").stdout)
    assert [line["what"] for line in reversed(log)] == [
        "added as editor", "given a new password", "editor became approver", "disabled", "enabled", "removed",
    ]  # fmt: skip


def test_the_first_account_is_an_admin_and_the_last_admin_stays(folder: Path) -> None:
    assert digest(folder, "users", "add", "ida", "--role", "editor").returncode == 2
    digest(folder, "users", "add", "ida")

    for arguments in (["remove", "ida", "--yes"], ["disable", "ida"], ["role", "ida", "reader"]):
        refused = digest(folder, "users", *arguments)
        assert refused.returncode == 2
        assert "there is no other admin" in refused.stderr


def test_a_password_that_will_not_do_adds_nobody_and_is_not_shown(folder: Path) -> None:
    refused = digest(folder, "users", "add", "ida", "--password-stdin", given="short one\n")

    assert refused.returncode == 2
    assert "12 characters" in refused.stderr
    assert "short one" not in refused.stderr + refused.stdout
    assert people(folder) == {}


def test_a_dry_run_changes_nothing(folder: Path) -> None:
    digest(folder, "users", "add", "ida")
    digest(folder, "users", "add", "bo")

    for arguments in (["role", "bo", "admin"], ["disable", "bo"], ["remove", "bo"], ["totp", "reset", "bo"]):
        told = digest(folder, "users", *arguments, "--dry-run")
        assert told.returncode == 0
        assert "would" in told.stderr

    assert people(folder) == {"ida": "admin", "bo": "editor"}


def test_nobody_is_asked_where_nobody_sits(folder: Path) -> None:
    digest(folder, "users", "add", "ida")

    assert digest(folder, "users", "password", "ida", "--ask").returncode == 2
    assert digest(folder, "users", "remove", "ida").returncode == 2


@pytest.mark.parametrize("where", [["--host", "0.0.0.0"], ["--desk-host", "desk.gazette.example"]])
def test_the_desk_is_not_opened_to_others_while_nobody_has_an_account(folder: Path, where: list[str]) -> None:
    refused = digest(folder, "serve", "--port", "0", "--no-clock", *where)

    assert refused.returncode == 2
    assert "digest users add" in refused.stderr


def test_what_is_done_to_readers_stands_in_the_log_without_their_addresses(folder: Path) -> None:
    digest(folder, "subscribers", "import", "subscribers/readers.csv", "--apply", "--digest", "morning")
    digest(folder, "subscribers", "add", "di@reader.example", "--digest", "morning")
    digest(folder, "subscribers", "unsubscribe", "ada@reader.example")
    digest(folder, "subscribers", "forget", "bo@reader.example", "--yes")
    digest(folder, "subscribers", "import", "--undo", "1")

    log = digest(folder, "users", "log", "--json").stdout

    told = [line["what"] for line in reversed(json.loads(log))]
    assert [line.split(":")[0] for line in told] == [
        "imported subscribers/readers.csv", "added one reader by hand",
        "unsubscribed a reader from everything, who had asked for it", "forgot a reader for good", "undone",
    ]  # fmt: skip
    assert "@" not in log

"""The main job as a person does it: commands in a folder, files and mail coming out."""

import email
import email.policy
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).parent / "digest"


def digest(*arguments: str, cwd: Path, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, without a terminal; its exit code must be `code`."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DIGEST_")}
    answer = subprocess.run(
        [PROGRAM, *arguments], cwd=cwd, capture_output=True, text=True, check=False,
        env={**clean, "NO_COLOR": "1", **environment},
    )  # fmt: skip
    assert answer.returncode == code, answer.stdout + answer.stderr
    return answer


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    digest("init", "news", cwd=folder)
    return folder / "news"


def test_a_new_newsroom_is_in_order_and_private(news: Path) -> None:
    assert "everything is in order" in digest("check", cwd=news).stderr
    assert (news / "secrets.env").stat().st_mode & 0o077 == 0
    assert "secrets.env" in (news / ".gitignore").read_text("utf-8")


def test_init_never_overwrites_a_folder_with_something_in_it(news: Path) -> None:
    answer = digest("init", "news", cwd=news.parent, code=2)

    assert "is not empty" in answer.stderr


@pytest.fixture(scope="module")
def built(news: Path) -> Path:
    digest("build", "--out", "out", cwd=news)
    return news / "out"


def test_build_writes_the_mail_in_four_forms_with_its_pictures(built: Path) -> None:
    message = email.message_from_bytes((built / "edition.eml").read_bytes(), policy=email.policy.default)
    html = (built / "edition.html").read_text("utf-8")

    assert message["Subject"] == "Council votes to rebuild Lantern Bridge, lamps and all"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "Lantern Bridge" in (built / "edition.txt").read_text("utf-8")
    for address in re.findall(r'src="(pictures/[^"]+)"', html):
        assert (built / address).is_file()
    assert 'src="pictures/' in html


def test_the_html_file_is_the_sent_html_with_only_the_pictures_addresses_made_relative(built: Path) -> None:
    message = email.message_from_bytes((built / "edition.eml").read_bytes(), policy=email.policy.default)
    sent = message.get_body(("html",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]

    relative = re.sub(r'"https://[^"/]+/pictures/', '"pictures/', sent)
    assert relative.rstrip("\n") == (built / "edition.html").read_text("utf-8").rstrip("\n")


def test_the_edition_as_data_has_reasons_for_what_is_in_and_for_what_is_not(built: Path) -> None:
    data = json.loads((built / "edition.json").read_text("utf-8"))

    assert data["format"] == 1
    assert data["featured"][0]["why"]
    assert data["sections"][0]["title"] == "City"
    assert all(passed["reason"] for passed in data["passed_over"])
    story = data["featured"][0]["story"]
    assert set(story) == {
        "id", "url", "headline", "standfirst", "byline", "dateline", "body", "section", "tags", "language",
        "published", "updated", "first_seen", "completeness", "images", "source", "sign_off",
    }  # fmt: skip
    assert story["published"].endswith("Z")


def test_sending_asks_first_and_says_which_flag_to_add_without_a_terminal(news: Path, built: Path) -> None:
    answer = digest("send", "morning", cwd=news, code=2)

    assert "add --yes" in answer.stderr
    assert not list((news / "state").glob("inbox/*.eml"))


def test_a_dry_run_says_what_would_happen_and_sends_nothing(news: Path, built: Path) -> None:
    answer = digest("send", "morning", "--dry-run", cwd=news)

    assert "would send" in answer.stderr
    assert "nothing was sent" in answer.stderr
    assert not list((news / "state").glob("inbox/*.eml"))


def test_an_edition_is_sent_remembered_explained_and_never_sent_twice(tmp_path: Path) -> None:
    digest("init", "news", cwd=tmp_path)
    news = tmp_path / "news"
    digest("send", "morning", "--yes", cwd=news)

    (mail,) = (news / "state" / "inbox").glob("*.eml")
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    assert message["To"] == "Ada <ada@reader.example>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    listed = digest("edition", "show", "morning", "--deliveries", cwd=news).stdout
    assert re.match(r"sent +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +ada@reader.example +all/1 +250 ", listed)

    explained = digest("edition", "explain", "morning", cwd=news)
    assert "next best" in explained.stdout
    assert "replayed: the same" in explained.stderr

    again = digest("send", "morning", "--yes", cwd=news, code=2)
    assert "--slot" in again.stderr
    assert "is sent already; only the files were written" in digest("build", cwd=news).stderr
    assert len(list((news / "state" / "inbox").glob("*.eml"))) == 1

    status = json.loads(digest("status", "--json", cwd=news).stdout)
    assert status["editions"][0]["state"] == "sent"

    extra = json.loads(digest("send", "morning", "--slot", "extra", "--dry-run", "--json", cwd=news).stdout)
    assert extra["edition"].endswith("/extra")
    assert "Lantern Bridge" not in extra["subject"]


def test_a_dry_run_leaves_no_trace(news: Path, built: Path) -> None:
    before = digest("edition", "list", "--json", cwd=news).stdout

    digest("send", "morning", "--slot", "late", "--dry-run", cwd=news)

    assert digest("edition", "list", "--json", cwd=news).stdout == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sned"], "Did you mean 'send'?"),
        (["build", "evening"], "there are morning"),
        (["edition", "show", "morning/1999-01-01"], "no edition of that name"),
        (["build", "--at", "yesterday"], "is not a time"),
        (["-C", "nowhere", "check"], "no such folder"),
    ],
)
def test_asking_wrongly_is_answered_with_what_to_do(news: Path, arguments: list[str], told: str) -> None:
    answer = digest(*arguments, cwd=news, code=2)

    assert told in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_wrong_schedule_is_told_by_file_line_and_column(tmp_path: Path) -> None:
    digest("init", "news", cwd=tmp_path)
    path = tmp_path / "news" / "schedule.yaml"
    path.write_text(path.read_text("utf-8").replace("language: en", "langauge: en"), "utf-8")

    answer = digest("check", cwd=tmp_path / "news", code=2)

    assert re.search(
        r'schedule\.yaml:\d+:\d+: error: unknown key "langauge"; did you mean "language"', answer.stderr
    )
    assert "1 problem" in answer.stderr


def test_an_unknown_key_hides_nothing_else_that_is_wrong(tmp_path: Path) -> None:
    digest("init", "news", cwd=tmp_path)
    path = tmp_path / "news" / "schedule.yaml"
    text = path.read_text("utf-8").replace("language: en", "langauge: en")
    text = text.replace("folder: stories", "folder: storys").replace("through: local", "through: main")
    path.write_text(text, "utf-8")

    told = digest("check", cwd=tmp_path / "news", code=2).stderr

    assert 'unknown key "langauge"' in told
    assert "main: no address: set DIGEST_RELAY_MAIN" in told
    assert "storys: no such file or folder" in told
    assert "3 problems" in told


def test_a_real_relay_with_pages_that_only_this_machine_can_reach_is_a_blocker(tmp_path: Path) -> None:
    digest("init", "news", cwd=tmp_path)
    path = tmp_path / "news" / "schedule.yaml"
    text = re.sub(r"pages: \S+", "pages: http://127.0.0.1:8420", path.read_text("utf-8"))
    path.write_text(text.replace("send_through: local", "send_through: main"), "utf-8")
    relay = {"DIGEST_RELAY_MAIN": "smtp://user:secret-word@127.0.0.1:9?tls=none"}

    checked = digest("check", cwd=tmp_path / "news", code=2, **relay)
    sent = digest("send", "morning", "--yes", cwd=tmp_path / "news", code=4, **relay)

    assert "newsroom.pages" in checked.stderr
    assert "newsroom.pages" in sent.stderr
    assert "secret-word" not in checked.stderr + sent.stderr


def test_without_a_relay_of_that_name_the_variable_to_set_is_named(tmp_path: Path) -> None:
    digest("init", "news", cwd=tmp_path)
    path = tmp_path / "news" / "schedule.yaml"
    path.write_text(path.read_text("utf-8").replace("send_through: local", "send_through: main"), "utf-8")

    answer = digest("check", cwd=tmp_path / "news", code=2)

    assert "DIGEST_RELAY_MAIN" in answer.stderr


def test_the_demo_delivers_by_smtp_and_ends_by_itself(tmp_path: Path) -> None:
    real = {
        "DIGEST_DATABASE": f"sqlite:///{tmp_path}/real.db",
        "DIGEST_RELAY_LOCAL": "smtp://127.0.0.1:9?tls=none",
    }
    answer = digest("demo", "--once", "--no-open", cwd=tmp_path, TMPDIR=str(tmp_path), **real)

    (folder,) = tmp_path.glob("digest-demo-*")
    assert "The Morning Brief" in answer.stderr
    assert not (tmp_path / "real.db").exists(), "the demo must not touch a real newsroom's database"
    assert len(list((folder / "state" / "inbox").glob("*.eml"))) == 5


def test_help_names_every_command_without_importing_any(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom digest.cli.main import cli\n"
        "try: cli.main(['--help'], standalone_mode=False)\nexcept SystemExit: pass\n"
        "sys.exit(any(m in sys.modules for m in ('sqlalchemy', 'jinja2', 'pydantic', 'starlette', 'rich')))"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0

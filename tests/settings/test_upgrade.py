from pathlib import Path

import pytest

from digest.settings.schedule import inspect_text
from digest.settings.upgrade import upgrade_schedule, upgraded
from settings.every_key import EVERY_KEY, MINIMAL


def test_a_file_that_says_no_version_says_one_and_keeps_every_comment() -> None:
    text = EVERY_KEY.replace("version: 1\n", "# ours, since 2019\n\n")

    outcome = upgraded(text)

    assert outcome.changes == ("version: 1 was added",)
    assert outcome.text == text.replace("x_owner", "version: 1\n\nx_owner")
    assert inspect_text(outcome.text).errors == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version: '1' # keep\na: 1\n", "version: 1 # keep\na: 1\n"),
        ('version: "1"\na: 1\n', "version: 1\na: 1\n"),
        ("version: # soon\na: 1\n", "version: 1 # soon\na: 1\n"),
        ("version: null\na: 1\n", "version: 1\na: 1\n"),
        ("{version: '1', a: 2}", "{version: 1, a: 2}"),
        ("{a: 2}", "{version: 1, a: 2}"),
        ("\r\na: 1\r\n", "\r\nversion: 1\r\n\r\na: 1\r\n"),
    ],
)
def test_a_version_in_another_spelling_is_mended_and_nothing_else(before: str, after: str) -> None:
    assert upgraded(before).text == after


@pytest.mark.parametrize(
    "text", [MINIMAL, EVERY_KEY, "version: 7\na: 1\n", "- a\n", "", "# no\n", "a: 'open"]
)
def test_a_file_that_is_right_newer_or_not_readable_stays_as_it_is(text: str) -> None:
    assert (upgraded(text).text, upgraded(text).changes) == (text, ())


def test_an_upgrade_is_done_once() -> None:
    once = upgraded(MINIMAL.replace("version: 1\n", "")).text

    assert upgraded(once).changes == ()


def test_the_file_is_replaced_and_keeps_its_mode_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_bytes(b"# Stra\xc3\x9fe\r\nnewsroom: {name: x}\r\n")
    path.chmod(0o640)

    would = upgrade_schedule(tmp_path, dry_run=True)
    untouched = path.read_bytes()
    did = upgrade_schedule(tmp_path)

    assert would == did == ("version: 1 was added",)
    assert untouched == b"# Stra\xc3\x9fe\r\nnewsroom: {name: x}\r\n"
    assert path.read_bytes() == b"# Stra\xc3\x9fe\r\nversion: 1\r\n\r\nnewsroom: {name: x}\r\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in tmp_path.iterdir()] == ["schedule.yaml"]

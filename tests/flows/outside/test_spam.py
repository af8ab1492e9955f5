"""SpamAssassin's opinion of a message: a finding for each rule that counts, or why there is none."""

from pathlib import Path

import pytest

from digest.flows.outside.spam import spam
from digest.model.finding import Level
from needs import require

CLEAN = (
    b"From: Post <brief@post.example>\r\nTo: ada@reader.example\r\nSubject: The brief\r\n\r\n"
    b"The owls are back.\r\n"
)
#: The test message of the filter's own authors: every filter must take it for spam.
GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


def test_what_is_spam_to_every_filter_is_told_with_its_score() -> None:
    require("spamassassin")

    found = list(spam(CLEAN.replace(b"The owls are back.", GTUBE)))

    (likely,) = (finding for finding in found if finding.code == "spam-likely")
    assert likely.level is Level.WARNING
    assert "and 5 make it spam" in likely.message
    assert "GTUBE" in {finding.where for finding in found}


def test_a_clean_message_is_not_called_spam_and_nothing_is_learned_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require("spamassassin")
    monkeypatch.setenv("HOME", str(tmp_path))

    found = list(spam(CLEAN))

    assert {finding.level for finding in found} <= {Level.NOTE}
    assert list(tmp_path.iterdir()) == []


def test_without_the_filter_it_is_said_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    (told,) = spam(CLEAN)

    assert (told.level, told.code) == (Level.NOT_CHECKED, "spam-not-checked")
    assert "apt install spamassassin" in told.message


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("exit 3", "it failed: 3"),
        ("echo broken rules >&2; exit 1", "broken rules"),
        ("cat", "without a score"),
    ],
)
def test_a_filter_that_fails_is_told_and_not_taken_for_a_pass(
    script: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "spamassassin"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    (told,) = spam(CLEAN)

    assert told.level is Level.NOT_CHECKED
    assert why in told.message

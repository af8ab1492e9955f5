from pathlib import Path

import pytest

from digest.model.digest import Newsroom
from digest.settings.readiness import hindrances, pages_fault
from digest.settings.relays import relay_address
from digest.settings.schedule import inspect_text
from settings.every_key import EVERY_KEY, MINIMAL

REAL = {"DIGEST_RELAY_MAIN": "smtp://smtp.tidewater.test", "DIGEST_RELAY_SPARE": "maildir:out"}


def said(text: str, environment: dict[str, str], folder: Path) -> list[str]:
    return [str(problem) for problem in hindrances(inspect_text(text, folder=folder), environment, folder)]


def test_nothing_stands_between_the_demo_and_its_inbox(tmp_path: Path) -> None:
    assert said(MINIMAL, {}, tmp_path) == []


def test_a_relay_without_an_address_is_told_where_it_is_named(tmp_path: Path) -> None:
    problems = said(EVERY_KEY, {}, tmp_path)

    assert len(problems) == 2
    assert all("no address: set DIGEST_RELAY_" in problem for problem in problems)
    assert problems[0].startswith("schedule.yaml:46:17: error: main:")


@pytest.mark.parametrize(
    ("pages", "fault"),
    [
        ("", "no pages: readers could not unsubscribe"),
        ("http://127.0.0.1:8420", "leads to this machine only"),
        ("http://127.0.1.1:8420", "leads to this machine only"),
        ("https://localhost", "leads to this machine only"),
        ("http://news.tidewater.example", "is not https"),
        ("https://news.tidewater.example", ""),
    ],
)
def test_with_a_real_relay_the_pages_must_be_where_readers_are(pages: str, fault: str) -> None:
    newsroom = Newsroom(name="The Tidewater Times", pages=pages)

    real = relay_address("main", REAL, Path("/nonexistent"))
    kept = relay_address("spare", REAL, Path("/nonexistent"))

    assert fault in pages_fault(newsroom, real)
    assert bool(pages_fault(newsroom, real)) == bool(fault)
    assert pages_fault(newsroom, kept) == ""


def test_the_pages_fault_points_at_the_pages(tmp_path: Path) -> None:
    text = EVERY_KEY.replace("pages: https://news.tidewater.example", "pages: http://localhost:8420")

    problems = said(text, REAL, tmp_path)

    assert problems[0].startswith(
        "schedule.yaml:8:10: error: http://localhost:8420 leads to this machine only"
    )


def test_a_sender_that_exists_for_examples_only_is_a_doubt(tmp_path: Path) -> None:
    problems = said(EVERY_KEY, REAL, tmp_path)

    assert len(problems) == 1
    assert "tidewater.example exists for examples only" in problems[0]
    assert ": warning: " in problems[0]


def test_secrets_that_others_can_read_are_a_doubt(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("A=1\n")
    (tmp_path / "secrets.env").chmod(0o644)

    assert said(MINIMAL, {}, tmp_path) == [
        "secrets.env: warning: other users of this machine can read it: chmod 600 secrets.env"
    ]


def test_a_schedule_that_cannot_be_read_has_no_further_hindrances(tmp_path: Path) -> None:
    assert said("version: 1\n", {}, tmp_path) == []

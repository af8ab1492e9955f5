"""Steering an edition that is on its way: pause, resume, correct, withdraw, settle."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli.context import Context
from digest.cli.edition import edition
from digest.flows.compose import occasion_named
from digest.flows.outfit import outfit
from digest.flows.release import approve_by_policy, release, take_turn
from digest.flows.send import SendReport, send_edition
from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly, StepForbidden
from digest.store import editions
from digest.wiring import House
from newsroom import NOW, open_newsroom

EDITION = "morning/2026-11-23"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A newsroom whose edition is published to two readers, and sent to nobody yet."""
    house = open_newsroom(tmp_path)
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW)
    digest = house.schedule.digest("morning")
    when = occasion_named(digest, EDITION)
    house.keep(house.draft(digest, when, now=NOW), who="test", now=NOW)
    approve_by_policy(house.store, house.newsroom, digest, EDITION, now=NOW)
    release(
        house.store,
        house.schedule,
        digest,
        take_turn(house.store, when, now=NOW, owner="t"),
        now=NOW,
        who="test",
    )
    yield house
    house.close()


def run(house: House, *arguments: str) -> Result:
    context = Context(folder=house.folder, _house=house)
    return CliRunner().invoke(edition, list(arguments), obj=context, catch_exceptions=False)


def send(house: House) -> SendReport:
    digest = house.schedule.digest("morning")
    with outfit(
        house.store, house.newsroom, digest, house.posts(digest),
        key=house.keys[0], state=house.state, clock=house.clock, opt_outs=house.opt_outs,
    ) as means:  # fmt: skip
        return send_edition(house.store, EDITION, means=means, limits=house.limits(digest))


def state(house: House) -> EditionState:
    with house.store.read() as connection:
        return editions.edition(connection, EDITION).state


def subjects(house: House) -> list[str]:
    mails = sorted((house.state / "inbox").glob("*.eml"))
    return [str(message_from_bytes(mail.read_bytes(), policy=default)["Subject"]) for mail in mails]


def test_a_paused_edition_sends_nothing_until_it_is_resumed(house: House) -> None:
    run(house, "pause", EDITION)
    assert send(house).counts.sent == 0

    run(house, "resume", EDITION)
    assert send(house).counts.sent == 2


def test_a_correction_reaches_everybody_whom_the_edition_has_not(house: House) -> None:
    path = house.folder / "stories" / "mill.md"
    path.write_text(path.read_text("utf-8").replace("ninety years", "eighty years"), "utf-8")

    told = run(house, "correct", EDITION)
    send(house)

    assert "corrected" in told.output
    assert subjects(house) == ["The mill wheel turns again after eighty years"] * 2
    shown = run(house, "show", EDITION, "--deliveries").output
    assert shown.count(" all/2 ") == 2


def test_a_correction_of_nothing_says_so(house: House) -> None:
    with pytest.raises(AskedWrongly, match="nothing in it has changed"):
        run(house, "correct", EDITION)


def test_an_edition_that_everybody_has_is_corrected_by_another_mail(house: House) -> None:
    send(house)

    with pytest.raises(AskedWrongly, match="--slot correction-1"):
        run(house, "correct", EDITION)


def test_a_withdrawn_edition_leaves_no_more(house: House) -> None:
    run(house, "withdraw", EDITION, "--why", "the headline was wrong")

    assert state(house) is EditionState.CANCELLED
    assert send(house).counts.sent == 0
    assert "the headline was wrong" in run(house, "show", EDITION).output


def test_settling_where_nothing_is_unknown_changes_nothing(house: House) -> None:
    assert "0 unknown" in run(house, "settle", EDITION, "--as", "sent").output


def test_an_edition_that_is_over_cannot_be_paused(house: House) -> None:
    send(house)

    with pytest.raises(StepForbidden, match="it is sent"):
        run(house, "pause", EDITION)

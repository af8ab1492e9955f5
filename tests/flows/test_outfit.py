"""A sender as the house fits it out: by real SMTP to the embedded inbox, past the gate."""

from datetime import timedelta
from pathlib import Path

import pytest

from digest.flows.compose import occasion_named
from digest.flows.outfit import outfit
from digest.flows.release import approve_by_policy, release, take_turn
from digest.flows.send import SendReport, send_edition
from digest.flows.subscribe import one_click
from digest.flows.subscribe_preferences import Preferences, prefer
from digest.store.roster import people
from digest.wiring import House
from newsroom import NOW, open_newsroom

EDITION = "morning/2026-11-23"


@pytest.fixture
def house(tmp_path: Path):  # type: ignore[no-untyped-def]
    house = open_newsroom(tmp_path)
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW)
    yield house
    house.close()


def reader(house: House, email: str) -> int:
    with house.store.read() as connection:
        held = people.find(connection, email)
    assert held is not None
    return held.subscriber.id


def publish(house: House) -> int:
    digest = house.schedule.digest("morning")
    when = occasion_named(digest, EDITION)
    house.keep(house.draft(digest, when, now=NOW), who="test", now=NOW)
    approve_by_policy(house.store, digest, EDITION, now=NOW)
    turn = take_turn(house.store, when, now=NOW, owner="t")
    return release(house.store, digest, turn, now=NOW, who="test").recipients


def send(house: House) -> SendReport:
    digest = house.schedule.digest("morning")
    with outfit(
        house.store, house.newsroom, digest, house.post(digest),
        key=house.keys[0], state=house.state, clock=house.clock, opt_outs=house.opt_outs,
    ) as means:  # fmt: skip
        return send_edition(house.store, EDITION, means=means, limits=house.limits(digest))


def test_everybody_who_said_yes_gets_the_edition_in_the_inbox(house: House) -> None:
    publish(house)

    report = send(house)

    assert (report.counts.sent, report.exit_code) == (2, 0)
    assert len(list((house.state / "inbox").glob("*.eml"))) == 2


def test_a_no_that_only_the_file_has_heard_counts_for_who_is_already_enlisted(house: House) -> None:
    publish(house)
    one_click(house.store, house.opt_outs, reader(house, "ada@reader.example"), "morning", now=NOW)

    report = send(house)

    assert (report.counts.sent, report.counts.cancelled) == (1, 1)
    (mail,) = (house.state / "inbox").glob("*.eml")
    assert b"ada@reader.example" not in mail.read_bytes()


def test_a_pause_ends_in_time_for_the_next_edition(house: House) -> None:
    ada = reader(house, "ada@reader.example")
    chosen = Preferences(digests={"morning": "each"}, paused_until=NOW - timedelta(hours=1))
    prefer(house.store, house.opt_outs, ada, chosen, now=NOW - timedelta(days=7))

    assert publish(house) == 2


def test_who_is_pausing_is_not_enlisted(house: House) -> None:
    ada = reader(house, "ada@reader.example")
    chosen = Preferences(digests={"morning": "each"}, paused_until=NOW + timedelta(days=1))
    prefer(house.store, house.opt_outs, ada, chosen, now=NOW - timedelta(days=1))

    assert publish(house) == 1

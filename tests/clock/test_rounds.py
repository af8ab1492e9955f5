"""Rounds of the clock: built ahead, sent once, caught up within limits, left out with a reason."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest.clock.rounds import make_round
from digest.flows.compose import occasion_named
from digest.flows.outfit import outfit
from digest.flows.send import send_edition
from digest.model.edition import EditionState
from digest.store import editions, occurrences
from digest.store.ledger import history, names
from digest.wiring import House
from newsroom import NOW, SCHEDULE, Clock, open_newsroom, story

EDITION = "morning/2026-11-23"
DUE = NOW.replace(hour=7, minute=0)


@pytest.fixture
def house(tmp_path: Path):  # type: ignore[no-untyped-def]
    house = open_newsroom(tmp_path)
    at(house, NOW - timedelta(hours=2))  # the first start: what was due before it is not sent after the fact
    yield house
    house.close()


def at(house: House, now: datetime) -> list[str]:
    told: list[str] = []
    house.clock = Clock(now)
    make_round(house, now=now, report=told.append)
    return told


def state(house: House, edition: str = EDITION) -> EditionState | None:
    with house.store.read() as connection:
        found = [record for record in editions.editions(connection) if record.id == edition]
    return found[0].state if found else None


def test_an_edition_is_built_ahead_and_published_when_it_is_due(house: House) -> None:
    at(house, DUE - timedelta(hours=1))
    assert state(house) is None

    at(house, DUE - timedelta(minutes=40))
    assert state(house) is EditionState.READY

    told = at(house, DUE + timedelta(seconds=5))
    assert told == [f"{EDITION}: published to 2 readers"]
    assert state(house) is EditionState.SENDING


def test_an_edition_is_published_once_however_often_the_clock_looks(house: House) -> None:
    published = [
        line
        for minute in range(6)
        for line in at(house, DUE + timedelta(minutes=minute))
        if "published" in line
    ]

    assert len(published) == 1


def test_a_first_start_sends_nothing_of_the_past(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)

    told = at(house, DUE + timedelta(minutes=30))

    assert told == ["readers: 1 asked to confirm"]  # a letter, and no edition
    assert state(house) is None
    house.close()


def test_a_late_start_still_sends_within_catch_up(house: House) -> None:
    told = at(house, DUE + timedelta(hours=1, minutes=50))

    assert told == [f"{EDITION}: published to 2 readers"]


def test_a_start_later_than_catch_up_leaves_the_edition_out_and_says_so(house: House) -> None:
    at(house, DUE + timedelta(hours=5))

    with house.store.read() as connection:
        newest = occurrences.occurrences(connection, "morning")[0]
    assert newest.reason == "missed: found 5.0 h late, more than catch_up"
    assert state(house) is None


def test_after_days_of_downtime_only_the_newest_edition_goes(house: House) -> None:
    at(house, DUE + timedelta(days=3, minutes=5))

    with house.store.read() as connection:
        told = {
            record.occurrence.key: record.reason for record in occurrences.occurrences(connection, "morning")
        }
    assert told["2026-11-24"] == "missed, and a newer one is due"
    assert told["2026-11-25"] == "missed, and a newer one is due"


def test_a_day_in_skip_on_dates_is_left_out(tmp_path: Path) -> None:
    house = open_newsroom(
        tmp_path,
        schedule=SCHEDULE.replace("    sections:", "    skip: {on_dates: [2026-11-23]}\n    sections:"),
    )
    at(house, NOW - timedelta(hours=2))

    at(house, DUE + timedelta(minutes=1))

    with house.store.read() as connection:
        assert occurrences.occurrences(connection, "morning")[0].reason == "in skip.on_dates"
    house.close()


def test_an_edition_with_too_few_stories_is_skipped_with_the_reason(tmp_path: Path) -> None:
    strict = SCHEDULE.replace("    sections:", "    skip: {with_fewer_than: 9 stories}\n    sections:")
    house = open_newsroom(tmp_path, schedule=strict)
    at(house, NOW - timedelta(hours=2))

    told = at(house, DUE + timedelta(minutes=1))

    assert told == [f"{EDITION}: skipped: 3 of at least 9 stories"]
    assert state(house) is EditionState.SKIPPED
    house.close()


def test_an_unapproved_edition_waits_and_is_left_out_when_its_time_is_over(tmp_path: Path) -> None:
    careful = SCHEDULE.replace("    sections:", "    approval: {needs: 1 editor}\n    sections:")
    house = open_newsroom(tmp_path, schedule=careful)
    at(house, NOW - timedelta(hours=2))

    told = at(house, DUE + timedelta(minutes=1))
    assert "waits for an editor" in told[0]

    later = at(house, DUE + timedelta(hours=3))
    assert "nobody approved it in time" in later[0]
    assert state(house) is EditionState.SKIPPED
    house.close()


def test_an_edition_that_was_built_long_before_its_time_is_built_anew_with_the_mornings_news(
    house: House,
) -> None:
    digest = house.schedule.digest("morning")
    early = DUE - timedelta(hours=2, minutes=20)
    house.gather(house.schedule.sources, now=early)
    house.keep(house.draft(digest, occasion_named(digest, EDITION), now=early), who="build", now=early)
    late = story("The church bell rings twice by mistake", "06:05", "town", 9)
    (house.folder / "stories" / "bell.md").write_text(late, encoding="utf-8")

    at(house, DUE - timedelta(minutes=40))

    with house.store.read() as connection:
        assert editions.edition(connection, EDITION).subject == "The church bell rings twice by mistake"


def test_what_relays_said_is_let_go_after_its_time_and_when_mail_was_taken_stays(house: House) -> None:
    at(house, DUE + timedelta(seconds=5))
    digest = house.schedule.digest("morning")
    with outfit(
        house.store, house.newsroom, digest, house.posts(digest),
        key=house.keys[0], state=house.state, clock=house.clock, opt_outs=house.opt_outs,
    ) as means:  # fmt: skip
        send_edition(house.store, EDITION, means=means, limits=house.limits(digest))

    def said() -> set[tuple[bool, bool]]:
        with house.store.read() as connection:
            key = names.edition_key(connection, EDITION)
            told = list(history.deliveries(connection, key, now=house.clock()))
        return {(bool(one.reply), one.at is not None) for one in told}

    at(house, DUE + timedelta(days=89))
    assert said() == {(True, True)}
    at(house, DUE + timedelta(days=91))
    assert said() == {(False, True)}

"""How often: each edition, a weekly round-up of what one has not had, or breaking news only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clock.test_rounds import at
from digest.flows.compose import occasion_named
from digest.flows.desk.breaking import mark_breaking
from digest.store import classes, compositions, occurrences
from digest.store.ledger import history, names
from digest.store.roster import people, standing
from digest.wiring import House
from newsroom import SCHEDULE, Clock, open_newsroom, story

READERS = """\
email,name,topics,consent_at,consent_source
ada@reader.example,Ada,,2026-01-15,paper form
bo@reader.example,Bo,,2026-01-15,paper form
cy@reader.example,Cy,,2026-01-15,paper form
"""
MONDAY = datetime(2026, 11, 23, 5, tzinfo=UTC)
SATURDAY = MONDAY + timedelta(days=5)
ROUND_UP = "morning/2026-11-28/weekly"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, now=MONDAY)
    (tmp_path / "subscribers" / "readers.csv").write_text(READERS, encoding="utf-8")
    at(house, MONDAY)
    choose(house, bo="weekly", cy="breaking")
    yield house
    house.close()


def choose(house: House, **often: str) -> None:
    with house.store.write() as connection:
        for name, frequency in often.items():
            held = people.find(connection, f"{name}@reader.example")
            assert held is not None
            standing.set_frequency(connection, held.subscriber.id, "morning", frequency)


def day(house: House, number: int, headline: str) -> None:
    """Let one morning go by, with one more story."""
    date = MONDAY + timedelta(days=number)
    text = story(headline, "04:00", "town", day=f"{date:%Y-%m-%d}")
    (house.folder / "stories" / f"day{number}.md").write_text(text, encoding="utf-8")
    at(house, date + timedelta(hours=1, minutes=30))  # built
    at(house, date + timedelta(hours=2))  # published


def readers(house: House, edition: str) -> set[str]:
    with house.store.read() as connection:
        key = names.edition_key(connection, edition)
        told = list(history.deliveries(connection, key, now=house.clock()))
        found = people.get_many(connection, [each.subscriber for each in told])
    return {found[each.subscriber].name for each in told}


def headlines(house: House, edition: str, variant: str = "all") -> list[str]:
    with house.store.read() as connection:
        made = compositions.composition(connection, edition, variant)
    return [slot.story.headline for slot in made.selection.slots]


def test_each_edition_goes_to_those_who_want_each(house: House) -> None:
    day(house, 0, "The bridge opens at last")

    assert readers(house, "morning/2026-11-23") == {"Ada"}


def test_a_round_up_gives_who_chose_weekly_the_week_that_they_have_not_had(house: House) -> None:
    for number, headline in enumerate(("The bridge opens at last", "Snow closes the moor road")):
        day(house, number, headline)

    at(house, SATURDAY + timedelta(hours=3, minutes=20))
    told = at(house, SATURDAY + timedelta(hours=4))

    assert told == [f"{ROUND_UP}: published to 1 readers"]
    assert readers(house, ROUND_UP) == {"Bo"}
    assert {"The bridge opens at last", "Snow closes the moor road"} <= set(headlines(house, ROUND_UP))


def test_a_round_up_does_not_repeat_the_last_one(house: House) -> None:
    day(house, 4, "The bridge opens at last")
    at(house, SATURDAY + timedelta(hours=4))
    first = headlines(house, ROUND_UP)
    day(house, 11, "Snow closes the moor road")

    at(house, SATURDAY + timedelta(days=7, hours=4))

    assert "The bridge opens at last" in first
    assert headlines(house, "morning/2026-12-05/weekly") == ["Snow closes the moor road"]


def test_where_nobody_chose_weekly_the_round_up_is_left_out_without_being_made(house: House) -> None:
    choose(house, bo="each")

    at(house, SATURDAY + timedelta(hours=3, minutes=30))
    told = at(house, SATURDAY + timedelta(hours=4))

    assert told == []
    with house.store.read() as connection:
        found = {r.occurrence.edition: r.reason for r in occurrences.occurrences(connection, "morning")}
    assert found[ROUND_UP] == "nobody chose weekly"


def test_breaking_news_goes_also_to_those_who_want_nothing_else(house: House) -> None:
    day(house, 0, "The bridge opens at last")
    digest = house.schedule.digest("morning")
    later = MONDAY + timedelta(hours=9)
    (house.folder / "stories" / "flood.md").write_text(
        story("Flood warning for the lower town", "13:00", "town", 9), encoding="utf-8"
    )
    when = occasion_named(digest, "morning/2026-11-23/flood")
    house.gather(house.schedule.sources, now=later)
    mark_breaking(house.store, house.workshop, when, who="maya", now=later)

    made = house.draft(digest, when, now=later)

    assert {one.reading.key: one.readers for one in made.placements} == {"all": 1, "breaking": 1}
    variants = {one.reading.key: one.variant for one in made.placements}
    had = [slot.story.headline for slot in made.made[variants["all"]].composition.selection.slots]
    new = [slot.story.headline for slot in made.made[variants["breaking"]].composition.selection.slots]
    assert had == ["Flood warning for the lower town"]
    assert "The bridge opens at last" in new  # they have not had the morning's edition


def test_breaking_news_may_be_a_single_story(house: House) -> None:
    digest = house.schedule.digest("morning")
    digest = replace(digest, skip=replace(digest.skip, with_fewer_than=9))
    when = occasion_named(digest, "morning/2026-11-23/flood")
    house.gather(house.schedule.sources, now=MONDAY)

    usual = house.draft(digest, when, now=MONDAY + timedelta(hours=1)).skip
    mark_breaking(house.store, house.workshop, when, who="maya", now=MONDAY)
    breaking = house.draft(digest, when, now=MONDAY + timedelta(hours=1)).skip

    assert "of at least 9 stories" in usual
    assert breaking == ""


def test_a_digest_that_is_no_more_than_weekly_goes_to_those_who_chose_weekly(tmp_path: Path) -> None:
    house = open_newsroom(
        tmp_path, schedule=SCHEDULE.replace("weekdays at 07:00", "mondays at 07:00"), now=MONDAY
    )
    (tmp_path / "subscribers" / "readers.csv").write_text(READERS, encoding="utf-8")
    house.clock = Clock(MONDAY)
    at(house, MONDAY)
    choose(house, bo="weekly", cy="breaking")

    at(house, MONDAY + timedelta(hours=2))

    assert readers(house, "morning/2026-11-23") == {"Ada", "Bo"}
    with house.store.read() as connection:
        assert [one.reading.key for one in classes.placements(connection, "morning/2026-11-23")] == ["all"]
    house.close()

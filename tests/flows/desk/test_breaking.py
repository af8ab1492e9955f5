"""An edition is marked as breaking news: words for those who want nothing else, undone like any change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.flows.compose import occasion_named
from digest.flows.desk.breaking import mark_breaking
from digest.flows.desk.changing import Changed, undo
from digest.flows.desk.deciding import approve
from digest.flows.release import Turn, release
from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly, StepForbidden
from digest.store import classes, editions, renderings
from digest.store.ledger import history, names
from digest.store.roster import people, standing
from digest.wiring import House
from newsroom import MORNING, NOW, build, open_newsroom


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A newsroom with an edition that is built; Bo wants breaking news only."""
    house = open_newsroom(tmp_path)
    house.sync_readers()
    with house.store.write() as connection:
        bo = people.find(connection, "bo@reader.example")
        assert bo is not None
        standing.set_frequency(connection, bo.subscriber.id, "morning", "breaking")
    build(house)
    yield house
    house.close()


def mark(house: House, edition: str = MORNING, *, breaking: bool = True) -> Changed:
    when = occasion_named(house.schedule.digest("morning"), edition)
    return mark_breaking(house.store, house.workshop, when, breaking=breaking, who="ada", now=NOW)


def agree(house: House) -> None:
    with house.store.read() as connection:
        hash = renderings.hash_of(renderings.renderings(connection, MORNING))
    digest = house.schedule.digest("morning")
    approve(house.store, house.newsroom, digest, MORNING, hash=hash, who="ada", now=NOW)


def placed(house: House) -> dict[str, int]:
    with house.store.read() as connection:
        return {one.reading.key: one.readers for one in classes.placements(connection, MORNING)}


def readers(house: House) -> int:
    """Let it go; return how many it is for."""
    agree(house)
    digest = house.schedule.digest("morning")
    return release(house.store, house.schedule, digest, Turn(MORNING, None), now=NOW, who="ada").recipients


def state(house: House) -> EditionState:
    with house.store.read() as connection:
        return editions.edition(connection, MORNING).state


def test_who_wants_breaking_news_only_gets_an_edition_that_is_marked(house: House) -> None:
    before = placed(house)

    mark(house)

    assert before == {"all": 1}
    assert placed(house) == {"all": 1, "breaking": 1}
    assert readers(house) == 2
    with house.store.read() as connection:
        key = names.edition_key(connection, MORNING)
        told = list(history.deliveries(connection, key, now=NOW))
    assert len(told) == 2


def test_the_mark_stands_in_the_history_and_is_undone_from_there(house: House) -> None:
    mark(house)
    with house.store.read() as connection:
        line = editions.history(connection, MORNING)[-1]

    undo(house.store, house.workshop, MORNING, line.number, who="bo", now=NOW)

    with house.store.read() as connection:
        last = editions.history(connection, MORNING)[-1]
    assert (line.who, line.what) == ("ada", "marked as breaking news")
    assert (last.who, last.what) == ("bo", "undid: marked as breaking news no more")
    assert placed(house) == {"all": 1}
    assert readers(house) == 1


def test_marking_it_again_or_unmarking_what_is_not_marked_changes_nothing(house: House) -> None:
    assert not mark(house, breaking=False).made
    assert mark(house).made

    assert not mark(house).made


@pytest.mark.parametrize("wanted_by", ["bo", "nobody"])
def test_an_approval_was_for_other_readers_and_is_taken_back(house: House, wanted_by: str) -> None:
    if wanted_by == "nobody":
        with house.store.write() as connection:
            bo = people.find(connection, "bo@reader.example")
            assert bo is not None
            standing.set_frequency(connection, bo.subscriber.id, "morning", "weekly")
    agree(house)

    done = mark(house)

    assert done.withdrawn
    assert state(house) is EditionState.READY


def test_the_words_of_everybody_else_stay_as_they_are(house: House) -> None:
    with house.store.read() as connection:
        before = renderings.renderings(connection, MORNING)["all"]

    mark(house)

    with house.store.read() as connection:
        assert renderings.renderings(connection, MORNING)["all"] == before


def test_an_edition_that_is_not_built_yet_keeps_the_mark_until_it_is(house: House) -> None:
    flood = "morning/2026-11-23/flood"

    done, again = mark(house, flood), mark(house, flood)

    made = house.draft(
        house.schedule.digest("morning"), occasion_named(house.schedule.digest("morning"), flood), now=NOW
    )
    assert (len(done.made), len(again.made)) == (1, 0)
    assert {one.reading.key for one in made.placements} == {"all", "breaking"}
    mark(house, flood, breaking=False)
    with house.store.read() as connection:
        assert not editions.edition(connection, flood).breaking


def test_a_round_up_is_no_breaking_news(house: House) -> None:
    with pytest.raises(AskedWrongly, match="a round-up has readers of its own"):
        mark(house, "morning/2026-11-28/weekly")


def test_what_is_being_sent_is_not_marked(house: House) -> None:
    readers(house)

    with pytest.raises(StepForbidden):
        mark(house)

"""A large archive is searched, not read; and what was found is kept, so that it can be replayed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from digest.flows import indexing
from digest.flows.compose import occasion_named, replayed
from digest.flows.indexing import NEWEST, WHOLE, beside, catch_up, index_of
from digest.model.story import Story
from digest.store import archive, compositions, search_index
from digest.wiring import House
from newsroom import NOW, open_newsroom

DESK = ["desk"]
WORDS = tuple(
    word
    for line in ("quay crane tram library pear owl mill bridge", "storm gate choir bread school tide lantern")
    for word in line.split()
)


def old(number: int) -> Story:
    """Return a story of some days ago, unlike the others but for a few words."""
    few = " ".join(WORDS[(number * step) % len(WORDS)] for step in (1, 3, 7))
    return Story(
        source="desk",
        guid=f"old-{number}",
        headline=f"Number {number} of the harbour's {few}",
        body=(f"It was the {number}th time that the {few} of quarter w{number}x were talked about.",),
        language="en",
        published=NOW - timedelta(days=3, minutes=number),
        first_seen=NOW - timedelta(days=3),
    )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A newsroom with more in its archive than is read whole, and one old story near today's lead."""
    house = open_newsroom(tmp_path)
    near = replace(
        old(5_000),
        headline="The mill wheel of Larkmoor is to turn again after ninety years of rest",
        body=("The mill wheel could turn by winter, and neighbours in Larkmoor hear it already.",),
        published=NOW - timedelta(days=9),
    )
    with house.store.write() as connection:
        archive.put_stories(connection, [*(old(n) for n in range(WHOLE + 100)), near], now=NOW)
    house.gather(house.schedule.sources, now=NOW)
    yield house
    house.close()


def test_what_is_near_is_found_however_old_and_the_rest_is_not_read(house: House) -> None:
    with house.store.read() as connection:
        today = archive.candidates(connection, sources=DESK, since=NOW - timedelta(days=1))
        found = beside(connection, today, sources=DESK, since=NOW - timedelta(days=14))

    assert "old-5000" in {story.guid for story in found}
    assert NEWEST <= len(found) < WHOLE


def test_a_small_archive_is_read_whole(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    with house.store.write() as connection:
        archive.put_stories(connection, [old(n) for n in range(50)], now=NOW)

    with house.store.read() as connection:
        found = beside(connection, [], sources=DESK, since=NOW - timedelta(days=14))
    assert len(found) == 50
    house.close()


def test_an_edition_chosen_beside_a_large_archive_is_chosen_again_the_same(house: House) -> None:
    digest = house.schedule.digest("morning")
    house.keep(
        house.draft(digest, occasion_named(digest, "morning/2026-11-23"), now=NOW), who="test", now=NOW
    )
    with house.store.write() as connection:  # the archive grows, and its frequencies with it
        archive.put_stories(connection, [old(n) for n in range(10_000, 10_200)], now=NOW)
    catch_up(house.store)

    with house.store.read() as connection:
        saved = compositions.saved(connection, "morning/2026-11-23")
        again = replayed(connection, saved)
        newest = indexing.frequencies_now(connection)

    assert again == saved.composition.selection
    assert saved.inputs is not None
    assert 0 < saved.inputs.frequencies < newest


def test_every_version_is_in_the_index_once_however_often_it_catches_up(house: House) -> None:
    assert catch_up(house.store) == 0

    with house.store.write() as connection:
        archive.put_stories(connection, [old(20_000)], now=NOW)

    assert catch_up(house.store) == 1
    with house.store.read() as connection:
        versions = connection.execute(text("SELECT COUNT(*) FROM story_versions")).scalar_one()
        assert len(index_of(connection)) == versions
        last = connection.execute(text("SELECT MAX(key) FROM story_versions")).scalar_one()
        assert search_index.reaches(connection) == last


def test_the_versions_of_a_live_blog_are_one_story_beside_others_and_in_the_frequencies(house: House) -> None:
    blog = old(20_000)
    before = index_total(house)
    with house.store.write() as connection:
        for number in range(60):
            told = replace(blog, standfirst=f"{blog.standfirst} At minute {number} more was known.")
            archive.put_stories(connection, [told], now=NOW)

    assert catch_up(house.store) == 60

    with house.store.read() as connection:
        near = indexing._nearest(connection, [blog], since=0.0)
    assert len(near) == indexing.NEAREST
    assert blog.id in near
    assert index_total(house) == before + 1


def index_total(house: House) -> int:
    with house.store.read() as connection:
        return sum(index_of(connection).frequencies.totals.values())


def test_an_index_of_another_version_is_made_anew(house: House) -> None:
    with house.store.write() as connection:
        part = search_index.parts(connection)[0]
        strange = b"\xff\xff\xff\xff" + part.body[4:]
        search_index.put_part(connection, first=part.first, last=part.last, texts=part.texts, body=strange)

    assert catch_up(house.store) > WHOLE

    with house.store.read() as connection:
        assert len(index_of(connection)) > WHOLE

"""What a source printed is there for ever, once, and comes back word for word."""

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.model.errors import NotFound
from digest.model.story import Completeness, PubStatus, Story
from digest.store.archive import Put, candidates, latest, put_stories, story, versions
from digest.store.engine import Store
from store.samples import NOW, a_story

DAY = timedelta(days=1)


def test_stories_come_back_word_for_word(any_store: Store) -> None:
    stories = [a_story(number) for number in range(1, 4)]
    with any_store.write() as connection:
        put_stories(connection, stories, now=NOW)

    with any_store.read() as connection:
        found = candidates(connection, sources=["city"], since=NOW - DAY)

    assert found == stories
    assert [one.fingerprint for one in found] == [one.fingerprint for one in stories]


def test_a_story_that_came_before_is_the_same_and_keeps_its_first_sight(any_store: Store) -> None:
    with any_store.write() as connection:
        first = put_stories(connection, [a_story()], now=NOW)
        again = put_stories(connection, [a_story(first_seen=NOW + DAY)], now=NOW + DAY)

        assert (first, again) == (Put(new=1), Put(same=1))
        assert story(connection, a_story().id) == a_story()


def test_another_version_replaces_the_first_one_and_both_are_kept(any_store: Store) -> None:
    first, second = a_story(), a_story(headline="The quay is open", first_seen=NOW + DAY)
    with any_store.write() as connection:
        put_stories(connection, [first], now=NOW)

        put = put_stories(connection, [second], now=NOW + DAY)

        kept = replace(second, first_seen=first.first_seen)
        assert put == Put(updated=1)
        assert story(connection, first.id) == kept
        assert story(connection, first.id, first.fingerprint) == first
        assert [version.story for version in versions(connection, first.id)] == [first, kept]


def test_a_version_that_is_printed_again_becomes_the_newest_without_a_copy(any_store: Store) -> None:
    first, second = a_story(), a_story(headline="The quay is open")
    with any_store.write() as connection:
        for number, told in enumerate((first, second, first)):
            put_stories(connection, [told], now=NOW + number * DAY)

        assert story(connection, first.id) == first
        assert len(versions(connection, first.id)) == 2


def test_two_sources_that_print_a_story_differently_do_not_overwrite_each_other(any_store: Store) -> None:
    city, wire = a_story(), a_story(source="wire", section="Home")
    with any_store.write() as connection:
        put_stories(connection, [city, wire], now=NOW)

        again = put_stories(connection, [city, wire], now=NOW + DAY)

        assert again == Put(same=2)
        assert candidates(connection, sources=["wire"], since=NOW - DAY) == [
            replace(wire, first_seen=city.first_seen)
        ]
        assert len(candidates(connection, sources=["wire", "city"], since=NOW - DAY)) == 1


def test_a_teaser_never_takes_the_place_of_the_full_story(any_store: Store) -> None:
    full = a_story()
    teaser = a_story(body=(), completeness=Completeness.PARTIAL)
    from_elsewhere = replace(teaser, source="wire")
    with any_store.write() as connection:
        put_stories(connection, [full, teaser], now=NOW)
        put_stories(connection, [teaser, from_elsewhere], now=NOW + DAY)

        assert candidates(connection, sources=["wire", "city"], since=NOW - DAY) == [full]


def test_a_full_story_takes_the_place_of_its_teaser(any_store: Store) -> None:
    full = a_story()
    with any_store.write() as connection:
        put_stories(connection, [a_story(body=(), completeness=Completeness.PARTIAL)], now=NOW)
        put_stories(connection, [full], now=NOW)

        assert latest(connection, [full.id]) == {full.id: full}


def test_a_kill_by_one_source_holds_for_all(any_store: Store) -> None:
    killed = a_story(body=(), completeness=Completeness.PARTIAL, pubstatus=PubStatus.CANCELLED)
    with any_store.write() as connection:
        put_stories(connection, [a_story(), a_story(source="wire", section="Home")], now=NOW)
        put_stories(connection, [killed], now=NOW + DAY)

        found = candidates(connection, sources=["wire", "city"], since=NOW - DAY)

        assert [one.pubstatus for one in found] == [PubStatus.CANCELLED]


def test_candidates_are_those_of_the_sources_since_then_newest_first(any_store: Store) -> None:
    old = a_story(1, published=NOW - 3 * DAY)
    undated = a_story(2, published=None, first_seen=NOW - timedelta(hours=2))
    elsewhere = a_story(3, source="culture")
    fresh = a_story(4, published=NOW - timedelta(hours=1))
    with any_store.write() as connection:
        put_stories(connection, [old, undated, elsewhere, fresh], now=NOW)

        assert candidates(connection, sources=["city"], since=NOW - DAY) == [fresh, undated]
        assert candidates(connection, sources=[], since=NOW - DAY) == []


def test_a_see_more_item_without_url_and_time_is_found_again(any_store: Store) -> None:
    item = a_story(url=None, guid=None, published=None, body=(), completeness=Completeness.PARTIAL)
    with any_store.write() as connection:
        put_stories(connection, [item], now=NOW)

        later = put_stories(connection, [replace(item, first_seen=NOW + DAY)], now=NOW + DAY)

        assert later == Put(same=1)
        assert latest(connection, [item.id, "unknown"]) == {item.id: item}


def test_words_that_no_database_takes_as_they_are_come_back_too(any_store: Store) -> None:
    odd = a_story(headline="NUL \0, half a pair \ud83d and a whole one 🙂", body=("\u2028 \x1b[31m",))
    with any_store.write() as connection:
        put_stories(connection, [odd], now=NOW)

        assert story(connection, odd.id) == odd


def test_thousands_of_stories_go_in_and_out_at_once(any_store: Store) -> None:
    stories = [a_story(number) for number in range(1, 1203)]
    with any_store.write() as connection:
        put = put_stories(connection, iter(stories), now=NOW)

        assert put == Put(new=1202)
        assert len(candidates(connection, sources=["city"], since=NOW - DAY)) == 1202


def test_a_story_that_is_not_there_is_named(any_store: Store) -> None:
    with any_store.read() as connection, pytest.raises(NotFound, match="feedfacefeedface"):
        story(connection, "feedfacefeedface")


def test_an_embargo_in_another_zone_is_the_same_embargo(any_store: Store) -> None:
    in_utc, as_printed = (
        a_story(embargo=NOW.astimezone(zone)) for zone in (UTC, ZoneInfo("Europe/Stockholm"))
    )
    with any_store.write() as connection:
        put_stories(connection, [as_printed], now=NOW)

        assert put_stories(connection, [in_utc], now=NOW) == Put(same=1)
        assert story(connection, in_utc.id).fingerprint == in_utc.fingerprint


def nameless(guid: str, headline: str, body: str, **more: object) -> Story:
    """Return a story of a feed without links."""
    return a_story(
        url=None, guid=guid, headline=headline, standfirst="", body=(body,), published=None, **more
    )


FIRE = (
    "Fire guts the old mill",
    "Flames were seen from the other bank. Forty firefighters fought till dawn.",
)
CHOIR = ("Choir to sing by candlelight", "Tickets for both evenings are sold at the vestry from Monday on.")


def test_other_news_under_a_guid_that_was_used_before_is_a_story_of_its_own(any_store: Store) -> None:
    fire, choir = nameless("7", *FIRE), nameless("7", *CHOIR)
    edited = replace(choir, headline="Choir to sing by candlelight, twice")
    with any_store.write() as connection:
        put = [
            put_stories(connection, [told], now=NOW + number * DAY)
            for number, told in enumerate((fire, choir, choir, edited, fire, edited))
        ]

        found = candidates(connection, sources=["city"], since=NOW - DAY)

    assert put == [Put(new=1), Put(new=1), Put(same=1), Put(updated=1), Put(same=1), Put(same=1)]
    assert {one.headline for one in found} == {fire.headline, edited.headline}
    assert len({one.id for one in found}) == 2


def test_a_kill_under_a_guid_that_was_used_before_kills_what_it_names_else_the_newest(
    any_store: Store,
) -> None:
    fire, choir = nameless("7", *FIRE), nameless("7", *CHOIR)
    kill = nameless("7", "Kill kill kill", "", pubstatus=PubStatus.CANCELLED)
    with any_store.write() as connection:
        for told in (fire, choir, kill):
            put_stories(connection, [told], now=NOW)
        newest = {one.headline for one in candidates(connection, sources=["city"], since=NOW - DAY)}
        put_stories(connection, [replace(fire, pubstatus=PubStatus.WITHHELD)], now=NOW)
        found = candidates(connection, sources=["city"], since=NOW - DAY)

    assert newest == {fire.headline, kill.headline}
    assert {(one.headline, one.pubstatus) for one in found} == {
        (fire.headline, PubStatus.WITHHELD), (kill.headline, PubStatus.CANCELLED),
    }  # fmt: skip

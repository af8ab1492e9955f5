"""A story's identity comes from the matter: the same news is the same story, however it arrives."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.story import Completeness, Image, Story, canonical_url, identity_of_url

SEEN = datetime(2026, 11, 23, 6, tzinfo=UTC)


def story(**fields: object) -> Story:
    return Story(**({"source": "herald", "headline": "Old ferry sails again", "first_seen": SEEN} | fields))  # type: ignore[arg-type]


def test_tracking_and_fragments_do_not_make_another_page() -> None:
    plain = canonical_url("https://herald.example/ferry?id=7")

    assert canonical_url("https://HERALD.example:443/ferry?utm_source=rss&id=7&fbclid=x#top") == plain


@pytest.mark.parametrize(
    "twin",
    [
        "http://herald.example/ferry",
        "https://herald.example/ferry/",
        "https://www.herald.example/ferry",
        "https://herald.example/ferry?utm_campaign=brief",
        "https://herald.example/f%65rry",
    ],
)
def test_spellings_of_one_address_are_one_story(twin: str) -> None:
    assert story(url=canonical_url(twin)).id == story(url="https://herald.example/ferry").id


def test_a_query_that_names_the_page_makes_another_story() -> None:
    assert identity_of_url("https://herald.example/?p=1") != identity_of_url("https://herald.example/?p=2")


def test_without_an_address_the_guid_is_the_story_within_its_source() -> None:
    assert story(guid="7").id == story(guid="7", headline="Corrected headline").id
    assert story(guid="7").id != story(guid="7", source="gazette").id


def test_an_item_with_neither_address_nor_time_is_found_again_by_its_headline() -> None:
    first = story(completeness=Completeness.PARTIAL, headline="Pottery village: a living craft")
    again = story(
        completeness=Completeness.PARTIAL, headline="Pottery village — A living craft", path="b.txt"
    )

    assert first.id == again.id


def test_a_reader_visible_change_makes_another_version_of_the_same_story() -> None:
    old = story(url="https://herald.example/ferry")
    new = replace(old, standfirst="It sails at nine")

    assert (old.id, old.fingerprint == new.fingerprint) == (new.id, False)


def test_seeing_a_story_again_later_is_no_new_version() -> None:
    old = story(url="https://herald.example/ferry")

    assert replace(old, first_seen=SEEN.replace(hour=9), guid="x").fingerprint == old.fingerprint


def test_a_date_in_the_future_does_not_make_a_story_newer_than_its_arrival() -> None:
    assert story(published=SEEN.replace(year=2030)).when == SEEN


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        story(published=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_story_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a headline"):
        story(headline="")


def test_a_caption_is_part_of_the_version() -> None:
    one = story(images=(Image(url="https://herald.example/a.jpg", caption="At the quay"),))

    assert one.fingerprint != story(images=(Image(url="https://herald.example/a.jpg"),)).fingerprint


@given(st.text(max_size=60))
def test_canonical_addresses_are_canonical_already(rubbish: str) -> None:
    once = canonical_url("https://herald.example/" + rubbish)

    assert canonical_url(once) == once


@given(st.from_regex(r"https?://(www\.)?[a-z0-9.-]{1,12}/[a-z0-9/._~-]{0,12}", fullmatch=True))
def test_the_short_way_to_an_identity_ends_where_the_long_one_does(url: str) -> None:
    around = f"{url}#x"  # a fragment changes nothing, but is not looked at in the short way

    assert identity_of_url(url) == identity_of_url(around)

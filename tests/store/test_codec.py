"""Whatever the ground floor can say comes back as it was."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.digest import Digest, Source
from digest.model.edition import Choice, Composition
from digest.model.errors import StoreError
from digest.model.story import Completeness, Dateline, Image, PubStatus, Story
from digest.store.codec import from_json, to_json
from store.samples import MORNING, SOURCES, a_composition, a_story

MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0))
WORDS = st.text(st.characters(), max_size=30)  # control characters and lone surrogates included
PARTS = st.lists(WORDS, max_size=3).map(tuple)
IMAGES = st.builds(
    Image, url=st.none() | WORDS, alt=WORDS, caption=WORDS, credit=WORDS, width=st.none() | st.integers()
)
STORIES = st.builds(
    Story,
    source=WORDS,
    headline=WORDS.filter(bool),
    first_seen=MOMENTS,
    url=st.none() | WORDS,
    guid=st.none() | WORDS,
    path=st.none() | WORDS,
    standfirst=WORDS,
    byline=PARTS,
    dateline=st.none() | st.builds(Dateline, place=WORDS, agency=WORDS, date=st.none() | st.dates()),
    body=PARTS,
    section=WORDS,
    tags=PARTS,
    language=WORDS,
    published=st.none() | MOMENTS,
    updated=st.none() | MOMENTS,
    completeness=st.sampled_from(Completeness),
    images=st.lists(IMAGES, max_size=2).map(tuple),
    sign_off=WORDS,
    see_more=PARTS,
    priority=st.integers(),
    pinned=st.booleans(),
    embargo=st.none() | MOMENTS,
    pubstatus=st.sampled_from(PubStatus),
)


@settings(max_examples=60, deadline=None)
@given(STORIES)
def test_every_story_comes_back_with_the_same_fingerprint_in_words_a_database_takes(told: Story) -> None:
    document = to_json(told)

    back = from_json(Story, document)

    assert back == told
    assert back.fingerprint == told.fingerprint
    assert "\0" not in document
    document.encode()  # no lone surrogate


def test_every_field_of_a_story_is_kept() -> None:
    assert from_json(Story, to_json(a_story())) == a_story()


def test_a_composition_comes_back_with_its_zone_and_every_digit_of_its_scores() -> None:
    told = a_composition([a_story(number) for number in range(1, 8)])

    back = from_json(Composition, to_json(told))

    assert back == told
    assert back.date.tzinfo == ZoneInfo("Europe/Stockholm")
    assert back.selection.featured[0].related[0].score == 0.1 + 0.2


def test_the_second_of_two_equal_wall_clock_hours_stays_the_second() -> None:
    stockholm = ZoneInfo("Europe/Stockholm")
    for fold in (0, 1):
        moment = datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=stockholm)

        told = replace(a_composition([a_story(n) for n in (1, 2, 3)]), date=moment)

        back = from_json(Composition, to_json(told)).date
        assert (back.fold, back.utcoffset()) == (fold, moment.utcoffset())


def test_a_moment_with_an_offset_only_keeps_it() -> None:
    moment = datetime(2026, 11, 23, 7, tzinfo=timezone(timedelta(hours=5, minutes=30)))

    back = from_json(Story, to_json(a_story(published=moment)))

    assert back.published is not None
    assert back.published.utcoffset() == timedelta(hours=5, minutes=30)


def test_rules_sources_and_choices_come_back() -> None:
    rules = replace(
        MORNING,
        valid_for=None,
        skip=replace(MORNING.skip, on_dates=(date(2026, 12, 24),), on_holidays=("SE",)),
    )
    choice = Choice(lead="00ff", order=("11ee", "00ff"))

    assert from_json(Digest, to_json(rules)) == rules
    assert [from_json(Source, to_json(source)) for source in SOURCES] == list(SOURCES)
    assert from_json(Choice, to_json(choice)) == choice


def test_what_equals_its_default_is_left_out() -> None:
    assert to_json(Choice()) == "{}"


def test_stories_may_stand_as_numbers() -> None:
    stories = [a_story(number) for number in range(1, 5)]
    told = a_composition(stories)

    document = to_json(told, refer=stories.index)

    assert from_json(Composition, document, stories=dict(enumerate(stories))) == told
    assert "harbour.example" not in document


@pytest.mark.parametrize(
    ("document", "stories"),
    [('{"headline":"no source"}', {}), ('{"mood":"calm"}', {}), ("7", {}), ("{}", {})],
)
def test_a_document_that_does_not_fit_says_so(document: str, stories: dict[int, Story]) -> None:
    with pytest.raises(StoreError, match="a stored story cannot be read back"):
        from_json(Story, document, stories=stories)

"""Reading classes: what choices mean for a digest, and which class stands for which."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.cadence import Cadence
from digest.model.classes import (
    Choices,
    Frequency,
    Offer,
    ReadingClass,
    about,
    coarser,
    merged,
    nearest,
    offer_of,
    suits,
)
from digest.model.digest import Digest, SectionRules, Source, SourceKind, StoryRules
from digest.model.story import Story

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
MORNING = Digest(
    id="morning",
    title="The Morning Brief",
    cadence=Cadence(written="daily at 07:00", times=(time(7),)),
    stories=StoryRules(),
    language="en-GB",
    sections=(
        SectionRules(title="City", tags=("council", "Transport")),
        SectionRules(title="Along the coast", sources=("wire",)),
        SectionRules(title="Everything else"),
    ),
)
SOURCES = (
    Source(id="desk", kind=SourceKind.FOLDER, location="desk", section="Culture"),
    Source(id="wire", kind=SourceKind.FOLDER, location="wire", language="vi"),
)
BY_ID = {source.id: source for source in SOURCES}
EVERYBODY = ReadingClass()


def story(
    *, source: str = "desk", section: str = "", tags: tuple[str, ...] = (), language: str = ""
) -> Story:
    return Story(
        source=source,
        headline="A bridge opens",
        first_seen=NOW,
        section=section,
        tags=tags,
        language=language,
    )


def test_a_digest_offers_its_sections_their_tags_and_its_sources_sections_in_the_languages_of_both() -> None:
    offer = offer_of(MORNING, SOURCES)

    assert offer.topics == {
        "city": "City", "council": "council", "transport": "Transport", "along-the-coast": "Along the coast",
        "everything-else": "Everything else", "culture": "Culture",
    }  # fmt: skip
    assert offer.languages == ("en", "vi")


def test_choices_that_a_digest_cannot_tell_apart_make_no_class_of_their_own() -> None:
    offer = offer_of(MORNING, SOURCES)

    assert offer.class_of(Choices(topics=("morning", "chess"), language="sv")) == EVERYBODY
    assert (
        offer.class_of(Choices(topics=("CULTURE", "morning"), language="vi-VN")).key
        == "topics:culture.language:vi"
    )


def test_where_a_digest_comes_in_one_language_only_that_of_a_reader_makes_no_difference() -> None:
    assert Offer(languages=("en",)).class_of(Choices(language="en")) == EVERYBODY


def test_a_key_names_what_was_chosen_and_a_class_says_it_in_words() -> None:
    reading = ReadingClass(
        topics=("city", "culture"), language="vi", also=("evening", "weekend"), frequency=Frequency.BREAKING
    )

    assert EVERYBODY.key == "all"
    assert reading.key == "topics:city,culture.language:vi.breaking.also:evening,weekend"
    assert str(reading) == "topics city, culture; in vi; breaking news only; also reads evening, weekend"


@pytest.mark.parametrize(
    ("one", "topics"),
    [
        (story(section="City"), {"city"}),
        (story(), {"culture"}),
        (story(section="City", tags=("Transport",)), {"city", "transport"}),
        (story(source="wire"), {"along-the-coast"}),
        (story(section="Sport", tags=("council",)), {"sport", "council", "city"}),
    ],
)
def test_a_story_is_about_its_section_its_tags_and_the_sections_made_of_such_stories(
    one: Story, topics: set[str]
) -> None:
    assert about(one, MORNING, BY_ID) == topics


def test_a_story_suits_who_chose_its_topic_and_its_language_and_who_chose_nothing() -> None:
    viet = story(section="City", language="vi-VN")

    assert suits(viet, EVERYBODY, MORNING, BY_ID)
    assert suits(viet, ReadingClass(language="vi", topics=("city", "sport")), MORNING, BY_ID)
    assert not suits(viet, ReadingClass(language="en"), MORNING, BY_ID)
    assert not suits(viet, ReadingClass(topics=("culture",)), MORNING, BY_ID)
    assert suits(story(section="City"), ReadingClass(language="en"), MORNING, BY_ID)  # it does not say


def test_the_smallest_class_goes_into_the_nearest_coarser_one() -> None:
    culture, both = ReadingClass(topics=("culture",)), ReadingClass(topics=("city", "culture"))
    weekend = ReadingClass(topics=("culture",), also=("weekend",))
    counted = {EVERYBODY: 900, culture: 20, both: 50, weekend: 3}

    three = merged(counted, EVERYBODY, most=3)
    two = merged(counted, EVERYBODY, most=2)

    assert (three[weekend], three[culture], three[both]) == (culture, culture, both)
    assert (two[weekend], two[culture], two[both]) == (both, both, both)
    assert set(merged(counted, EVERYBODY, most=1).values()) == {EVERYBODY}


def test_a_class_keeps_its_language_even_if_it_is_shown_more_topics_for_it() -> None:
    reading = ReadingClass(topics=("culture",), language="vi")
    there = {EVERYBODY: 9, ReadingClass(topics=("culture",)): 9, ReadingClass(language="vi"): 1}

    assert nearest(reading, there) == ReadingClass(language="vi")


names = st.sets(st.sampled_from(["a", "b", "c"]), max_size=3).map(lambda found: tuple(sorted(found)))
readings = st.builds(
    ReadingClass,
    also=names,
    topics=names,
    language=st.sampled_from(["", "vi", "sv"]),
    frequency=st.sampled_from([Frequency.EACH, Frequency.BREAKING]),
)
counts = st.dictionaries(readings, st.integers(1, 1000), max_size=30)


@given(counts, st.integers(1, 24))
def test_every_class_gets_words_that_leave_at_least_as_much_unsaid_and_there_are_few_enough(
    counted: dict[ReadingClass, int], most: int
) -> None:
    into = merged(counted, EVERYBODY, most)

    assert set(into) == {EVERYBODY, *counted}
    assert len(set(into.values())) <= most
    assert all(coarser(end, reading) for reading, end in into.items())
    assert all(into[end] == end for end in into.values())
    assert len(counted) + 1 > most or all(reading == end for reading, end in into.items())


@given(counts, st.integers(1, 24), st.randoms())
def test_the_order_in_which_readers_are_counted_changes_nothing(
    counted: dict[ReadingClass, int], most: int, chance: object
) -> None:
    pairs = list(counted.items())
    chance.shuffle(pairs)  # type: ignore[attr-defined]  # Hypothesis's own Random

    assert merged(dict(pairs), EVERYBODY, most) == merged(counted, EVERYBODY, most)


@given(counts)
def test_keys_are_as_many_as_classes(counted: dict[ReadingClass, int]) -> None:
    assert len({reading.key for reading in counted}) == len(counted)


@given(readings, readings, readings)
def test_coarser_is_an_order(one: ReadingClass, two: ReadingClass, three: ReadingClass) -> None:
    assert coarser(one, one)
    assert not (coarser(one, two) and coarser(two, one)) or one == two
    assert not (coarser(one, two) and coarser(two, three)) or coarser(one, three)

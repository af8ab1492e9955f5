"""The archive's index finds what a reading of everything would find."""

import zlib
from datetime import UTC, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.story import Story
from digest.selection.index import (
    MERGED,
    Entry,
    Index,
    frequencies_from,
    frequencies_of,
    frequencies_to_bytes,
    merge,
    segment_from,
    segment_of,
    to_merge,
)
from digest.selection.rows import NOTHING
from digest.selection.text import text_of

WORDS = tuple(
    word
    for line in (
        "ferry harbour council vote bridge storm flood gate tram night line library rope concert light",
        "orchard pear tree island museum knot pilot boat skerry market mill wheel owl tower church school",
    )
    for word in line.split()
)
STORIES = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=3, max_size=14), min_size=2, max_size=40
)  # fmt: skip


def entries(stories: list[list[str]]) -> list[Entry]:
    made = []
    for number, words in enumerate(stories, 1):
        story = Story(
            source="desk", guid=str(number), headline=" ".join(words), language="en",
            first_seen=datetime(2026, 11, 23, tzinfo=UTC),
        )  # fmt: skip
        made.append(Entry(number=number, hours=float(number), text=text_of(story)))
    return made


@given(STORIES, st.integers(1, 7))
@settings(max_examples=40, deadline=None)
def test_cutting_and_merging_segments_changes_no_answer(stories: list[list[str]], size: int) -> None:
    all_of_them = entries(stories)
    known = frequencies_of([segment_of(all_of_them, NOTHING)])
    cut = [segment_of(all_of_them[at : at + size], known) for at in range(0, len(all_of_them), size)]

    whole, parts, merged = (
        Index(segments) for segments in ([segment_of(all_of_them, known)], cut, [merge(cut, known)])
    )

    for entry in all_of_them:
        answers = [index.nearest(entry.text, most=5) for index in (whole, parts, merged)]
        said = [[(number, round(alike, 4)) for number, alike in answer] for answer in answers]
        assert said[0] == said[1] == said[2]


@given(STORIES)
@settings(max_examples=30, deadline=None)
def test_bytes_give_the_same_segment_and_frequencies_again(stories: list[list[str]]) -> None:
    segment = segment_of(entries(stories), NOTHING)
    known = frequencies_of([segment])

    again, counted = segment_from(segment.to_bytes()), frequencies_from(frequencies_to_bytes(known))

    assert again is not None
    for name in segment.__slots__:
        assert np.array_equal(getattr(again, name), getattr(segment, name)), name
    assert np.array_equal(counted.keys, known.keys)
    assert np.array_equal(counted.texts, known.texts)
    assert counted.totals == known.totals == {text_of_language(): len(stories)}


def text_of_language() -> int:
    return entries([["ferry"]])[0].text.language


def test_a_text_is_nearest_to_itself_and_then_to_what_shares_its_rare_words() -> None:
    found = entries([
        ["ferry", "harbour", "storm", "flood"],
        ["ferry", "harbour", "storm", "pear"],
        ["museum", "knot", "pilot", "boat"],
        ["ferry", "school", "bread", "river"],
    ])  # fmt: skip
    index = Index([segment_of(found, NOTHING)])

    near = [number for number, _ in index.nearest(found[0].text, most=3)]

    assert near[:2] == [1, 2]
    assert 3 not in near


def test_only_what_was_published_since_is_found() -> None:
    found = entries([["ferry", "storm"], ["ferry", "storm"], ["ferry", "storm"]])
    index = Index([segment_of(found[:2], NOTHING), segment_of(found[2:], NOTHING)])

    assert [number for number, _ in index.nearest(found[0].text, most=9, since=2.5)] == [3]
    assert index.nearest(found[0].text, most=9, since=99.0) == []


def test_an_empty_archive_knows_nobody() -> None:
    assert Index([]).nearest(entries([["ferry"]])[0].text, most=5) == []


def test_there_are_never_many_segments() -> None:
    sizes: list[int] = []
    for _ in range(3_000):
        sizes.append(5)
        while (run := to_merge(sizes)) is not None:
            sizes[run] = [sum(sizes[run])]

    assert sum(sizes) == 15_000
    assert len(sizes) <= 8 * MERGED


def test_frequencies_of_another_form_are_none_at_all() -> None:
    data = zlib.decompress(frequencies_to_bytes(frequencies_of([segment_of(entries([["owl"]]), NOTHING)])))
    older = zlib.compress((int.from_bytes(data[:8], "little") - 1).to_bytes(8, "little") + data[8:])

    assert frequencies_from(older) is NOTHING

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.digest import Digest, SectionRules, Source, SourceKind
from digest.model.edition import Selection
from digest.model.story import Completeness, Story
from digest.selection.select import select
from selection.making import NOW, TEXTS, digest, story

SECTIONS = (
    SectionRules(title="City", take=2, tags=("city",)),
    SectionRules(title="Arts", take=1, tags=("arts",), optional=True),
)
SOURCES = tuple(
    Source(id=name, kind=SourceKind.FEED, location=f"https://{name}.example/rss", weight=weight)
    for name, weight in (("wire", 2.0), ("herald", 1.0), ("copier", 0.5))
)

one_story = st.builds(
    lambda name, age, source, tags, partial, number: story(
        name,
        age=age,
        source=source,
        tags=tags,
        url=f"https://{source}.example/{name}-{number}",
        completeness=Completeness.PARTIAL if partial else Completeness.FULL,
    ),
    st.sampled_from(sorted(TEXTS)),
    st.integers(min_value=-2, max_value=30),
    st.sampled_from(["wire", "herald"]),
    st.sampled_from([("city",), ("arts",), ("city", "arts"), ()]),
    st.booleans(),
    st.integers(min_value=0, max_value=3),
)
pools = st.lists(one_story, max_size=14)
digests = st.sampled_from([digest(), digest(sections=SECTIONS)])


def accounted(selection: Selection) -> set[str]:
    shown = {one.id for one in selection.carried}
    merged = {one.id for slot in selection.slots for one in slot.reports}
    return shown | merged | {passed.story.id for passed in selection.passed_over}


@settings(max_examples=40, deadline=None)
@given(pools, digests, st.randoms(use_true_random=False))
def test_the_order_of_the_stories_changes_nothing(pool: list[Story], rules: Digest, dice: object) -> None:
    shuffled = list(pool)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]  # st.randoms gives a random.Random

    assert select(shuffled, digest=rules, sources=SOURCES, now=NOW) == select(
        pool, digest=rules, sources=SOURCES, now=NOW
    )


@settings(max_examples=40, deadline=None)
@given(pools, digests)
def test_every_candidate_is_placed_or_passed_over_with_a_reason(pool: list[Story], rules: Digest) -> None:
    selection = select(pool, digest=rules, sources=SOURCES, now=NOW)

    assert accounted(selection) == {one.id for one in pool}
    assert all(passed.reason for passed in selection.passed_over)
    assert all(slot.why for slot in selection.slots)


@settings(max_examples=40, deadline=None)
@given(pools)
def test_quotas_hold_and_nothing_is_shown_twice(pool: list[Story]) -> None:
    selection = select(pool, digest=digest(sections=SECTIONS), sources=SOURCES, now=NOW)

    takes = {rules.title: rules.take for rules in SECTIONS}
    assert all(len(section.stories) <= takes[section.title] for section in selection.sections)
    assert len(selection.featured) <= 1
    shown = [one.id for one in selection.carried]
    assert len(shown) == len(set(shown))


@settings(max_examples=40, deadline=None)
@given(pools.filter(bool), digests, st.data())
def test_an_older_copy_from_a_lighter_source_changes_nothing_that_is_chosen(
    pool: list[Story], rules: Digest, data: st.DataObject
) -> None:
    original = data.draw(st.sampled_from(pool))
    when = original.when - timedelta(hours=1)
    lighter = ["copier", "herald"] if original.source == "wire" else ["copier"]
    source = data.draw(st.sampled_from(lighter))
    copy = replace(
        original, source=source, url="https://copier.example/copy", published=when, first_seen=when
    )

    alone = select(pool, digest=rules, sources=SOURCES, now=NOW)
    joined = select([*pool, copy], digest=rules, sources=SOURCES, now=NOW)

    if original in [slot.story for slot in alone.slots]:
        assert [slot.story for slot in joined.slots] == [slot.story for slot in alone.slots]

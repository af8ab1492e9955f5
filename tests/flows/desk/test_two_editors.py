"""Any interleaving of two editors' changes, on a real database: none is lost without a word."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.flows.desk.changing import change
from digest.model.change import OUT, PINNED, Change, Field, value_of
from digest.store import compositions, editions
from digest.web.desk.room import workshop_of
from digest.wiring import House
from newsroom import MORNING, NOW, build, open_newsroom


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = open_newsroom(tmp_path_factory.mktemp("two"))
    build(house)
    yield house
    house.close()


def version(house: House) -> int:
    with house.store.read() as connection:
        return editions.versions(connection, [MORNING])[MORNING]


def stories(house: House) -> list[str]:
    with house.store.read() as connection:
        inputs = compositions.saved(connection, MORNING).inputs
    assert inputs is not None
    return sorted(story.id for story in inputs.candidates)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ada", "bo"]),
        st.booleans(),  # whether they look before they write
        st.sampled_from([Field.SUBJECT, Field.PREHEADER, Field.LEAD, Field.PLACE, Field.HEADLINE]),
        st.integers(0, 2),  # which story
        st.integers(0, 2),  # which value
    ),
    max_size=8,
)


def asked_for(field: Field, story: str, value: int) -> Change:
    if field is Field.LEAD:
        return Change(field=field, value=story)
    if field is Field.PLACE:
        return Change(field=field, story=story, value=(PINNED, OUT, None)[value])
    of_story = story if field is Field.HEADLINE else ""
    return Change(field=field, story=of_story, value=("Good morning", "The owls", "At last")[value])


@settings(max_examples=12, deadline=None)
@given(steps=STEPS)
def test_what_is_gone_was_replaced_by_who_had_seen_it_or_its_maker_was_told(
    house: House, steps: list[tuple[str, bool, Field, int, int]]
) -> None:
    ids, seen = stories(house), dict.fromkeys(("ada", "bo"), version(house))
    kept = list[tuple[int, Change, int]]()  # version after it, the change, version its maker saw
    for who, looks, field, story, value in steps:
        if looks:
            seen[who] = version(house)
        asked = asked_for(field, ids[story], value)
        done = change(house.store, workshop_of(house), MORNING, [asked], version=seen[who], who=who, now=NOW)
        assert not (done.conflicts and done.made)
        if done.made:  # what stood already was nobody's change
            kept.append((version(house), asked, seen[who]))

    with house.store.read() as connection:
        choice = editions.edition(connection, MORNING).choice
    for number, asked, _ in kept:
        if value_of(choice, asked.field, asked.story, ids) != asked.value:
            over = (
                saw
                for later, other, saw in kept
                if later > number
                and (other.field, other.story) == (asked.field, asked.story)
                and other.value != asked.value
            )
            assert next(over) >= number

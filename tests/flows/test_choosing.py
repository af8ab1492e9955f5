"""What was chosen from exactly the same before is remembered; nothing else ever comes of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digest.flows import indexing
from digest.flows.choosing import Memory, chosen
from digest.model.edition import Choice, StoryEdit
from digest.selection.rows import Frequencies
from digest.store import compositions
from digest.store.compositions import Inputs
from digest.wiring import House
from newsroom import MORNING, build, open_newsroom


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    build(house)
    yield house
    house.close()


def given(house: House) -> tuple[Inputs, Frequencies]:
    """What the edition was chosen from, read anew from the database."""
    with house.store.read() as connection:
        inputs = compositions.saved(connection, MORNING).inputs
        assert inputs is not None
        return inputs, indexing.frequencies(connection, inputs.frequencies)


def test_editors_words_change_no_choice_and_ask_for_none(house: House) -> None:
    memory, (inputs, background) = Memory(), given(house)
    story = inputs.candidates[0].id
    written = Choice(
        subject="The wheel", preheader="turns", letter="Dear", edits=(StoryEdit(story=story, headline="Hm"),)
    )
    first = memory.chosen(inputs, background)

    again, background = given(house)
    second = memory.chosen(replace(again, choice=written), background)

    assert second is first
    assert first == chosen(replace(again, choice=written), background)


def test_a_pin_an_exclusion_and_a_lead_are_chosen_anew(house: House) -> None:
    memory, (inputs, background) = Memory(), given(house)
    first = memory.chosen(inputs, background)
    last = first.slots[-1].story.id

    for choice in (Choice(lead=last), Choice(excluded=(last,)), Choice(pinned=(last,))):
        asked = replace(inputs, choice=choice)

        assert memory.chosen(asked, background) == chosen(asked, background) != first


def test_another_state_of_the_words_is_another_question(house: House) -> None:
    memory, (inputs, background) = Memory(), given(house)
    first = memory.chosen(inputs, background)

    other = replace(background, totals={1: 7})

    assert memory.chosen(inputs, other) is not first


def test_only_the_newest_choices_are_remembered(house: House) -> None:
    memory, (inputs, background) = Memory(most=1), given(house)
    first = memory.chosen(inputs, background)
    last = first.slots[-1].story.id
    memory.chosen(replace(inputs, choice=Choice(excluded=(last,))), background)

    assert memory.chosen(inputs, background) is not first

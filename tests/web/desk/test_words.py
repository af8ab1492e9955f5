"""The desk says for whom an edition waits, and promises no sending that needs somebody's word first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.model.edition import EditionState
from digest.web.desk.words import state_kind, state_word
from digest.wiring import House
from newsroom import SCHEDULE, build, open_newsroom
from web.desk.newsdesk import PAGE, browser


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A newsroom in which an editor has to agree."""
    house = open_newsroom(tmp_path, schedule=SCHEDULE + "    approval: {needs: 1 editor}\n")
    build(house)
    yield house
    house.close()


def test_what_waits_says_for_whom() -> None:
    assert state_word(EditionState.READY, waits=True, mine=True) == "waiting for you"
    assert state_word(EditionState.READY, waits=True, mine=False) == "waiting for approval"
    assert state_word(EditionState.READY) == "ready"
    assert state_kind(EditionState.READY, waits=True) == "wait"
    assert state_kind(EditionState.READY) == "good"


@pytest.mark.parametrize("where", ["/desk", PAGE])
def test_an_edition_that_waits_is_due_and_does_not_send(house: House, where: str) -> None:
    page = browser(house).get(where).text

    assert "waiting for you</span>" in page
    assert '<span class="muted">due <time' in page
    assert '<span class="muted">sends <time' not in page

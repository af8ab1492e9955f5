"""The lives of an edition and of a subscription, step by step."""

import itertools

import pytest

from digest.model import edition, subscriber
from digest.model.edition import EditionState as State
from digest.model.errors import StepForbidden
from digest.model.subscriber import Standing


def test_an_edition_can_be_built_approved_and_sent() -> None:
    life = [
        State.COLLECTING,
        State.READY,
        State.APPROVED,
        State.SENDING,
        State.PAUSED,
        State.SENDING,
        State.SENT,
    ]

    for old, new in itertools.pairwise(life):
        assert edition.step("morning/2026-11-23", old, new) is new


def test_any_edit_takes_the_approval_back() -> None:
    assert edition.step("e", State.APPROVED, State.READY) is State.READY


@pytest.mark.parametrize("old", [State.SENDING, State.PAUSED, State.SENT, State.CANCELLED, State.SKIPPED])
def test_nothing_leads_back_once_an_edition_is_being_sent(old: State) -> None:
    for new in (State.COLLECTING, State.READY, State.HELD, State.APPROVED, State.SKIPPED, State.FAILED):
        with pytest.raises(StepForbidden, match=f"it is {old}"):
            edition.step("morning/2026-11-23", old, new)


def test_before_sending_says_when_nothing_can_have_left() -> None:
    assert {state for state in State if edition.before_sending(state)} == {
        State.COLLECTING, State.READY, State.HELD, State.APPROVED, State.FAILED,
    }  # fmt: skip


def test_a_machine_never_takes_a_no_back() -> None:
    for new in (Standing.UNCONFIRMED, Standing.CONFIRMED, Standing.PAUSED):
        with pytest.raises(StepForbidden):
            subscriber.step("ada", Standing.UNSUBSCRIBED, new)


def test_the_person_may_come_back() -> None:
    back = subscriber.step("ada", Standing.UNSUBSCRIBED, Standing.CONFIRMED, by_person=True)

    assert back is Standing.CONFIRMED


def test_saying_the_same_again_is_no_step() -> None:
    for standing in Standing:
        assert subscriber.step("ada", standing, standing) is standing

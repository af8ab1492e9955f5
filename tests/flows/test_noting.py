"""Each new text of the schedule is noted once; an old copy brings no sign-in back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.flows import accounts as flow
from digest.flows.noting import note_restored
from digest.flows.signing_in import Browser, who_is
from digest.model.account import Role
from digest.model.errors import NotFound
from digest.store import audit
from digest.wiring import House, open_house
from newsroom import SCHEDULE, open_newsroom


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    yield house
    house.close()


def lines(house: House) -> list[str]:
    with house.store.read() as connection:
        return [line.what for line in reversed(audit.lines(connection, about="schedule"))]


def test_each_text_of_the_schedule_is_noted_once_whoever_reads_it(house: House) -> None:
    path = house.folder / "schedule.yaml"
    house.reread()
    path.write_text(SCHEDULE.replace("take: 3", "take: 2"))
    house.reread()
    other = open_house(house.folder, house.environment)
    other.clock = house.clock
    other.reread()
    other.close()

    first, second = lines(house)

    assert "read for the first time" in first
    assert "changed" in second


def test_a_schedule_that_is_wrong_is_noted_with_its_problems(house: House) -> None:
    house.reread()
    (house.folder / "schedule.yaml").write_text(SCHEDULE.replace("take: 3", "take: many"))
    house.reread()

    assert "1 problem: the old one runs on" in lines(house)[-1]


def test_a_restored_copy_brings_neither_a_sign_in_nor_an_invitation_back(house: House) -> None:
    now = house.clock()
    flow.add(house.store, name="ida", email="", role=Role.ADMIN, who="test", now=now)
    token = flow.invite(house.store, "ida", who="test", now=now)
    ticket = flow.accept(
        house.store, token, password="nine herons over the mill", newsroom="", browser=Browser(), now=now
    )
    again = flow.invite(house.store, "ida", who="test", now=now)
    assert who_is(house.store, ticket.token, now=now) is not None

    note_restored(house.store, taken=now, who="restore", now=now)

    assert who_is(house.store, ticket.token, now=now) is None
    with pytest.raises(NotFound):
        flow.invited(house.store, again, now=now)

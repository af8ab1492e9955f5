"""One log for the whole newsroom: editions, accounts, readers, the schedule; filtered and paged."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from digest.model.account import Role
from digest.store import audit
from digest.store.editions import note, open_edition
from digest.wiring import House
from newsroom import NOW, open_newsroom
from web.desk_people import hire, signed_in


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    hire(house, "ida", Role.ADMIN)
    with house.store.write() as connection:
        open_edition(
            connection, "morning/2026-11-23", digest="morning", day=NOW.date(), due=NOW, who="clock", now=NOW
        )
        note(connection, "morning/2026-11-23", who="bo", what="moved a story to the top", now=NOW)
        for number in range(120):
            at = NOW + timedelta(seconds=number // 3)  # several in one moment
            audit.note(connection, at=at, who="import", what=f"line {number:03}", about=f"import {number}")
    yield house
    house.close()


def test_histories_of_editions_stand_in_it(house: House) -> None:
    page = signed_in(house, "ida").get("/desk/log?about=edition").text

    assert "moved a story to the top" in page
    assert 'href="/desk/morning/2026-11-23"' in page
    assert "line 001" not in page


def test_every_line_is_on_exactly_one_page(house: House) -> None:
    client, address, seen = signed_in(house, "ida"), "/desk/log?about=import", []

    while address:
        page = client.get(address).text
        seen += re.findall(r"line (\d{3})", page)
        older = re.search(r'href="([^"]+after=[^"]+)">Older', page)
        address = older[1].replace("&amp;", "&") if older else ""

    assert seen == [f"{number:03}" for number in reversed(range(120))]


def test_it_is_searched_by_person_and_by_words(house: House) -> None:
    client = signed_in(house, "ida")

    assert "moved a story" in client.get("/desk/log?who=bo").text
    found = client.get("/desk/log?text=LINE+07").text
    assert re.findall(r"line (\d{3})", found) == [f"07{n}" for n in reversed(range(10))]
    assert "No line is like that" in client.get("/desk/log?text=100%25").text


@pytest.mark.parametrize(
    "after", ["x", "2026-11-23 0 0", "2026-11-23T06:40:00+00:00 0 9999999999999999999", "  "]
)
def test_a_damaged_address_begins_with_the_newest_line(house: House, after: str) -> None:
    answer = signed_in(house, "ida").get("/desk/log", params={"about": "import", "after": after})

    assert "line 119" in answer.text

"""From a row without a yes to a reader: one letter, a button, and only then an edition."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.clock.rounds import make_round
from digest.clock.sender import Senders
from digest.model.subscriber import Standing
from digest.store.roster import people
from digest.web.app import build_app
from digest.wiring import House
from newsroom import NOW, Clock, open_newsroom


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    yield house
    house.close()


def tick(house: House) -> list[EmailMessage]:
    """Let the clock make a round and the senders send; return what is in the inbox."""
    make_round(house, now=house.clock())
    senders = Senders(house, report=print, stop=lambda: False)
    senders.look()
    senders.join(timedelta(seconds=60))
    found = []
    for path in sorted((house.state / "inbox").glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def standing(house: House) -> Standing:
    with house.store.read() as connection:
        held = people.find(connection, "cy@reader.example")
    assert held is not None
    return held.standings["morning"]


def test_who_came_in_without_a_yes_gets_one_letter_and_no_second(house: House) -> None:
    (letter,) = tick(house)

    assert letter["To"] == "Cy <cy@reader.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] is None

    house.clock = Clock(NOW + timedelta(minutes=3))
    assert len(tick(house)) == 1


def test_the_letters_link_confirms_by_post_and_by_nothing_else(house: House) -> None:
    (letter,) = tick(house)
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    link = re.search(r"https://letters\.gazette\.example(/c/\S+)", text)[1]  # type: ignore[index]
    client = TestClient(build_app(house), base_url="http://127.0.0.1:8420")

    assert "Do you want The Morning Post?" in client.get(link).text
    assert standing(house) is Standing.UNCONFIRMED

    answer = client.post(link, headers={"sec-fetch-site": "same-origin"})
    assert "Welcome" in answer.text
    assert standing(house) is Standing.CONFIRMED
    assert "already confirmed" in client.post(link, headers={"sec-fetch-site": "same-origin"}).text


def test_a_letter_older_than_a_no_is_no_new_yes(house: House) -> None:
    from digest.flows.subscribe import unsubscribe

    (letter,) = tick(house)
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    link = re.search(r"https://letters\.gazette\.example(/c/\S+)", text)[1]  # type: ignore[index]
    with house.store.read() as connection:
        cy = people.find(connection, "cy@reader.example")
    assert cy is not None
    later = NOW + timedelta(hours=1)
    unsubscribe(house.store, house.opt_outs, cy.subscriber.id, "morning", source="page", now=later)
    house.clock = Clock(later + timedelta(hours=1))

    answer = TestClient(build_app(house)).post(link, headers={"sec-fetch-site": "same-origin"})

    assert "You have left since" in answer.text
    assert standing(house) is Standing.UNSUBSCRIBED


def test_a_forged_link_says_so(house: House) -> None:
    assert TestClient(build_app(house)).get("/c/MTIz.abc").status_code == 404


def test_who_comes_later_on_the_same_day_gets_a_letter_too(house: House) -> None:
    assert len(tick(house)) == 1
    (house.folder / "subscribers" / "more.csv").write_text("email\ndi@reader.example\n", encoding="utf-8")

    house.clock = Clock(NOW + timedelta(minutes=5))
    letters = tick(house)

    assert sorted(str(letter["To"]) for letter in letters) == ["Cy <cy@reader.example>", "di@reader.example"]

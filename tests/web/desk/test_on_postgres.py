"""The desk on a real PostgreSQL server: what its buttons do there is what they do on SQLite."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crash.conftest import postgres_server, postgres_store, postgres_url
from digest.store import compositions, editions, renderings
from digest.store.corrections import corrections
from digest.wiring import House
from flows.conftest import Listening
from newsroom import MORNING
from web.desk.newsdesk import PAGE, browser, counts, let_go, open_newsdesk, send_what_is_due, state

__all__ = ["postgres_server", "postgres_store", "postgres_url"]
pytestmark = pytest.mark.postgres

READERS = ["ada@reader.example", "bo@google.readers.example", "later-1-cy@reader.example"]
MILL = "The mill wheel turns again after ninety years"


@pytest.fixture
def house(tmp_path: Path, sink: Listening, postgres_url: str) -> Iterator[House]:
    house = open_newsdesk(tmp_path, sink.port, READERS, database=postgres_url)
    assert house.store.url.startswith("postgresql")
    yield house
    house.close()


@pytest.fixture
def client(house: House) -> TestClient:
    return browser(house)


def ids(house: House) -> list[str]:
    """The stories in their order."""
    with house.store.read() as connection:
        return [slot.story.id for slot in compositions.composition(connection, MORNING).selection.slots]


def press(client: TestClient, verb: str, **form: str) -> TestClient:
    version = re.search(r'name="version" value="(\d+)"', client.get(PAGE).text)
    answer = client.post(f"{PAGE}/-/{verb}", data={"version": version[1] if version else "0", **form})
    assert answer.status_code == 200, answer.text
    return client


def words(house: House) -> str:
    with house.store.read() as connection:
        return renderings.renderings(connection, MORNING)["all"].html


def seen(house: House) -> str:
    with house.store.read() as connection:
        return renderings.hash_of(renderings.renderings(connection, MORNING))


def newest_change(house: House) -> int:
    with house.store.read() as connection:
        return max(line.number for line in editions.history(connection, MORNING) if line.change)


def test_words_order_and_places_are_changed_and_undone(client: TestClient, house: House) -> None:
    first, second, third = ids(house)

    press(client, "change", story=first, headline="The wheel turns", **{"was-headline": MILL})
    press(client, "change", story=third, position=second)
    assert "The wheel turns" in words(house)
    assert ids(house) == [first, third, second]

    press(client, "undo", number=str(newest_change(house)))
    press(client, "change", story=third, place="out")
    press(client, "change", lead=second)
    press(client, "change", breaking="yes", subject="Hear, hear", **{"was-subject": "x"})

    assert ids(house) == [second, first]
    with house.store.read() as connection:
        record = editions.edition(connection, MORNING)
    assert (record.breaking, record.subject) == (True, "Hear, hear")


def test_the_second_of_two_is_told_what_the_first_has_made_of_it(client: TestClient, house: House) -> None:
    version = re.search(r'name="version" value="(\d+)"', client.get(PAGE).text)
    assert version is not None
    form = {"version": version[1], "was-subject": "x"}
    client.post(f"{PAGE}/-/change", data={**form, "subject": "Ada's"})

    answer = client.post(f"{PAGE}/-/change", data={**form, "subject": "Bo's"})

    assert answer.status_code == 409
    with house.store.read() as connection:
        assert editions.edition(connection, MORNING).subject == "Ada's"


def test_it_is_approved_pulled_back_held_and_let_go_of(client: TestClient, house: House) -> None:
    press(client, "approve", hash=seen(house))
    assert state(house) == "approved"
    press(client, "pull-back")
    press(client, "hold", why="the mayor calls back")
    assert state(house) == "held"
    press(client, "pull-back")
    press(client, "approve", hash=seen(house))

    press(client, "change", subject="Another", **{"was-subject": "x"})

    assert state(house) == "ready"  # other words than those that were approved
    press(client, "rebuild")
    press(client, "skip", why="a strike")
    assert state(house) == "skipped"


def test_it_is_sent_corrected_and_those_who_read_it_wrong_are_written_to(
    client: TestClient, house: House, sink: Listening
) -> None:
    house.clock = lambda: datetime.now(UTC)  # senders keep to the server's clock
    let_go(client, house)
    send_what_is_due(house)
    assert counts(house).sent == 2

    press(client, "correct", story=ids(house)[0], headline="In 1931", told="Not ninety years.",
          **{"was-headline": MILL})  # fmt: skip
    with house.store.read() as connection:
        assert [one.told for one in corrections(connection, MORNING)] == ["Not ninety years."]
    letter = client.post(f"{PAGE}/-/write/1").url.path.removeprefix("/desk/")
    with house.store.read() as connection:
        hash = renderings.hash_of(renderings.renderings(connection, letter))
    client.post(f"/desk/{letter}/-/send-now", data={"hash": hash})
    before = len(sink.accepted())
    send_what_is_due(house)

    assert {mail.recipient for mail in sink.accepted()[before:]} == set(READERS[:2])
    assert (state(house, letter), counts(house, letter).sent) == ("sent", 2)

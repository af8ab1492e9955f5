"""An edition that leaves, seen from the desk: stopped, resumed, taken back, settled, looked up."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.wiring import House
from flows.conftest import Listening
from web.desk.newsdesk import PAGE, browser, counts, let_go, open_newsdesk, send_what_is_due, state

READERS = [
    "ada@reader.example", "bo@google.readers.example", "never-cy@reader.example", "cut-dot@reader.example",
    "later-1-eve@reader.example",
]  # fmt: skip


@pytest.fixture
def house(tmp_path: Path, sink: Listening) -> Iterator[House]:
    house = open_newsdesk(tmp_path, sink.port, READERS)
    yield house
    house.close()


@pytest.fixture
def client(house: House) -> TestClient:
    return browser(house)


@pytest.fixture
def gone(client: TestClient, house: House) -> TestClient:
    """The browser, after the first round of sending."""
    let_go(client, house)
    send_what_is_due(house)
    return client


def test_the_page_tells_what_came_of_whom_and_why(gone: TestClient) -> None:
    page = " ".join(gone.get(PAGE).text.split())

    assert "<strong>2</strong> of 5 delivered" in page
    assert "<strong>1</strong> refused" in page
    assert "<strong>1</strong> unknown" in page
    assert "<strong>1</strong> to go" in page  # asked to come back later
    assert "550 5.1.1 no such person" in page
    assert "Accepted, by mailbox provider" in page


def test_bounces_are_told_as_far_as_they_came_back(gone: TestClient) -> None:
    page = " ".join(re.sub(r"<[^>]+>", " ", gone.get(PAGE).text).split())

    assert "1 bounced: nobody is at the address" in page
    assert "0 failing" in page
    assert "1 of them is mailed no more" in page
    assert "? complaints, and bounces that come back by mail later: not read yet" in page


def test_nobody_is_started_while_it_is_paused(client: TestClient, house: House) -> None:
    let_go(client, house)
    client.post(f"{PAGE}/-/pause")
    send_what_is_due(house)
    assert (state(house), counts(house).sent) == ("paused", 0)

    client.post(f"{PAGE}/-/resume")
    send_what_is_due(house)

    assert counts(house).sent == 2


def test_an_edition_is_taken_back_for_a_reason_and_leaves_the_archive(
    client: TestClient, house: House
) -> None:
    let_go(client, house)
    assert client.post(f"{PAGE}/-/withdraw", data={"why": ""}).status_code == 409

    client.post(f"{PAGE}/-/withdraw", data={"why": "the mayor did not resign"})
    send_what_is_due(house)

    assert (state(house), counts(house).sent) == ("cancelled", 0)
    assert client.get("/archive/morning/2026-11-23").status_code == 404
    assert "withdrawn: the mayor did not resign" in client.get(PAGE).text


def test_unknown_deliveries_are_settled_as_sent(gone: TestClient, house: House) -> None:
    gone.post(f"{PAGE}/-/settle", data={"as": "sent"})

    assert (counts(house).unknown, counts(house).sent) == (0, 3)
    assert gone.post(f"{PAGE}/-/settle", data={"as": "lost"}).status_code == 409


def test_unknown_deliveries_are_sent_again(gone: TestClient, house: House) -> None:
    gone.post(f"{PAGE}/-/settle", data={"as": "resend"})
    send_what_is_due(house)

    assert (counts(house).unknown, counts(house).sent) == (0, 3)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("ada@reader.example", "ada@reader.example: sent at"),
        ("never-cy@reader.example", "refused"),
        ("nobody@reader.example", "no reader of ours"),
        ("no address", "is no address"),
    ],
)
def test_one_question_tells_whether_a_reader_got_it(gone: TestClient, address: str, told: str) -> None:
    assert told in gone.get(PAGE, params={"reader": address}).text


def test_the_list_of_who_got_it_is_taken_along(gone: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(gone.get(f"{PAGE}/-/deliveries.csv").text)))
    lines = [json.loads(line) for line in gone.get(f"{PAGE}/-/deliveries.jsonl").text.splitlines()]

    assert {row["email"]: row["state"] for row in rows}["never-cy@reader.example"] == "refused"
    assert [row["email"] for row in rows] == [line["email"] for line in lines]
    assert all(row["version"] == "all/1" for row in rows)
    assert gone.get("/desk/morning/2031-01-01/-/deliveries.csv").status_code == 404


def test_today_shows_what_is_on_its_way_with_its_numbers(client: TestClient, house: House) -> None:
    let_go(client, house)

    page = client.get("/desk").text

    assert "Watch" in page
    assert "0 of 5 delivered" in page

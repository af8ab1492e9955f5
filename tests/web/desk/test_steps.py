"""Approve, pull back, hold, skip, send now, rebuild, test: from the desk, in words that are kept."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.delivery.inbox import messages
from digest.model.edition import EditionState
from digest.store import editions, renderings
from digest.web.app import build_app
from digest.wiring import House
from newsroom import MORNING, SCHEDULE, build, open_newsroom

PAGE = f"/desk/{MORNING}"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, schedule=SCHEDULE + "    approval: {needs: 1 editor}\n")
    build(house)
    yield house
    house.close()


def record(house: House) -> editions.EditionRecord:
    with house.store.read() as connection:
        return editions.edition(connection, MORNING)


def seen(house: House) -> str:
    """The name of the words that are on the desk now."""
    with house.store.read() as connection:
        return renderings.hash_of(renderings.renderings(connection, MORNING))


def test_one_sentence_says_who_gets_what_and_when(client: TestClient) -> None:
    page = " ".join(client.get(PAGE).text.split())

    assert (
        "<em>The Morning Post</em> goes to <strong>2 readers</strong> at <strong>07:00</strong> (in 20 min), "
        "from The Larkmoor Gazette &lt;brief@gazette.example&gt;." in page
    )


def test_the_words_that_were_seen_are_approved_and_can_be_pulled_back(
    client: TestClient, house: House
) -> None:
    client.post(f"{PAGE}/-/approve", data={"hash": seen(house)})
    assert record(house).state is EditionState.APPROVED

    page = client.post(f"{PAGE}/-/pull-back").text

    assert record(house).state is EditionState.READY
    assert "pulled back" in page


def test_other_words_than_those_that_were_seen_are_not_approved(client: TestClient, house: House) -> None:
    answer = client.post(f"{PAGE}/-/approve", data={"hash": "of yesterday"})

    assert answer.status_code == 409
    assert "changed since it was looked at" in answer.text
    assert record(house).state is EditionState.READY


def test_two_editors_are_two_persons(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path, schedule=SCHEDULE + "    approval: {needs: 2 editors}\n")
    build(house)
    client = TestClient(
        build_app(house), base_url="http://127.0.0.1", headers={"Sec-Fetch-Site": "same-origin"}
    )

    for _ in range(2):
        page = client.post(f"{PAGE}/-/approve", data={"hash": seen(house)}).text

    assert record(house).state is EditionState.READY
    assert "somebody else has to be the other one" in " ".join(page.split())
    house.close()


def test_a_held_edition_says_why_and_is_let_go(client: TestClient, house: House) -> None:
    client.post(f"{PAGE}/-/hold", data={"why": "the mayor may resign"})
    assert (record(house).state, record(house).why) == (EditionState.HELD, "the mayor may resign")

    client.post(f"{PAGE}/-/pull-back")

    assert record(house).state is EditionState.READY


def test_an_edition_is_left_out_for_a_reason_only(client: TestClient, house: House) -> None:
    assert client.post(f"{PAGE}/-/skip", data={"why": " "}).status_code == 409

    client.post(f"{PAGE}/-/skip", data={"why": "a day of mourning"})

    assert record(house).state is EditionState.SKIPPED


def test_a_rebuild_keeps_the_editors_words(client: TestClient, house: House) -> None:
    with house.store.read() as connection:
        version = editions.versions(connection, [MORNING])[MORNING]
    client.post(f"{PAGE}/-/change", data={"version": str(version), "subject": "Mine", "was-subject": "S"})

    client.post(f"{PAGE}/-/rebuild")

    assert record(house).subject == "Mine"


def test_send_now_approves_and_publishes_in_one_go(client: TestClient, house: House) -> None:
    client.post(f"{PAGE}/-/send-now", data={"hash": seen(house)})

    assert record(house).state is EditionState.SENDING


def test_a_blocker_stops_the_approval_until_an_approver_overrides_it(
    client: TestClient, house: House
) -> None:
    with house.store.write() as connection:
        words = renderings.renderings(connection, MORNING)["all"]
        html = words.html.replace("Unsubscribe", '<img src="https://a.example/x.jpg">', 1)
        renderings.save_rendering(connection, MORNING, "all", replace(words, html=html), now=house.clock())
    page = client.get(PAGE).text
    assert "Override" in page

    refused = client.post(f"{PAGE}/-/approve", data={"hash": seen(house)})
    for rule in dict.fromkeys(re.findall(r'name="rule" value="([a-z-]+)"', page)):
        client.post(f"{PAGE}/-/override", data={"rule": rule, "reason": "printed in the picture"})
    client.post(f"{PAGE}/-/approve", data={"hash": seen(house)})

    assert refused.status_code == 409
    assert record(house).state is EditionState.APPROVED


def test_a_test_copy_goes_out_as_one_reader_to_another(client: TestClient, house: House) -> None:
    answer = client.post(f"{PAGE}/-/test", data={"as": "ada@reader.example", "to": "maya@gazette.example"})

    (copy,) = messages(house.state / "inbox")
    assert copy.rcpt_to == ("maya@gazette.example",)
    assert "test copy to maya@gazette.example, as Ada" in answer.text


def test_a_test_copy_as_nobody_we_know_is_refused_on_the_page_of_the_edition(client: TestClient) -> None:
    answer = client.post(f"{PAGE}/-/test", data={"as": "nobody@reader.example", "to": "maya@gazette.example"})

    assert answer.status_code == 404
    assert 'id="desk"' in answer.text
    assert "nobody@reader.example: nobody" in answer.text.split('role="alert"', 1)[1]

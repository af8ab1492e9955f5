"""Leaving: by a machine's POST while the database is busy, by a button, with a reason or without."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.flows.sending.addressing import UNSUBSCRIBE
from digest.flows.subscribe import forget
from digest.model.subscriber import Standing
from digest.model.token import sign
from digest.store.roster import reasons
from digest.wiring import House
from newsroom import NOW, open_newsroom
from web.newspapers import TWO
from web.visitors import SAME, browser, field, held, wait

ADA = "ada@reader.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, schedule=TWO)
    readers = house.folder / "subscribers" / "readers.csv"
    readers.rename(readers.with_name("morning.csv"))  # readers of this digest
    house.sync_readers()
    yield house
    house.close()


def link(house: House) -> str:
    reader = held(house, ADA)
    assert reader is not None
    return f"/u/{sign(UNSUBSCRIBE, f'{reader.subscriber.id} morning', key=house.keys[0])}"


def leave(house: House) -> str:
    wait(house, seconds=20)
    return browser(house).post(link(house), data={"scope": "morning"}, headers=SAME).text


def noes(house: House) -> list[str]:
    lines = (house.state / "opt-outs.jsonl").read_text("utf-8").splitlines()[1:]
    return [json.loads(line)["source"] for line in lines]


@pytest.mark.parametrize("way", ["one-click", "page"])
def test_a_no_is_answered_while_somebody_else_writes_into_the_database(house: House, way: str) -> None:
    address, client = link(house), browser(house)
    answered: list[int] = []
    data = ONE_CLICK if way == "one-click" else {"scope": "morning"}
    with house.store.write():
        post = threading.Thread(
            target=lambda: answered.append(client.post(address, data=data, headers=SAME).status_code)
        )
        post.start()
        while not (house.state / "opt-outs.jsonl").exists() or not noes(house):
            assert post.is_alive(), "it ended without keeping the no"
        assert noes(house) == [way]
    post.join()

    assert answered == [200]
    reader = held(house, ADA)
    assert reader is not None
    assert reader.standings == {"morning": Standing.UNSUBSCRIBED}


@pytest.mark.parametrize(
    "body",
    [
        {"data": ONE_CLICK},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {
            "content": b"List-Unsubscribe=One-Click",
            "headers": {"content-type": "application/x-www-form-urlencoded"},
        },
        {"content": b"", "headers": {"content-type": "text/plain"}},
    ],
    ids=["form", "multipart", "26 bytes", "nothing at all"],
)
def test_whatever_a_mail_program_posts_is_a_no(house: House, body: dict[str, object]) -> None:
    answer = browser(house).post(link(house), follow_redirects=False, **body)  # type: ignore[arg-type]

    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers
    reader = held(house, ADA)
    assert reader is not None
    assert reader.standings == {"morning": Standing.UNSUBSCRIBED}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_at_any_link_changes_nothing(house: House, method: str) -> None:
    before = held(house, ADA)

    browser(house).request(method, link(house))

    assert held(house, ADA) == before
    assert not (house.state / "opt-outs.jsonl").exists()


def test_who_has_left_or_is_forgotten_is_told_so_and_not_asked_again(house: House) -> None:
    address = link(house)
    reader = held(house, ADA)
    assert reader is not None
    asked = browser(house).get(address).text
    leave(house)

    after = browser(house).get(address).text
    forget(house.store, house.opt_outs, reader.subscriber.id, source="page", now=house.clock())
    forgotten = browser(house).get(address).text

    assert "Unsubscribe from The Morning Post?" in asked
    for page in (after, forgotten):
        assert "You are unsubscribed" in page
        assert "Unsubscribe from" not in page
    assert "Undo: I want to stay" in after
    assert "<form" not in forgotten.partition("<main")[2].partition("</main>")[0]
    assert held(house, ADA) is None


def test_a_reason_may_be_given_is_counted_and_goes_when_they_come_back(house: House) -> None:
    left = leave(house)
    why, undo = left.partition('action="/why/')[2].partition('"')[0], field(left, "undo")

    thanks = browser(house).post(f"/why/{why}", data={"reason": "often", "undo": undo}, headers=SAME).text
    browser(house).post(f"/why/{why}", data={"reason": "content", "undo": undo}, headers=SAME)

    assert "Thank you" in thanks
    assert f"/undo/{undo}" in thanks
    with house.store.read() as connection:
        assert reasons.counted(connection, since=NOW) == {"morning": {"content": 1}}
    wait(house, seconds=20)
    browser(house).post(f"/undo/{undo}", headers=SAME)
    with house.store.read() as connection:
        assert reasons.counted(connection, since=NOW) == {}


def test_a_reason_that_nobody_offers_is_none(house: House) -> None:
    left = leave(house)
    why, undo = left.partition('action="/why/')[2].partition('"')[0], field(left, "undo")

    browser(house).post(f"/why/{why}", data={"reason": "<b>spam</b>", "undo": undo}, headers=SAME)
    forged = browser(house).post(
        f"/why/{why}", data={"reason": "often", "undo": "//evil.example"}, headers=SAME
    )

    assert forged.status_code == 404
    with house.store.read() as connection:
        assert reasons.counted(connection, since=NOW) == {}


def test_an_undo_comes_true_even_when_the_no_had_only_reached_the_file(house: House) -> None:
    from digest.flows.subscribe import one_click

    reader = held(house, ADA)
    assert reader is not None
    left = leave(house)
    wait(house, seconds=20)
    one_click(house.store, house.opt_outs, reader.subscriber.id, "morning", now=house.clock())
    wait(house, seconds=20)

    browser(house).post(f"/undo/{field(left, 'undo')}", headers=SAME)

    now = held(house, ADA)
    assert now is not None
    assert now.standings == {"morning": Standing.CONFIRMED}


def test_no_mailbox_for_unsubscribing_is_announced_since_none_is_read(house: House) -> None:
    from digest.flows.outfit import letterhead

    assert letterhead(house.newsroom, house.schedule.digest("morning")).unsubscribe_mailto == ""

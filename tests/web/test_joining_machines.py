"""Signing up as machines do it: too quick, too often, in somebody else's name, to find out who is known."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from digest.flows.subscribe import stop
from digest.model.subscriber import SuppressionReason
from digest.web.joining import TRAP
from digest.wiring import House
from newsroom import open_newsroom
from web.newspapers import TWO
from web.visitors import SAME, browser, field, letters_to, links, post_round, sign_up, sign_up_at_once, wait


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, schedule=TWO)
    (house.folder / "subscribers" / "readers.csv").unlink()
    yield house
    house.close()


def test_a_press_that_is_too_quick_is_asked_for_again(house: House) -> None:
    client = browser(house)
    token = field(client.get("/join/morning").text, "form")
    data = {"email": "dee@post.example", "form": token}

    early = client.post("/join/morning", data=data, headers=SAME)
    assert "quicker than people" in early.text
    assert letters_to(house, "dee@post.example") == []

    wait(house, seconds=3)
    client.post("/join/morning", data={**data, "form": field(early.text, "form")}, headers=SAME)
    assert len(letters_to(house, "dee@post.example")) == 1


@pytest.mark.parametrize("token", ["", "abc", "MTIz.abc"])
def test_a_form_that_we_never_handed_out_is_asked_for_again(house: House, token: str) -> None:
    data = {"email": "dee@post.example", "form": token}

    assert "One more press" in browser(house).post("/join/morning", data=data, headers=SAME).text


def test_a_form_for_one_digest_is_none_for_another_and_none_after_half_a_day(house: House) -> None:
    client = browser(house)
    token = field(client.get("/join/morning").text, "form")
    wait(house, seconds=5)
    data = {"email": "dee@post.example", "form": token}
    assert "One more press" in client.post("/join/evening", data=data, headers=SAME).text

    wait(house, hours=12)
    assert "One more press" in client.post("/join/morning", data=data, headers=SAME).text


def test_who_fills_in_what_people_do_not_see_is_answered_like_anybody_and_gets_nothing(house: House) -> None:
    page = sign_up(house, "dee@post.example", **{TRAP: "https://buy.example"})

    assert "Look into your mailbox" in page
    assert letters_to(house, "dee@post.example") == []


def test_bombing_one_victim_brings_one_letter_a_day(house: House) -> None:
    spellings = ["vic.tim@gmail.com", "victim+a@gmail.com", "VICTIM@googlemail.com", "v.i.c.t.i.m@gmail.com"]

    for number in range(24):
        client = browser(house, address=f"198.51.{number}.7")
        email, digest = spellings[number % 4], ("morning", "evening")[number % 2]
        sign_up(house, email, digest=digest, client=client)
    first_day = len(post_round(house))
    wait(house, hours=24)
    for number in range(24):
        sign_up(house, spellings[number % 4], client=browser(house, address=f"198.51.{number}.7"))

    assert first_day == 1
    assert len(post_round(house)) == 2


def test_two_forms_at_the_same_moment_bring_one_letter(house: House) -> None:
    sign_up_at_once(house, "vic@post.example", forms=4)

    assert len(letters_to(house, "vic@post.example")) == 1


def test_no_stranger_can_write_to_somebody_in_our_name(house: House) -> None:
    sign_up(house, "Win a prize at https://buy.example <vic@post.example>", name="Buy now", title="Buy now")

    (letter,) = letters_to(house, "vic@post.example")

    assert letter["To"] == "vic@post.example"
    assert "buy" not in letter.as_string().lower()


def test_who_complained_is_never_asked_again(house: House) -> None:
    reason = SuppressionReason.COMPLAINT
    stop(house.store, house.opt_outs, "vic@post.example", reason, source="report", now=house.clock())

    assert "Look into your mailbox" in sign_up(house, "vic@post.example")
    assert letters_to(house, "vic@post.example") == []


def statements(house: House, email: str) -> tuple[str, list[str]]:
    """Sign up; return the answer, and every statement that was made before it was given."""
    seen: list[str] = []
    client = browser(house)
    token = field(client.get("/join/morning").text, "form")
    wait(house, seconds=5)
    answered = threading.Event()

    def note(*arguments: Any) -> None:
        if not answered.is_set():
            seen.append(arguments[2])

    granting, house.grant_wishes = house.grant_wishes, lambda: (answered.set(), granting())[1]  # type: ignore[method-assign]
    engine = house.store._engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        data = {"email": email, "form": token}
        html = client.post("/join/morning", data=data, headers=SAME).text
    finally:
        event.remove(engine, "before_cursor_execute", note)
        house.grant_wishes = granting  # type: ignore[method-assign]
    return html.replace(email, "ADDRESS"), seen


def test_neither_the_answer_nor_the_work_before_it_tells_who_is_known(house: House) -> None:
    sign_up(house, "known@post.example")
    (letter,) = letters_to(house, "known@post.example")
    browser(house).post(links(letter, "c")[0], headers=SAME)
    wait(house, hours=30)

    known, unknown = statements(house, "known@post.example"), statements(house, "nobody@post.example")

    assert known[0] == unknown[0]
    assert known[1] == unknown[1]
    assert any("INSERT INTO wishes" in statement for statement in known[1])
    assert not any("subscribers" in statement for statement in known[1])


def test_one_network_is_stopped_after_twenty_in_an_hour_and_others_are_not(house: House) -> None:
    pages = [
        sign_up(house, f"a{number}@post.example", client=browser(house, address=f"203.0.113.{number}"))
        for number in range(24)
    ]
    other = sign_up(house, "b@post.example", client=browser(house, address="203.0.114.1"))

    assert ["Too many at once" in page for page in pages] == [False] * 20 + [True] * 4
    assert "Look into your mailbox" in other
    wait(house, minutes=61)
    assert "Look into your mailbox" in sign_up(house, "c@post.example")


def test_a_restart_does_not_forget_the_limits(house: House, tmp_path: Path) -> None:
    for number in range(20):
        sign_up(house, f"a{number}@post.example")
    house.close()

    assert "Too many at once" in sign_up(house, "b@post.example")


def test_a_refusal_says_when_to_come_back(house: House) -> None:
    for number in range(20):
        sign_up(house, f"a{number}@post.example")
    client = browser(house)
    token = field(client.get("/join/morning").text, "form")
    wait(house, seconds=5)

    answer = client.post("/join/morning", data={"email": "b@post.example", "form": token}, headers=SAME)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")

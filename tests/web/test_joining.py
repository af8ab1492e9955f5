"""Signing up: what a digest is, one field, one button; and nothing that a machine could use."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from digest.model.subscriber import Standing
from digest.store.roster import evidence
from digest.web.joining import TRAP
from digest.wiring import House
from newsroom import SCHEDULE, open_newsroom
from web.visitors import CROSS, SAME, browser, field, held, letters_to, links, post_round, sign_up, wait

TWO = (
    SCHEDULE.replace("title: The Morning Post", "title: The Morning Post\n    about: Larkmoor at breakfast.")
    + """\
  - id: evening
    title: The Evening Post
    language: en
    send: weekdays at 18:00
    audience: {topics: [council, harbour]}
"""
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, schedule=TWO)
    (house.folder / "subscribers" / "readers.csv").unlink()
    yield house
    house.close()


def test_the_page_says_what_it_is_how_often_and_in_which_language(house: House) -> None:
    html = browser(house).get("/join/morning").text

    assert "<h1" in html
    assert "The Morning Post</bdi></h1>" in html
    assert "Larkmoor at breakfast." in html
    assert "On weekdays at 07:00" in html
    assert "English" in html
    assert "Yes, I want The Morning Post from The Larkmoor Gazette by email, on weekdays at 07:00." in html


def test_it_says_so_in_the_language_of_whoever_looks(house: House) -> None:
    html = browser(house, language="vi").get("/join/morning").text

    assert '<html lang="vi" dir="ltr">' in html
    assert "các ngày trong tuần lúc 07:00" in html
    assert 'dir="rtl"' in browser(house).get("/join/morning?lang=ar").text


def test_topics_are_offered_where_a_digest_is_for_several(house: House) -> None:
    client = browser(house)

    assert 'value="harbour"' in client.get("/join/evening").text
    assert 'name="topic"' not in client.get("/join/morning").text


def test_from_the_form_to_a_reader_with_the_evidence_of_the_yes(house: House) -> None:
    page = sign_up(house, "dee@post.example", digest="evening", topic=["harbour", "weather"])
    (letter,) = letters_to(house, "dee@post.example")
    (link,) = links(letter, "c")
    wait(house, minutes=5)
    done = browser(house, address="198.51.100.7").post(link, headers=SAME)

    assert "Look into your mailbox" in page
    assert "Welcome" in done.text
    reader = held(house, "dee@post.example")
    assert reader is not None
    assert reader.standings == {"evening": Standing.CONFIRMED}
    assert reader.subscriber.topics == ("harbour",)
    with house.store.read() as connection:
        ((digest, consent),) = evidence.consents_of(connection, [reader.subscriber.id])[reader.subscriber.id]
    assert (digest, consent.source, consent.asked_from, consent.address) == (
        "evening", "sign-up page", "203.0.113.9", "198.51.100.7",
    )  # fmt: skip
    assert consent.wording.startswith("Yes, I want The Evening Post from The Larkmoor Gazette")
    assert consent.confirmation == "letter/confirm/evening/en/2026-11-23"
    assert consent.asked is not None
    assert consent.asked < consent.at


def test_the_letter_is_in_the_language_of_the_page(house: House) -> None:
    sign_up(house, "dee@post.example", client=browser(house, language="fr"))

    (letter,) = letters_to(house, "dee@post.example")

    assert str(letter["Subject"]).startswith("Merci de confirmer")


def test_who_signs_up_for_two_gets_one_letter_that_offers_both(house: House) -> None:
    sign_up(house, "dee@post.example", digest="morning")
    sign_up(house, "dee@post.example", digest="evening")

    (letter,) = letters_to(house, "dee@post.example")
    (link,) = links(letter, "c")
    client = browser(house)
    assert 'name="also" value="evening"' in client.get(link).text
    client.post(link, data={"also": "evening"}, headers=SAME)

    reader = held(house, "dee@post.example")
    assert reader is not None
    assert set(reader.standings.values()) == {Standing.CONFIRMED}


def test_who_has_answered_may_ask_for_more_on_the_same_day(house: House) -> None:
    sign_up(house, "dee@post.example", digest="morning")
    (letter,) = letters_to(house, "dee@post.example")
    browser(house).post(links(letter, "c")[0], headers=SAME)

    wait(house, minutes=5)
    sign_up(house, "dee@post.example", digest="evening")

    assert len(letters_to(house, "dee@post.example")) == 2


def test_a_slip_in_the_address_is_said_and_a_probable_one_is_asked_about(house: House) -> None:
    assert "We cannot write to that address" in sign_up(house, "dee@post")
    assert "Did you mean dee@gmail.com?" in sign_up(house, "dee@gmial.com")


# --- forms on other sites


def test_a_form_on_another_site_asks_once_more_on_ours_and_keeps_nothing_before(house: House) -> None:
    client = browser(house)
    again = client.post("/join/morning", data={"email": "dee@post.example"}, headers=CROSS)

    assert "One more press" in again.text
    assert letters_to(house, "dee@post.example") == []

    wait(house, seconds=3)
    data = {"email": field(again.text, "email"), "form": field(again.text, "form")}
    client.post("/join/morning", data=data, headers=SAME)
    (letter,) = letters_to(house, "dee@post.example")
    client.post(links(letter, "c")[0], headers=SAME)
    reader = held(house, "dee@post.example")
    assert reader is not None
    with house.store.read() as connection:
        consents = evidence.consents_of(connection, [reader.subscriber.id])[reader.subscriber.id]
    assert consents[0][1].source == "form on gazette.example"


def test_a_token_of_ours_on_another_site_is_worth_nothing(house: House) -> None:
    client = browser(house)
    token = field(client.get("/join/morning").text, "form")
    wait(house, seconds=5)

    answer = client.post("/join/morning", data={"email": "dee@post.example", "form": token}, headers=CROSS)

    assert "One more press" in answer.text
    assert letters_to(house, "dee@post.example") == []


@pytest.mark.parametrize(
    "origin", ["null", "https://[bad", "https://x.example\r\nevil", "javascript:alert(1)"]
)
def test_a_strange_origin_is_kept_as_nothing_but_elsewhere(house: House, origin: str) -> None:
    headers = {"sec-fetch-site": "cross-site", "origin": origin.replace("\r\n", " ")}

    again = browser(house).post("/join/morning", data={"email": "dee@post.example"}, headers=headers)

    assert again.status_code == 200
    assert origin not in again.text


# --- machines


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


# --- one victim, many senders


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
    client = browser(house)
    token = field(client.get("/join/morning").text, "form")
    wait(house, seconds=5)
    data = {"email": "vic@post.example", "form": token}
    sends = [
        threading.Thread(
            target=browser(house).post, args=("/join/morning",), kwargs={"data": data, "headers": SAME}
        )
        for _ in range(4)
    ]

    for one in sends:
        one.start()
    for one in sends:
        one.join()

    assert len(letters_to(house, "vic@post.example")) == 1


def test_no_stranger_can_write_to_somebody_in_our_name(house: House) -> None:
    sign_up(house, "Win a prize at https://buy.example <vic@post.example>", name="Buy now", title="Buy now")

    (letter,) = letters_to(house, "vic@post.example")

    assert letter["To"] == "vic@post.example"
    assert "buy" not in letter.as_string().lower()


def test_who_complained_is_never_asked_again(house: House) -> None:
    from digest.flows.subscribe import stop
    from digest.model.subscriber import SuppressionReason

    reason = SuppressionReason.COMPLAINT
    stop(house.store, house.opt_outs, "vic@post.example", reason, source="report", now=house.clock())

    assert "Look into your mailbox" in sign_up(house, "vic@post.example")
    assert letters_to(house, "vic@post.example") == []


# --- the same answer for everybody


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


# --- limits


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


# --- as JSON


def test_a_site_of_the_newsroom_may_sign_up_by_json(house: House) -> None:
    client = browser(house)
    about = client.get("/api/join/evening", headers=CROSS)
    wait(house, seconds=3)
    body = {
        "digest": "evening",
        "email": "dee@post.example",
        "form": about.json()["form"],
        "topics": ["council"],
    }
    answer = client.post("/api/join", json=body, headers=CROSS)

    assert about.headers["access-control-allow-origin"] == "https://gazette.example"
    assert (about.json()["title"], about.json()["topics"]) == ("The Evening Post", ["council", "harbour"])
    assert (answer.status_code, answer.json()["status"]) == (202, "asked")
    assert len(letters_to(house, "dee@post.example")) == 1
    reader = held(house, "dee@post.example")
    assert reader is not None
    assert reader.subscriber.topics == ("council",)


def test_other_sites_may_neither_ask_nor_read(house: House) -> None:
    client = browser(house)
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}

    before = client.options("/api/join", headers={**foreign, "access-control-request-method": "POST"})
    simple = client.post(
        "/api/join", content='{"digest":"morning"}', headers={**foreign, "content-type": "text/plain"}
    )

    assert "access-control-allow-origin" not in before.headers
    assert simple.status_code == 415


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[1]", 400), ("{", 400), ("[" * 5000, 400), ('{"digest": "nightly"}', 404),
        ('{"digest": "morning", "email": "x"}', 422),
        ('{"digest": "morning", "email": "dee@post.example", "form": 7}', 403),
        ('{"digest": {"a": 1}, "email": ["dee@post.example"], "form": null}', 404),
    ],
)  # fmt: skip
def test_json_that_is_wrong_is_told_so(house: House, body: str, status: int) -> None:
    answer = browser(house).post("/api/join", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == status
    assert answer.json()["error"]


def test_json_has_no_side_door_past_delay_trap_and_limits(house: House) -> None:
    client = browser(house)
    token = client.get("/api/join/morning").json()["form"]
    body = {"digest": "morning", "email": "dee@post.example", "form": token}

    assert client.post("/api/join", json=body).status_code == 425
    wait(house, seconds=3)
    assert client.post("/api/join", json={**body, TRAP: "x"}).status_code == 202
    assert letters_to(house, "dee@post.example") == []
    codes = [
        client.post("/api/join", json={**body, "email": f"a{n}@post.example"}).status_code for n in range(22)
    ]
    assert codes == [202] * 20 + [429] * 2


def test_what_was_typed_is_shown_as_text(house: House) -> None:
    html = sign_up(house, '"><script>alert(1)</script>@post.example')

    assert "<script>" not in html
    assert re.search(r"value=\"[^\"]*&lt;script&gt;", html)

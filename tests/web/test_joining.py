"""Signing up: what a digest is, one field, one button, one letter, one more button."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.model.subscriber import Standing
from digest.store.roster import evidence
from digest.wiring import House
from newsroom import open_newsroom
from web.newspapers import TWO
from web.visitors import CROSS, SAME, browser, field, held, letters_to, links, sign_up, wait


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
    assert reader.subscriber.topics == ("harbour", "evening")
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


def test_what_was_typed_is_shown_as_text(house: House) -> None:
    html = sign_up(house, '"><script>alert(1)</script>@post.example')

    assert "<script>" not in html
    assert re.search(r"value=\"[^\"]*&lt;script&gt;", html)


@pytest.mark.parametrize("language", ["en", "ar", "fr", "vi", "sv", "nl"])
def test_before_the_first_edition_there_is_an_example_in_the_digests_own_template(
    tmp_path: Path, language: str
) -> None:
    house = open_newsroom(tmp_path, schedule=TWO.replace("language: en", f"language: {language}"))
    client = browser(house)
    said = {"en": "Here stands the story of the day", "ar": "هنا يقف خبر اليوم", "nl": "Here stands"}

    answer = client.get("/join/morning/example")

    assert 'href="/join/morning/example"' in client.get("/join/morning").text
    assert said.get(language, "") in answer.text
    assert "Town" in answer.text  # the digest's own section
    assert f'lang="{language}"' in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    house.close()


def test_whoever_confirms_is_told_when_it_comes(house: House) -> None:
    sign_up(house, "dee@post.example")
    (letter,) = letters_to(house, "dee@post.example")

    done = browser(house).post(links(letter, "c")[0], headers=SAME).text

    assert "The next edition comes on Monday, 23 November 2026." in done

"""What is kept about a reader: asked for with an address alone, shown, handed over, and deleted."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from digest.flows.subscribe_links import DATA_FOR
from digest.model.subscriber import Consent, Standing
from digest.store.roster import evidence, people
from digest.web.data_showing import how, named
from digest.web.tongue import speech as speech_in
from digest.wiring import House
from newsroom import NOW, open_newsroom
from web.newspapers import TWO
from web.visitors import SAME, browser, field, held, letters_to, links, post_round, sign_up, wait

DEE = "dee@post.example"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, schedule=TWO)
    (house.folder / "subscribers" / "readers.csv").unlink()
    sign_up(house, DEE)
    (letter,) = letters_to(house, DEE)
    wait(house, minutes=1)
    browser(house).post(links(letter, "c")[0], headers=SAME)
    wait(house, minutes=1)
    yield house
    house.close()


def people_number(house: House) -> int:
    reader = held(house, DEE)
    assert reader is not None
    return reader.subscriber.id


def ask(house: House, email: str = DEE, address: str = "203.0.113.9") -> str:
    """Ask for the links as people do; return the page that answers."""
    client = browser(house, address=address)
    token = field(client.get("/my-data").text, "form")
    wait(house, seconds=5)
    return client.post("/my-data", data={"email": email, "form": token}, headers=SAME).text


def mailed(house: House, kind: str) -> str:
    ask(house)
    return links(letters_to(house, DEE)[-1], kind)[0]


def test_the_record_shows_when_how_from_where_and_in_which_words_they_said_yes(house: House) -> None:
    page = browser(house).get(mailed(house, "d")).text

    for told in (
        "Everything we keep about dee@post.example",
        "Yes, I want The Morning Post from The Larkmoor Gazette by email, on weekdays at 07:00.",
        "our sign-up page",
        "203.0.113.9",
        "the letter with the button · The Morning Post · 23 November 2026",
        "23 November 2026, 06:41 UTC",
    ):
        assert told in page, told


def test_the_record_speaks_the_readers_language_and_shows_an_hour_as_one(house: House) -> None:
    number = people_number(house)
    with house.store.write() as connection:
        connection.exec_driver_sql("UPDATE subscribers SET language = 'fr', hour = 0 WHERE id = ?", (number,))

    page = browser(house).get(mailed(house, "d")).text

    for told in ("notre page d’inscription", "le bouton de notre message", "00:00", "envoyée"):
        assert told in page, told
    assert "sign-up page" not in page


def test_what_was_sent_is_called_by_its_title_and_day_and_a_day_without_an_hour_has_none(
    house: House,
) -> None:
    number = people_number(house)
    midnight = "2026-01-15T00:00:00+00:00"
    with house.store.write() as connection:
        evidence.keep_consent(
            connection, number, "evening", Consent(at=datetime.fromisoformat(midnight), source="paper form")
        )

    page = browser(house).get(mailed(house, "d")).text

    assert "the letter with links to your data · The Morning Post · 23 November 2026" in page
    assert "15 January 2026\n" in page
    assert "letter/" not in page
    assert "00:00" not in page


@pytest.mark.parametrize(
    ("edition", "told"),
    [
        ("morning/2026-11-23", "The Morning Post · 23 November 2026"),
        ("morning/2026-11-23/correction-1", "The Morning Post · 23 November 2026 · correction-1"),
        ("gone/2026-11-23", "gone · 23 November 2026"),
        ("letters/welcome/morning/en", "the welcome letter · The Morning Post"),
        ("something/else", "something/else"),
    ],
)
def test_an_edition_is_named_in_a_readers_words(edition: str, told: str) -> None:
    speech = speech_in("en")
    assert speech is not None
    assert named(speech, {"morning": "The Morning Post"}, edition) == told


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("form on gazette.example", "a form on gazette.example"),
        ("one-click", "one click in a mail program"),
        ("paper form 2024", "paper form 2024"),
        ("", ""),
    ],
)
def test_how_something_was_said_is_told_in_words(source: str, told: str) -> None:
    speech = speech_in("en")
    assert speech is not None
    assert how(speech, source) == told


def test_the_same_is_handed_over_as_a_file(house: House) -> None:
    answer = browser(house).get(f"{mailed(house, 'd')}/my-data.json")

    known = answer.json()
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert known["email"] == DEE
    (consent,) = known["consents"]
    assert consent["confirmed_by"] == "letter/confirm/morning/en/2026-11-23"
    assert consent["asked_from"] == "203.0.113.9"
    assert {one["edition"] for one in known["deliveries"]} == {
        "letter/confirm/morning/en/2026-11-23", "letter/data/morning/en/2026-11-23",
    }  # fmt: skip


def test_who_is_not_known_is_answered_alike_and_gets_nothing(house: House) -> None:
    known, unknown = ask(house), ask(house, "eve@post.example")

    assert known.replace(DEE, "X") == unknown.replace("eve@post.example", "X")
    assert letters_to(house, "eve@post.example") == []


def test_nobody_is_sent_more_than_one_such_letter_a_day(house: House) -> None:
    before = len(post_round(house))
    for number in range(5):
        ask(house, address=f"198.51.{number}.1")

    assert len(post_round(house)) == before + 1


def test_the_links_end_after_two_days(house: House) -> None:
    show, erase = mailed(house, "d"), mailed(house, "e")

    wait(house, days=DATA_FOR.days + 1)

    for link in (show, f"{show}/my-data.json", erase):
        over = browser(house).get(link)
        assert over.status_code == 410
        assert DEE not in over.text


def test_forgetting_is_explained_asks_for_a_tick_and_leaves_a_hash_alone(house: House) -> None:
    link, client = mailed(house, "e"), browser(house)

    assert "fingerprint of your address" in client.get(link).text
    assert "Please tick the box first" in client.post(link, headers=SAME).text
    assert held(house, DEE) is not None

    assert "You are forgotten" in client.post(link, data={"sure": "on"}, headers=SAME).text
    assert held(house, DEE) is None
    assert "You are forgotten" in client.get(link).text  # opened once more
    left = (house.state / "opt-outs.jsonl").read_text("utf-8")
    assert DEE not in left
    assert house.opt_outs.who(DEE) in left


def test_a_list_does_not_bring_back_who_was_forgotten_but_they_do_themselves(house: House) -> None:
    browser(house).post(mailed(house, "e"), data={"sure": "on"}, headers=SAME)
    wait(house, minutes=1)
    listed = f"email,consent_at,consent_source\n{DEE},2026-11-01,paper form\n"
    (house.folder / "subscribers" / "again.csv").write_text(listed, encoding="utf-8")
    house.sync_readers()
    assert held(house, DEE) is None

    wait(house, hours=25)
    sign_up(house, DEE)
    letter = letters_to(house, DEE)[-1]
    wait(house, minutes=1)
    browser(house).post(links(letter, "c")[0], headers=SAME)
    reader = held(house, DEE)
    assert reader is not None
    assert reader.standings == {"morning": Standing.CONFIRMED}


def test_no_trace_of_the_address_stays_in_the_database(house: House) -> None:
    browser(house).post(mailed(house, "e"), data={"sure": "on"}, headers=SAME)

    with house.store.read() as connection:
        assert people.find(connection, DEE) is None
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
        for table in list(tables):
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                assert DEE not in repr(tuple(row)), table


def test_the_letter_is_in_the_readers_language_and_also_leads_to_the_preferences(house: House) -> None:
    mailed(house, "d")
    letter = letters_to(house, DEE)[-1]

    assert letter["Subject"] == "Your data at The Larkmoor Gazette"
    (prefer,) = links(letter, "p")
    assert "What you get" in browser(house).get(prefer).text
    assert house.clock() > NOW

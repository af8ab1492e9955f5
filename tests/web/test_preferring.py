"""What a reader chooses is kept, said back, and cannot be anything that no form of ours offers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.flows.outfit import letterbox
from digest.flows.sending.addressing import PREFER_FOR, preferences_token
from digest.flows.sending.means import Heading
from digest.model.subscriber import Standing
from digest.store.roster import evidence, standing
from digest.wiring import House
from newsroom import open_newsroom
from web.newspapers import TWO
from web.visitors import SAME, browser, held, letters_to, wait

ADA = "ada@reader.example"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path, schedule=TWO)
    readers = house.folder / "subscribers" / "readers.csv"
    readers.rename(readers.with_name("morning.csv"))  # readers of this digest
    house.sync_readers()
    yield house
    house.close()


def link(house: House, email: str = ADA) -> str:
    reader = held(house, email)
    assert reader is not None
    return f"/p/{preferences_token(reader.subscriber.id, key=house.keys[0], until=None)}"


def choose(house: House, **fields: object) -> str:
    """Save choices, twenty seconds later; return the page."""
    wait(house, seconds=20)
    return browser(house).post(link(house), data=fields, headers=SAME).text


def test_everything_that_is_chosen_is_kept_and_shown_again(house: House) -> None:
    page = choose(
        house,
        digest=["morning", "evening"],
        **{"often-morning": "breaking", "often-evening": "weekly"},
        topic=["harbour"],
        pause="2026-12-24",
        hour="18",
        zone="Asia/Ho_Chi_Minh",
        plain="on",
        untracked="on",
        name="Ada Quill",
        language="fr",
    )

    assert "Enregistré" in page
    assert 'value="2026-12-24"' in page
    assert 'value="Asia/Ho_Chi_Minh" selected' in page
    reader = held(house, ADA)
    assert reader is not None
    person = reader.subscriber
    assert (person.name, person.language, person.timezone) == ("Ada Quill", "fr", "Asia/Ho_Chi_Minh")
    assert (person.hour, person.plain, person.untracked) == (18, True, True)
    assert "harbour" in person.topics
    with house.store.read() as connection:
        kept = {one.digest: one for one in standing.subscriptions_of(connection, person.id)}
    assert {name: one.frequency for name, one in kept.items()} == {"morning": "breaking", "evening": "weekly"}
    # midnight in the reader's own zone
    assert kept["morning"].paused_until == datetime(2026, 12, 23, 17, tzinfo=UTC)
    assert kept["morning"].standing is Standing.PAUSED


def test_a_tick_is_a_yes_with_its_wording_and_no_tick_a_no(house: House) -> None:
    choose(house, digest=["evening"])

    reader = held(house, ADA)
    assert reader is not None
    assert reader.standings == {"morning": Standing.UNSUBSCRIBED, "evening": Standing.CONFIRMED}
    with house.store.read() as connection:
        found = evidence.consents_of(connection, [reader.subscriber.id])[reader.subscriber.id]
    digest, consent = found[-1]
    assert (digest, consent.source, consent.address) == ("evening", "preferences page", "203.0.113.9")
    assert consent.wording == "I want The Evening Post from The Larkmoor Gazette by email."


def test_choosing_topics_keeps_a_reader_in_a_digest_that_is_for_one_topic(house: House) -> None:
    choose(house, digest=["evening"], topic=["council"])

    reader = held(house, ADA)
    assert reader is not None
    assert reader.subscriber.topics == ("council", "evening")


def test_what_no_form_offers_is_passed_over(house: House) -> None:
    page = choose(
        house,
        digest=["morning", "nightly", "../evening"],
        **{"often-morning": "hourly"},
        topic=["secrets"],
        pause="9999-99-99",
        hour="25",
        zone="../../etc/passwd",
        language="tlh",
        name="Ada\r\nBcc: everybody@post.example",
    )

    assert "Saved" in page
    reader = held(house, ADA)
    assert reader is not None
    person = reader.subscriber
    assert (person.language, person.timezone, person.hour, person.topics) == ("", "", None, ())
    assert person.name == "Ada Bcc: everybody@post.example"
    assert reader.standings == {"morning": Standing.CONFIRMED}


@pytest.mark.parametrize("pause", ["0001-01-01", "9999-12-31", "2026-11-20", "soon", "２０２６-12-24"])
def test_a_pause_is_a_day_to_come_and_not_for_ever(house: House, pause: str) -> None:
    choose(house, digest=["morning"], pause=pause)

    with house.store.read() as connection:
        reader = held(house, ADA)
        assert reader is not None
        (kept,) = standing.subscriptions_of(connection, reader.subscriber.id)
    assert kept.paused_until is None or kept.paused_until < datetime(2028, 12, 1, tzinfo=UTC)


def test_a_name_is_shown_as_text(house: House) -> None:
    page = choose(house, digest=["morning"], name='"><img src=x onerror=alert(1)>')

    assert "<img" not in page
    assert "&gt;&lt;img src=x" in page


def test_the_links_to_ones_data_are_mailed_and_never_shown(house: House) -> None:
    page = choose(house, do="data")

    assert "/d/" not in page
    assert "/e/" not in page
    (letter,) = letters_to(house, ADA)
    assert letter["Subject"] == "Your data at The Larkmoor Gazette"


def test_stopping_everything_can_be_undone_on_the_same_page(house: House) -> None:
    page = choose(house, do="leave")
    reader = held(house, ADA)
    assert reader is not None
    assert reader.standings == {"morning": Standing.UNSUBSCRIBED}

    wait(house, seconds=20)
    undo = page.partition('action="/undo/')[2].partition('"')[0]
    browser(house).post(f"/undo/{undo}", headers=SAME)
    reader = held(house, ADA)
    assert reader is not None
    assert reader.standings == {"morning": Standing.CONFIRMED}


def test_the_link_of_an_old_mail_no_longer_opens_them(house: House) -> None:
    reader, digest = held(house, ADA), house.schedule.digest("morning")
    assert reader is not None
    box = letterbox(house.newsroom, digest, house.keys[0])
    heading = Heading(1, "morning/2026-11-23", "morning", "edition")
    address = box.value("preferences_url", reader.subscriber, heading).removeprefix(house.newsroom.pages)

    assert browser(house).get(address).status_code == 200
    wait(house, days=PREFER_FOR.days + 2)
    over = browser(house).get(address)
    assert over.status_code == 410
    assert ADA not in over.text


def test_nothing_is_offered_that_has_no_effect(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)  # its one digest goes out at one time for all, and counts no links
    house.sync_readers()

    page = browser(house).get(link(house)).text

    assert 'name="hour"' not in page
    assert 'name="untracked"' not in page
    assert 'name="topic"' not in page
    house.close()

"""A correction reaches whom it can, lists whom it cannot, is told in public, and is mailed to those alone."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crash.sink import Accepted
from digest.store import editions, renderings
from digest.store.corrections import corrections
from digest.wiring import House
from flows.conftest import Listening
from newsroom import MORNING
from web.desk.newsdesk import PAGE, browser, counts, let_go, open_newsdesk, send_what_is_due, state

EARLY = ["ada@reader.example", "bo@reader.example"]
#: These are asked to come back later, so the correction finds them unsent.
LATE = ["later-1-cy@reader.example", "later-1-dot@reader.example"]
LETTER = f"{MORNING}/correction-1"


@pytest.fixture
def house(tmp_path: Path, sink: Listening) -> Iterator[House]:
    house = open_newsdesk(tmp_path, sink.port, [*EARLY, *LATE])
    yield house
    house.close()


@pytest.fixture
def client(house: House) -> TestClient:
    """The browser, after the first round: two have it, two are to be tried again."""
    client = browser(house)
    let_go(client, house)
    send_what_is_due(house)
    assert counts(house).sent == 2
    return client


def lead(house: House) -> str:
    from digest.store import compositions

    with house.store.read() as connection:
        return compositions.composition(connection, MORNING).selection.slots[0].story.id


def correct(client: TestClient, house: House, headline: str = "The mill wheel turned in 1931") -> int:
    return client.post(
        f"{PAGE}/-/correct",
        data={
            "version": "1", "story": lead(house), "headline": headline, "was-headline": "x",
            "told": "We wrote that it had stood for ninety years.",
        },
    ).status_code  # fmt: skip


def later(house: House) -> None:
    """Let an hour pass, and the rest be sent."""
    from datetime import timedelta

    from newsroom import Clock

    house.clock = Clock(house.clock() + timedelta(minutes=50))
    send_what_is_due(house)


def old_words(client: TestClient) -> set[str]:
    rows = csv.DictReader(io.StringIO(client.get(f"{PAGE}/-/deliveries.csv?old").text))
    return {row["email"] for row in rows if row["state"] == "sent"}


def test_who_was_not_reached_gets_the_new_words_and_the_others_are_listed(
    client: TestClient, house: House
) -> None:
    assert correct(client, house) == 200
    later(house)

    rows = {r["email"]: r for r in csv.DictReader(io.StringIO(client.get(f"{PAGE}/-/deliveries.csv").text))}
    assert {email: row["version"] for email, row in rows.items()} == {
        **dict.fromkeys(EARLY, "all/1"),
        **dict.fromkeys(LATE, "all/2"),
    }
    assert old_words(client) == set(EARLY)
    with house.store.read() as connection:
        assert "turned in 1931" in renderings.renderings(connection, MORNING)["all"].html


def test_the_page_and_the_history_tell_the_correction(client: TestClient, house: House) -> None:
    correct(client, house)

    page = client.get(PAGE).text
    assert "We wrote that it had stood for ninety years." in page
    assert "2 readers had the old words." in page
    with house.store.read() as connection:
        lines = [line.what for line in editions.history(connection, MORNING)]
    assert any(line.startswith("corrected: headline of “The mill wheel turns again") for line in lines)


def test_the_archive_page_carries_a_dated_note_in_the_language_of_the_edition(
    client: TestClient, house: House
) -> None:
    before = client.get(f"/archive/{MORNING}").text
    correct(client, house)

    after = client.get(f"/archive/{MORNING}").text

    assert after.startswith("<!DOCTYPE")
    assert "&lt;body" not in after
    assert "Corrected on" not in before
    assert "Corrected on" in after
    assert "23 November 2026" in after
    assert "turned in 1931" in after


def test_a_mail_goes_to_exactly_those_who_read_it_wrong(
    client: TestClient, house: House, sink: Listening
) -> None:
    correct(client, house)
    later(house)
    before = len(sink.accepted())

    page = client.post(f"{PAGE}/-/write/1")
    assert page.url.path == f"/desk/{LETTER}"
    assert "2 readers" in page.text
    assert "Correction: The mill wheel turned in 1931" in page.text
    with house.store.read() as connection:
        words = renderings.hash_of(renderings.renderings(connection, LETTER))
    client.post(f"/desk/{LETTER}/-/send-now", data={"hash": words})
    send_what_is_due(house)

    sent: list[Accepted] = sink.accepted()[before:]
    assert {mail.recipient for mail in sent} == set(EARLY)
    assert state(house, LETTER) == "sent"


def test_the_mail_is_made_once(client: TestClient, house: House) -> None:
    correct(client, house)

    first, second = (client.post(f"{PAGE}/-/write/1").url.path for _ in range(2))

    assert first == second
    assert client.post(f"{PAGE}/-/write/7").status_code == 404


def test_after_everybody_has_it_the_archive_is_still_put_right(client: TestClient, house: House) -> None:
    later(house)
    assert state(house) == "sent"

    assert correct(client, house) == 200

    assert old_words(client) == {*EARLY, *LATE}
    assert "turned in 1931" in client.get(f"/archive/{MORNING}").text


def test_a_second_correction_keeps_the_first(client: TestClient, house: House) -> None:
    correct(client, house)

    correct(client, house, "The mill wheel turned in 1932")

    with house.store.read() as connection:
        first, second = corrections(connection, MORNING)
        assert "turned in 1932" in renderings.renderings(connection, MORNING)["all"].html
    assert first.wrong < second.wrong


def test_what_the_source_says_now_is_taken_on_demand(client: TestClient, house: House) -> None:
    path = house.folder / "stories" / "mill.md"
    mended = re.sub(r"standfirst: .*", "standfirst: It stood for eighty years.", path.read_text("utf-8"))
    path.write_text(mended, "utf-8")
    house.gather(house.schedule.sources, now=house.clock())
    assert "its source has changed it" in client.get(PAGE).text

    client.post(
        f"{PAGE}/-/correct",
        data={"version": "1", "story": lead(house), "newest": "yes", "told": "It was eighty years."},
    )

    with house.store.read() as connection:
        assert "It stood for eighty years." in renderings.renderings(connection, MORNING)["all"].html


def test_a_correction_says_what_was_wrong_and_changes_something(client: TestClient, house: House) -> None:
    form = {"version": "1", "story": lead(house), "headline": "x", "was-headline": "y"}

    assert client.post(f"{PAGE}/-/correct", data={**form, "told": ""}).status_code == 409
    nothing = {"version": "1", "story": lead(house), "told": "Nothing at all."}
    assert client.post(f"{PAGE}/-/correct", data=nothing).status_code == 409
    with house.store.read() as connection:
        assert corrections(connection, MORNING) == []


def test_the_history_says_what_readers_are_told_and_nothing_of_a_source_that_never_changed(
    client: TestClient, house: House
) -> None:
    form = {"version": "1", "story": lead(house), "headline": "The wheel turns", "was-headline": "x"}
    client.post(f"{PAGE}/-/correct", data={**form, "newest": "yes", "told": "It was eighty years."})

    with house.store.read() as connection:
        lines = [line.what for line in editions.history(connection, MORNING)]
        assert editions.edition(connection, MORNING).subject == "The wheel turns"
    assert "readers are told: “It was eighty years.”" in lines
    assert not any("as its source says now" in line for line in lines)


def test_a_mail_that_is_written_is_led_to_and_not_written_again(client: TestClient, house: House) -> None:
    correct(client, house)
    assert "Write to them" in client.get(PAGE).text
    client.post(f"{PAGE}/-/write/1")

    page = client.get(PAGE).text

    assert "Write to them" not in page
    assert f'<a href="/desk/{LETTER}">The mail to them</a>' in page


def test_today_shows_the_edition_below_its_correction(client: TestClient, house: House) -> None:
    later(house)
    correct(client, house)
    client.post(f"{PAGE}/-/write/1")
    with house.store.read() as connection:
        words = renderings.hash_of(renderings.renderings(connection, LETTER))
    client.post(f"/desk/{LETTER}/-/send-now", data={"hash": words})
    send_what_is_due(house)

    page = client.get("/desk").text

    assert f'href="/desk/{LETTER}"' in page
    assert f'href="/desk/{MORNING}"' in page

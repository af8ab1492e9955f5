"""The desk shows, counts and asks about words that somebody gets: here nobody gets those of everybody."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.flows.compose import occasion
from digest.store import classes, compositions, editions, renderings
from digest.wiring import House
from flows.conftest import Listening
from newsroom import MORNING, SCHEDULE, Clock, build, open_newsroom, story
from web.desk.newsdesk import RELAYS, browser, let_go, send_what_is_due

EVENING = "evening/2026-11-23"
PAGE = f"/desk/{EVENING}"
SAME = "no stories that it has not had"
TWO = (
    SCHEDULE.replace("defaults:\n", RELAYS + "defaults:\n  send_through: main\n")
    + """\
  - id: evening
    title: The Evening Post
    language: en
    send: weekdays at 18:00
    related: {at_most: 0}
    sections:
      - {title: Town, take: 5, tags: [town]}
      - {title: Music, take: 1, tags: [music]}
"""
)
READERS = """\
email,name,topics,digests,consent_at,consent_source
ada@reader.example,Ada,,morning;evening,2026-01-15,paper form
bo@reader.example,Bo,,morning;evening,2026-01-15,paper form
cy@reader.example,Cy,,morning;evening,2026-01-15,paper form
dee@reader.example,Dee,music,morning;evening,2026-01-15,paper form
"""
FERRY = "Ferry runs aground off the north pier"
GOATS = "Goats clear the bank of the railway"


@pytest.fixture
def house(tmp_path: Path, sink: Listening) -> Iterator[House]:
    """A newsroom whose evening edition is built: three get what was new since the morning, Dee nothing."""
    environment = {"DIGEST_RELAY_MAIN": f"smtp://127.0.0.1:{sink.port}?tls=none"}
    house = open_newsroom(tmp_path, schedule=TWO, environment=environment)
    (tmp_path / "subscribers" / "readers.csv").write_text(READERS, encoding="utf-8")
    build(house)
    client = browser(house)
    let_go(client, house)
    send_what_is_due(house)
    for name, headline in (("ferry", FERRY), ("goats", GOATS)):
        (tmp_path / "stories" / f"{name}.md").write_text(story(headline, "12:00", "town"), encoding="utf-8")
    now = datetime(2026, 11, 23, 17, 45, tzinfo=UTC)
    house.clock = Clock(now)
    house.gather(house.schedule.sources, now=now)
    digest = house.schedule.digest("evening")
    house.keep(house.draft(digest, occasion(digest, now), now=now), who="clock", now=now)
    yield house
    house.close()


@pytest.fixture
def client(house: House) -> TestClient:
    return browser(house)


def send_now(client: TestClient, house: House) -> None:
    with house.store.read() as connection:
        words = renderings.hash_of(renderings.renderings(connection, EVENING))
    assert client.post(f"{PAGE}/-/send-now", data={"hash": words}).status_code == 200
    send_what_is_due(house)


def test_only_those_are_counted_who_would_get_something(client: TestClient, house: House) -> None:
    page = client.get(PAGE).text

    with house.store.read() as connection:
        left_out = [one for one in classes.placements(connection, EVENING) if not one.variant]
    assert [one.readers for one in left_out if one.readers] == [1]
    assert "<strong>3 readers</strong>" in page
    assert "Send now to 3 readers" in page
    assert "4 readers" not in page
    assert f"1 reader left out: {SAME}" in page


def test_the_page_opens_on_words_that_somebody_gets(client: TestClient, house: House) -> None:
    page = client.get(PAGE).text

    with house.store.read() as connection:
        mine = compositions.composition(connection, EVENING, "also:morning")
        subject = editions.edition(connection, EVENING).subject
    assert [slot.story.headline for slot in mine.selection.slots] in ([FERRY, GOATS], [GOATS, FERRY])
    assert "variant=also%3Amorning" in page.split("<iframe", 1)[1].split(">", 1)[0]
    assert subject == mine.subject
    assert page.count('data-story="') == 2


def test_an_editors_words_and_order_reach_those_who_get_it(
    client: TestClient, house: House, sink: Listening
) -> None:
    with house.store.read() as connection:
        mine = compositions.composition(connection, EVENING, "also:morning").selection.slots
        version = str(editions.versions(connection, [EVENING])[EVENING])
    second = mine[1].story.id
    client.post(f"{PAGE}/-/change", data={"version": version, "lead": second})
    page = client.get(PAGE)
    version = page.text.split('data-version="', 1)[1].split('"', 1)[0]
    client.post(
        f"{PAGE}/-/change",
        data={"version": version, "story": second, "headline": "New words", "was-headline": "x"},
    )
    send_now(client, house)

    rows = csv.DictReader(io.StringIO(client.get(f"{PAGE}/-/deliveries.csv").text))
    assert {row["version"] for row in rows if row["state"] == "sent"} == {"also:morning/1"}
    assert len(sink.accepted()) == 4 + 3
    with house.store.read() as connection:
        words = renderings.renderings(connection, EVENING)["also:morning"]
    assert "New words" in words.subject
    assert words.text.index("New words") < words.text.index(mine[0].story.headline)


def test_afterwards_it_says_who_was_left_out(client: TestClient, house: House) -> None:
    send_now(client, house)

    page = client.get(PAGE).text
    assert "<strong>3</strong> of 3 delivered" in page
    assert f"<strong>1 reader</strong> left out: {SAME}" in page
    assert "Everybody got it." not in page


def test_the_archive_shows_words_that_somebody_got(client: TestClient, house: House) -> None:
    send_now(client, house)

    page = client.get(f"/archive/{EVENING}").text
    assert FERRY in page
    assert "The mill wheel turns" not in page


def test_several_subjects_are_named_before_the_yes(client: TestClient, house: House) -> None:
    path = house.folder / "subscribers" / "readers.csv"
    path.write_text(READERS + "eve@reader.example,Eve,,evening,2026-01-15,paper form\n", encoding="utf-8")
    house.sync_readers()
    client.post(f"{PAGE}/-/rebuild")

    asks = client.get(PAGE).text.split('id="approve"', 1)[1].split("</form>", 1)[0]

    with house.store.read() as connection:
        words = renderings.renderings(connection, EVENING)
    assert len({one.subject for one in words.values()}) == 2
    assert all(one.subject in asks for one in words.values())
    assert MORNING not in asks

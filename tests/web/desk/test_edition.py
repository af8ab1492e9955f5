"""The page of an edition: its stories with their reasons, the mail itself, the checks, the history."""

import re

from starlette.testclient import TestClient

from digest.store import renderings
from digest.web.security import FRAME_CSP
from digest.wiring import House
from newsroom import MORNING, build, story


def test_the_stories_stand_in_their_order_with_their_reasons(client: TestClient) -> None:
    page = client.get(f"/desk/{MORNING}").text

    assert page.index("The mill wheel turns again") < page.index("Market moves to the church green")
    assert "lead: the highest score" in page
    assert "Monday 23 November" in page


def test_the_frame_shows_the_words_that_are_kept(client: TestClient, house: House) -> None:
    answer = client.get(f"/desk/{MORNING}/-/mail")

    with house.store.read() as connection:
        kept = renderings.renderings(connection, MORNING)["all"]
    assert answer.headers["content-security-policy"] == FRAME_CSP
    assert kept.subject in answer.text


def test_an_edition_that_is_not_there_is_told_so(client: TestClient) -> None:
    answer = client.get("/desk/morning/2026-11-24")

    assert answer.status_code == 404
    assert "no edition of that name" in answer.text


def test_reading_classes_are_listed_with_their_readers_and_lead_to_their_words(
    client: TestClient, house: House
) -> None:
    (house.folder / "stories" / "organ.md").write_text(story("The organ sounds", "05:00", "music"), "utf-8")
    topics = "email,name,topics,consent_at,consent_source\neve@reader.example,Eve,music,2026-01-15,paper\n"
    (house.folder / "subscribers" / "more.csv").write_text(topics, encoding="utf-8")
    path = house.folder / "schedule.yaml"
    path.write_text(path.read_text("utf-8").rstrip() + "\n      - {title: Music, tags: [music]}\n", "utf-8")
    house.reread()
    house.sync_readers()
    build(house)

    page = client.get(f"/desk/{MORNING}").text

    assert "Who gets which words" in page
    assert f"/preview/edition/{MORNING}?variant=topics%3Amusic" in page
    assert re.search(r"topics music</a>:\s+1 reader", page)

"""The page of an edition: its stories with their reasons, the mail itself, the checks, the history."""

import html
import re

from starlette.testclient import TestClient

from digest.store import editions, renderings
from digest.web.security import FRAME_CSP
from digest.wiring import House
from newsroom import MORNING, build, story


def test_the_stories_stand_in_their_order_with_their_reasons(client: TestClient) -> None:
    page = client.get(f"/desk/{MORNING}").text

    assert page.index("The mill wheel turns again") < page.index("Market moves to the church green")
    assert "lead: the highest score" in page
    assert "Monday 23 November" in page


def test_the_frame_shows_the_words_that_are_kept(client: TestClient, house: House) -> None:
    answer = client.get(f"/preview/edition/{MORNING}/-/mail")

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


def test_the_mail_is_shown_as_one_reader_without_leaving_the_desk(client: TestClient) -> None:
    page = client.post(
        f"/preview/edition/{MORNING}/-/reader?width=375", data={"at": "desk", "reader": "ada@reader.example"}
    )

    assert page.url.path == f"/desk/{MORNING}"
    assert "As <strong>Ada</strong>" in page.text
    frame = re.search(r'<iframe[^>]* src="([^"]+)"', page.text)
    assert frame is not None
    assert client.get(html.unescape(frame[1])).status_code == 200
    assert "width=375" in frame[1]
    assert "reader=" in frame[1]


def test_several_readers_of_a_name_are_offered_and_lead_back_to_the_desk(client: TestClient) -> None:
    offered = client.post(f"/preview/edition/{MORNING}/-/reader", data={"at": "desk", "reader": "reader"})

    assert f'href="/desk/{MORNING}?reader=' in offered.text


def test_the_mail_is_shown_in_the_words_of_one_class(client: TestClient, house: House) -> None:
    topics = "email,name,topics,consent_at,consent_source\neve@reader.example,Eve,town,2026-01-15,paper\n"
    (house.folder / "subscribers" / "more.csv").write_text(topics, encoding="utf-8")
    (house.folder / "stories" / "organ.md").write_text(story("The organ sounds", "05:00", "music"), "utf-8")
    path = house.folder / "schedule.yaml"
    path.write_text(path.read_text("utf-8").rstrip() + "\n      - {title: Music, tags: [music]}\n", "utf-8")
    house.reread()
    build(house)

    page = client.get(f"/desk/{MORNING}?variant=topics:town").text

    assert "As <strong>topics town</strong>" in page
    assert "-/mail?variant=topics%3Atown" in page


def test_an_edition_is_marked_as_breaking_news_and_unmarked(client: TestClient, house: House) -> None:
    def press(value: str) -> str:
        version = re.search(r'name="version" value="(\d+)"', client.get(f"/desk/{MORNING}").text)
        assert version is not None
        form = {"version": version[1], "breaking": value}
        return client.post(f"/desk/{MORNING}/-/change", data=form).text

    marked = press("yes")

    assert '<span class="tag">Breaking</span>' in marked
    assert "Not breaking news" in marked
    assert '<span class="tag">Breaking</span>' not in press("")
    with house.store.read() as connection:
        lines = [line.what for line in editions.history(connection, MORNING)]
    assert "marked as breaking news" in lines


def test_a_story_without_a_headline_is_called_by_its_file(client: TestClient, house: House) -> None:
    text = "---\npublished: 2026-11-23T05:00:00+00:00\ntags: [town]\n---\nNothing but a text.\n"
    (house.folder / "stories" / "nameless.md").write_text(text, encoding="utf-8")
    client.post(f"/desk/{MORNING}/-/rebuild")

    page = client.get(f"/desk/{MORNING}").text

    assert "<h3>nameless.md</h3>" in page
    assert 'aria-label="Add: nameless.md"' in page


def test_commands_in_the_checks_stand_as_commands(client: TestClient) -> None:
    checks = client.get(f"/desk/{MORNING}").text.split("<h2>Checks</h2>", 1)[1].split("<h2>", 1)[0]

    assert "<code>digest" in checks
    assert "`" not in checks

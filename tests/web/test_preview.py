"""The preview is what is sent, seen in every way a mail program may show it."""

import email
import email.policy
import html
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.clock.sender import Senders
from digest.flows.compose import occasion_named
from digest.flows.release import approve_by_policy, release, take_turn
from digest.model.subscriber import Standing
from digest.store import renderings
from digest.store.roster import people
from digest.web.app import build_app
from digest.web.security import FRAME_CSP
from digest.wiring import House
from newsroom import NOW, SCHEDULE, open_newsroom, story


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    house.reread()
    house.gather(house.schedule.sources, now=NOW)
    yield house
    house.close()


@pytest.fixture
def client(house: House) -> TestClient:
    return TestClient(build_app(house), base_url="http://127.0.0.1:8420")


def test_the_preview_shows_subject_stories_and_reasons(client: TestClient) -> None:
    page = client.get("/preview/morning").text

    assert "The mill wheel turns again after ninety years" in page
    assert "Market moves to the church green" in page


def test_the_framed_mail_cannot_run_anything(client: TestClient) -> None:
    answer = client.get("/preview/morning/mail")

    assert answer.headers["content-security-policy"] == FRAME_CSP


def source_of(client: TestClient, address: str) -> str:
    """Return the source that a page with numbered lines shows."""
    rows = re.findall(r"<td>(.*?)</td></tr>", client.get(address).text, re.DOTALL)
    return "\n".join(html.unescape(re.sub(r"</?mark[^>]*>", "", row)) for row in rows)


def test_the_downloaded_mail_has_the_words_that_the_preview_shows(client: TestClient) -> None:
    message = email.message_from_bytes(
        client.get("/preview/morning/edition.eml").content, policy=email.policy.default
    )

    sent = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    shown = source_of(client, "/preview/morning/mail?part=source")
    assert sent.replace("\r\n", "\n").rstrip("\n") == shown.rstrip("\n")


@pytest.mark.parametrize(
    ("query", "told", "kind"),
    [
        ("part=text", "The mill wheel turns again", "text/plain"),
        ("part=headers", "List-Unsubscribe", "text/html"),
        ("part=source", "&lt;html", "text/html"),
    ],
)
def test_the_mail_can_be_seen_as_text_headers_and_source(
    client: TestClient, query: str, told: str, kind: str
) -> None:
    answer = client.get(f"/preview/morning/mail?{query}")

    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-security-policy"] == FRAME_CSP
    assert told in answer.text


def test_switches_that_are_not_understood_stand_as_usual(client: TestClient) -> None:
    assert client.get("/preview/morning?width=9&mode=neon&part=x").status_code == 200


def test_with_images_off_none_can_be_loaded(client: TestClient) -> None:
    policy = client.get("/preview/morning/mail?images=off").headers["content-security-policy"]

    assert "img-src 'none'" in policy
    assert "sandbox" in policy


def test_looking_reads_and_writes_nothing(house: House, client: TestClient) -> None:
    path = house.folder / "stories" / "mill.md"
    path.write_text(path.read_text("utf-8").replace("mill wheel", "water wheel"), "utf-8")
    before = dump(house)

    for address in ("", "/mail", "/mail?part=headers", "/edition.eml"):
        assert client.get(f"/preview/morning{address}").status_code == 200

    assert dump(house) == before


def dump(house: House) -> list[str]:
    """Return everything that the database holds."""
    assert house.store.path is not None
    with closing(sqlite3.connect(house.store.path)) as database:
        return list(database.iterdump())


def test_a_broken_schedule_is_told_with_its_line_and_the_old_one_goes_on(
    house: House, client: TestClient
) -> None:
    client.get("/preview/morning")
    path = house.folder / "schedule.yaml"
    path.write_text(path.read_text("utf-8").replace("language: en", "langauge: en"), "utf-8")
    house.reread()

    answer = client.get("/preview/morning")

    assert answer.status_code == 200
    assert "schedule.yaml:15:5" in answer.text
    assert "The mill wheel turns again" in answer.text


def test_a_hostile_story_stays_words(house: House, client: TestClient) -> None:
    path = house.folder / "stories" / "mill.md"
    path.write_text(
        path.read_text("utf-8").replace("The mill wheel", "<script>alert(1)</script>The mill"), "utf-8"
    )
    house.gather(house.schedule.sources, now=NOW + timedelta(minutes=1))

    page = client.get("/preview/morning").text

    assert "<script>alert(1)" not in page


EDITION = "morning/2026-11-23"


def keep(house: House) -> None:
    """Keep today's edition, as `digest build` does."""
    digest = house.schedule.digest("morning")
    house.keep(house.draft(digest, occasion_named(digest, EDITION), now=NOW), who="test", now=NOW)


def sent(house: House) -> dict[str, bytes]:
    """Send today's edition through the embedded inbox; return the messages by their reader's name."""
    digest = house.schedule.digest("morning")
    keep(house)
    approve_by_policy(house.store, house.newsroom, digest, EDITION, now=NOW)
    turn = take_turn(house.store, occasion_named(digest, EDITION), now=NOW, owner="one")
    release(house.store, house.schedule, digest, turn, now=NOW, who="test")
    senders = Senders(house, report=print, stop=lambda: False)
    senders.look()
    senders.join(timedelta(seconds=60))
    messages = [path.read_bytes() for path in (house.state / "inbox").glob("*.eml")]
    return {re.search(rb"\r\nTo: (\w+) <", message)[1].decode(): message for message in messages}  # type: ignore[index]


#: What is each reader's own: the tokens in the links, and the Message-ID.
OWN = re.compile(rb"(?<=\.example/[up]/)[\w.=\r\n-]+?(?=[>\" \r\n]|=22)|(?<=Message-ID: <)\w+")


def without_what_is_the_readers_own(message: bytes) -> bytes:
    unfolded = message.replace(b"=\r\n", b"")  # quoted-printable folds where it likes
    return OWN.sub(b"OWN", unfolded)


#: Readers who get different words: everybody's, a class's own, the text part alone.
CHOOSERS = """\
email,name,topics,consent_at,consent_source
ada@reader.example,Ada,,2026-01-15,paper form
bo@reader.example,Bo,music,2026-01-15,paper form
cy@reader.example,Cy,,2026-01-15,paper form
"""


@pytest.mark.parametrize("name", ["Ada", "Bo", "Cy"])
def test_the_preview_is_byte_for_byte_what_is_sent_apart_from_the_readers_own_links(
    tmp_path: Path, name: str
) -> None:
    music = "      - {title: Music, take: 3, tags: [music]}\n"
    house = open_newsroom(tmp_path, schedule=SCHEDULE.rstrip("\n") + f"\n{music}")
    (tmp_path / "stories" / "organ.md").write_text(
        story("The old organ sounds once more", "05:00", "music"), encoding="utf-8"
    )
    (tmp_path / "subscribers" / "readers.csv").write_text(CHOOSERS, encoding="utf-8")
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW)
    with house.store.write() as connection:
        cy = people.find(connection, "cy@reader.example")
        assert cy is not None
        people.describe(connection, replace(cy.subscriber, plain=True))
    trace, _, rest = sent(house)[name].partition(b"Received: ")
    received = rest.partition(b"\r\n")[2]
    with house.store.read() as connection:
        reader = people.find(connection, f"{name.lower()}@reader.example")
    assert reader is not None
    client = TestClient(build_app(house), base_url="http://127.0.0.1:8420")

    address = f"/preview/edition/{EDITION}/-/edition.eml?reader={reader.subscriber.id}"
    shown = client.get(address).content

    assert b"Return-Path" in trace
    assert OWN.search(received)
    assert without_what_is_the_readers_own(shown) == without_what_is_the_readers_own(received)
    assert (b"text/html" in shown) is (name != "Cy")
    assert (b"church green" in shown.replace(b"=\r\n", b"")) is (name != "Bo")
    house.close()


def test_each_variant_is_offered_with_whose_it_is_and_how_many_they_are(
    house: House, client: TestClient
) -> None:
    (house.folder / "subscribers" / "readers.csv").write_text(
        CHOOSERS.replace("music", "town"), encoding="utf-8"
    )
    (house.folder / "stories" / "organ.md").write_text(
        story("The old organ sounds once more", "05:00", "music", priority=9), encoding="utf-8"
    )
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW + timedelta(minutes=1))

    page = client.get("/preview/morning").text
    (theirs,) = re.findall(r'href="(\?variant=[^"]+)"[^>]*>topics town <small>1<', page)

    assert "old organ" in client.get("/preview/morning/mail").text
    assert "old organ" not in client.get(f"/preview/morning/mail{theirs}").text


def test_a_readers_links_in_the_preview_change_nothing(house: House, client: TestClient) -> None:
    house.sync_readers()
    with house.store.read() as connection:
        ada = people.find(connection, "ada@reader.example")
    assert ada is not None
    text = client.get(f"/preview/morning/mail?part=text&reader={ada.subscriber.id}").text
    (way_out,) = set(re.findall(r"https://letters\.gazette\.example(/u/\S+)", text))

    client.post(way_out, data={"List-Unsubscribe": "One-Click"})

    with house.store.read() as connection:
        held = people.find(connection, "ada@reader.example")
    assert held is not None
    assert held.standings["morning"] is Standing.CONFIRMED


def test_an_edition_of_the_archive_is_seen_as_it_was_sent(house: House, client: TestClient) -> None:
    house.sync_readers()
    sent(house)

    answer = client.get(f"/preview/edition/{EDITION}")

    assert answer.status_code == 200
    assert f"/preview/edition/{EDITION}/-/mail" in answer.text
    assert "sending" in answer.text or "sent" in answer.text
    assert client.get("/preview/edition/morning/2031-01-01").status_code == 404


def test_a_reader_is_found_by_name_or_address(house: House, client: TestClient) -> None:
    house.sync_readers()
    here = {"headers": {"sec-fetch-site": "same-origin"}, "follow_redirects": False}

    one = client.post("/preview/morning/reader?mode=dark", data={"reader": "ada"}, **here)  # type: ignore[arg-type]
    several = client.post("/preview/morning/reader", data={"reader": "reader.example"}, **here)  # type: ignore[arg-type]
    nobody = client.post("/preview/morning/reader", data={"reader": "nobody"}, **here)  # type: ignore[arg-type]

    assert one.status_code == 303
    assert re.fullmatch(r"/preview/morning\?mode=dark&reader=\d+", one.headers["location"])
    assert "As <strong>Ada</strong>" in client.get(one.headers["location"]).text
    assert "bo@reader.example" in several.text
    assert "No reader has “nobody”" in nobody.text
    assert client.get("/preview/morning?reader=999").status_code == 200  # told on the page


def test_a_finding_leads_to_its_tag_in_the_source(house: House, client: TestClient) -> None:
    keep(house)
    with house.store.write() as connection:
        words = renderings.renderings(connection, EDITION)["all"]
        spoilt = words.html.replace("Unsubscribe", '<img src="https://a.example/x.jpg">', 1)
        renderings.save_rendering(connection, EDITION, "all", replace(words, html=spoilt), now=NOW)

    page = client.get(f"/preview/edition/{EDITION}").text
    (link,) = set(re.findall(r'href="(\?part=source[^"]+)">html line \d+: &lt;img', page))
    shown = client.get(f"/preview/edition/{EDITION}/-/mail{html.unescape(link)}").text

    assert '<mark id="at">&lt;img src=&quot;https://a.example/x.jpg&quot;&gt;</mark>' in shown

"""The preview is what is sent, seen in every way a mail program may show it."""

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.delivery.inbox import Inbox
from digest.web.app import build_app
from digest.web.security import FRAME_CSP
from digest.wiring import House
from newsroom import open_newsroom


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
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


def test_the_downloaded_mail_has_the_words_that_the_preview_shows(client: TestClient) -> None:
    message = email.message_from_bytes(
        client.get("/preview/morning/edition.eml").content, policy=email.policy.default
    )

    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    source = client.get("/preview/morning/mail?part=source").text
    assert html.replace("\r\n", "\n").rstrip("\n") == source.rstrip("\n")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("part=text", "The mill wheel turns again"),
        ("part=headers", "List-Unsubscribe:"),
        ("part=source", "<html"),
    ],
)
def test_the_mail_can_be_seen_as_text_headers_and_source(client: TestClient, query: str, told: str) -> None:
    answer = client.get(f"/preview/morning/mail?{query}")

    assert answer.headers["content-type"].startswith("text/plain")
    assert told in answer.text


def test_switches_that_are_not_understood_stand_as_usual(client: TestClient) -> None:
    assert client.get("/preview/morning?width=9&mode=neon&part=x").status_code == 200


def test_a_changed_story_shows_at_the_next_look(house: House, client: TestClient) -> None:
    client.get("/preview/morning")
    path = house.folder / "stories" / "mill.md"
    path.write_text(path.read_text("utf-8").replace("mill wheel", "water wheel"), "utf-8")

    assert "The water wheel turns again" in client.get("/preview/morning").text


def test_a_broken_schedule_is_told_with_its_line_and_the_old_one_goes_on(
    house: House, client: TestClient
) -> None:
    client.get("/preview/morning")
    path = house.folder / "schedule.yaml"
    path.write_text(path.read_text("utf-8").replace("language: en", "langauge: en"), "utf-8")

    answer = client.get("/preview/morning")

    assert answer.status_code == 200
    assert "schedule.yaml:15:5" in answer.text
    assert "The mill wheel turns again" in answer.text


def test_a_hostile_story_stays_words(house: House, client: TestClient) -> None:
    path = house.folder / "stories" / "mill.md"
    path.write_text(
        path.read_text("utf-8").replace("The mill wheel", "<script>alert(1)</script>The mill"), "utf-8"
    )

    page = client.get("/preview/morning").text

    assert "<script>alert(1)" not in page


def test_the_inbox_lists_shows_and_hides_its_mails(house: House, client: TestClient) -> None:
    import smtplib

    assert "Nothing has been sent yet" in client.get("/inbox").text
    with Inbox(house.state / "inbox") as inbox, smtplib.SMTP(inbox.address.host, inbox.address.port) as smtp:
        smtp.sendmail(
            "a@x.example", ["b@y.example"], "Subject: Owls <b>!</b>\r\nTo: b@y.example\r\n\r\nHello\r\n"
        )
    (name,) = [path.name for path in (house.state / "inbox").glob("*.eml")]

    assert "Owls &lt;b&gt;!" in client.get("/inbox").text
    assert "no List-Unsubscribe" in client.get(f"/inbox/{name}").text
    assert client.get(f"/inbox/{name}/mail?part=text").text.strip() == "Hello"
    assert client.get(f"/inbox/{name}/raw").headers["content-type"] == "message/rfc822"
    assert client.get("/inbox/..%2fdigest.db").status_code == 404

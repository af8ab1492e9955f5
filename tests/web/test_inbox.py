"""The embedded inbox as a page."""

import json
import re
import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest
from starlette.testclient import TestClient

from digest.delivery.inbox import Inbox
from digest.web.app import build_app
from digest.web.inbox import AT_MOST
from digest.web.security import FRAME_CSP
from digest.web.serving import Server
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


HERE = {"sec-fetch-site": "same-origin"}
NEWSLETTER = (
    "Subject: The brief\r\nFrom: Post <brief@post.example>\r\nTo: cy@y.example\r\nMIME-Version: 1.0\r\n"
    "List-Unsubscribe: <https://post.example/u/abc>, <mailto:out@post.example>\r\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Words</p>\r\n"
)


def deliver(house: House, message: str, to: str = "b@y.example") -> str:
    """Send a mail to the inbox by SMTP; return the name of its file."""
    folder = house.state / "inbox"
    before = set(folder.glob("*.eml")) if folder.exists() else set()
    with Inbox(folder) as inbox, smtplib.SMTP(inbox.address.host, inbox.address.port) as smtp:
        smtp.sendmail("a@x.example", [to], message)
    (path,) = set(folder.glob("*.eml")) - before
    return path.name


def test_the_inbox_lists_shows_and_hides_its_mails(house: House, client: TestClient) -> None:
    assert "Nothing has been sent yet" in client.get("/inbox").text
    name = deliver(house, "Subject: Owls <b>!</b>\r\nTo: b@y.example\r\n\r\nHello\r\n")

    listed = client.get("/inbox").text
    assert "Owls &lt;b&gt;!" in listed
    assert "Nothing here has left this machine" in listed
    assert "no List-Unsubscribe" in client.get(f"/inbox/{name}").text
    assert client.get(f"/inbox/{name}/mail?part=text").text.strip() == "Hello"
    assert client.get(f"/inbox/{name}/mail").text.strip() == "Hello"  # there is no other part
    assert client.get(f"/inbox/{name}/raw").headers["content-type"] == "message/rfc822"
    assert client.get("/inbox/..%2fdigest.db").status_code == 404


def test_a_framed_mail_keeps_its_own_cage(house: House, client: TestClient) -> None:
    name = deliver(house, NEWSLETTER.replace("Words", "<script>alert(1)</script>"))

    for part in ("html", "source", "headers", "text"):
        answer = client.get(f"/inbox/{name}/mail?part={part}")
        assert answer.headers["content-security-policy"] == FRAME_CSP


def test_links_to_our_own_pages_lead_to_this_server_wherever_the_pages_will_be(
    house: House, client: TestClient
) -> None:
    pages = house.newsroom.pages
    letter = NEWSLETTER.replace("<p>Words</p>", f'<head></head><a href="{pages}/c/abc">Yes</a>')
    name = deliver(house, letter.replace("Yes", 'Yes</a><a href="https://gazette.example/x">News'))

    shown = client.get(f"/inbox/{name}/mail").text
    as_it_is = [client.get(f"/inbox/{name}/{part}").text for part in ("mail?part=source", "raw")]

    assert '<a href="/c/abc">Yes</a><a href="https://gazette.example/x">News</a>' in shown
    assert '<base target="_blank">' in shown
    assert all(f"{pages}/c/abc" in text for text in as_it_is)


def test_mails_are_searched_by_sender_reader_and_subject(house: House, client: TestClient) -> None:
    deliver(house, "Subject: Owls\r\nFrom: a@x.example\r\n\r\nHello\r\n", to="ada@reader.example")
    deliver(house, "Subject: Mills\r\nFrom: b@x.example\r\n\r\nHello\r\n", to="bo@reader.example")

    assert "Mills" not in client.get("/inbox?q=ADA").text
    assert "Owls" in client.get("/inbox?q=owl").text
    assert "No mail has “zebra”" in client.get("/inbox?q=zebra").text


def test_a_long_inbox_is_walked_through_page_by_page(house: House, client: TestClient) -> None:
    folder = house.state / "inbox"
    folder.mkdir()
    for number in range(AT_MOST + 3):
        (folder / f"20261123T06{number:010}-0.eml").write_bytes(b"Subject: Mail %d\r\n\r\nx" % number)

    first = client.get("/inbox").text
    (older,) = re.findall(r'href="(\?before=[^"]+)">Older', first)

    assert "Mail 3<" in first
    assert "Mail 2<" not in first
    assert "Mail 2<" in client.get(f"/inbox{older}").text


def test_the_way_out_of_a_mail_is_judged(house: House, client: TestClient) -> None:
    good = client.get(f"/inbox/{deliver(house, NEWSLETTER)}").text
    bad = client.get(f"/inbox/{deliver(house, NEWSLETTER.replace('https://', 'http://'))}").text

    assert good.count("<strong>Good</strong>") == 3
    assert "<strong>Wrong</strong>" not in good
    assert "<strong>Wrong</strong>: an https address" in bad


def test_a_mail_is_deleted_by_post_and_by_nothing_else(house: House, client: TestClient) -> None:
    name = deliver(house, NEWSLETTER)

    assert client.get(f"/inbox/{name}/delete").status_code == 405
    assert client.post(f"/inbox/{name}/delete", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get(f"/inbox/{name}").status_code == 200
    client.post(f"/inbox/{name}/delete", headers=HERE)

    assert client.get(f"/inbox/{name}").status_code == 404


def test_the_inbox_is_emptied_at_once(house: House, client: TestClient) -> None:
    deliver(house, NEWSLETTER)
    deliver(house, NEWSLETTER)

    client.post("/inbox/empty", headers=HERE)

    assert "Nothing has been sent yet" in client.get("/inbox").text


def test_a_program_lists_reads_and_deletes(house: House, client: TestClient) -> None:
    deliver(house, NEWSLETTER, to="cy@y.example")
    deliver(house, "Subject: Owls\r\n\r\nHello\r\n", to="ada@reader.example")

    (found,) = client.get("/inbox/api/messages?q=cy@y").json()["messages"]
    whole = client.get(f"/inbox/api/messages/{found['id']}").json()

    assert (found["subject"], found["envelope"]["to"]) == ("The brief", ["cy@y.example"])
    assert whole["html"].strip() == "<p>Words</p>"
    assert {"name": "Subject", "value": "The brief"} in whole["headers"]
    assert [point["good"] for point in whole["unsubscribe"]] == [True, True, True, None]
    assert client.delete(f"/inbox/api/messages/{found['id']}").status_code == 204
    assert len(client.get("/inbox/api/messages").json()["messages"]) == 1
    assert client.delete("/inbox/api/messages").status_code == 204
    assert client.get("/inbox/api/messages").json() == {"messages": []}


def test_a_program_waits_for_a_mail_instead_of_sleeping(house: House) -> None:
    with Server(house, port=0) as server, ThreadPoolExecutor() as pool:
        asked = pool.submit(urlopen, f"{server.address}/inbox/api/messages?q=owls&wait=30", timeout=60)
        deliver(house, "Subject: Owls\r\n\r\nHello\r\n")

        with asked.result() as answer:
            assert json.load(answer)["messages"][0]["subject"] == "Owls"


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
def test_another_sites_page_deletes_nothing(
    house: House, client: TestClient, headers: dict[str, str]
) -> None:
    deliver(house, NEWSLETTER)

    assert client.delete("/inbox/api/messages", headers=headers).status_code == 403
    assert len(client.get("/inbox/api/messages").json()["messages"]) == 1


def test_a_mail_in_an_unknown_character_set_is_shown_as_far_as_it_goes(
    house: House, client: TestClient
) -> None:
    name = deliver(house, NEWSLETTER.replace("utf-8", "x-martian"))

    assert "Words" in client.get(f"/inbox/{name}/mail").text

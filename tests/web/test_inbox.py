"""The embedded inbox as a page."""

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.delivery.inbox import Inbox
from digest.web.app import build_app
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


def test_the_inbox_lists_shows_and_hides_its_mails(house: House, client: TestClient) -> None:
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

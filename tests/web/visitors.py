"""Readers as the pages meet them: a browser that fills in forms, and what became of it in the newsroom."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Thread

from starlette.testclient import TestClient

from digest.clock.rounds import make_round
from digest.clock.sender import Senders
from digest.store.roster import people
from digest.store.roster.people import Held
from digest.web.app import build_app
from digest.wiring import House
from newsroom import Clock

SAME = {"sec-fetch-site": "same-origin"}
CROSS = {"sec-fetch-site": "cross-site", "origin": "https://gazette.example"}


def browser(house: House, *, address: str = "203.0.113.9", language: str = "en") -> TestClient:
    """Return a browser at `address`."""
    return TestClient(
        build_app(house),
        base_url="http://127.0.0.1:8420",
        client=(address, 50000),
        headers={"accept-language": language},
    )


def wait(house: House, **span: float) -> None:
    """Let time pass."""
    house.clock = Clock(house.clock() + timedelta(**span))


def field(html: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no field {name} in {html}"
    return found[1]


def sign_up(
    house: House, email: str, *, digest: str = "morning", client: TestClient | None = None, **fields: object
) -> str:
    """Sign up as people do, a few seconds after the page was opened; return the page that answers."""
    client = client or browser(house)
    token = field(client.get(f"/join/{digest}").text, "form")
    wait(house, seconds=5)
    return client.post(f"/join/{digest}", data={"email": email, "form": token, **fields}, headers=SAME).text


def sign_up_at_once(house: House, email: str, *, forms: int) -> None:
    """Send one and the same form from so many browsers at the same moment."""
    token = field(browser(house).get("/join/morning").text, "form")
    wait(house, seconds=5)
    data = {"email": email, "form": token}
    sends = [
        Thread(target=browser(house).post, args=("/join/morning",), kwargs={"data": data, "headers": SAME})
        for _ in range(forms)
    ]
    for one in sends:
        one.start()
    for one in sends:
        one.join()


def post_round(house: House) -> list[EmailMessage]:
    """Let the clock make a round and the senders send; return every mail in the inbox, oldest first."""
    make_round(house, now=house.clock())
    senders = Senders(house, report=print, stop=lambda: False)
    senders.look()
    senders.join(timedelta(seconds=60))
    found = []
    for path in sorted((house.state / "inbox").glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def letters_to(house: House, email: str) -> list[EmailMessage]:
    """Return the letters that came to `email`."""
    return [mail for mail in post_round(house) if email in str(mail["To"])]


def links(mail: EmailMessage, kind: str) -> list[str]:
    """Return the links of a mail to our pages of that kind: `/c/`, `/p/`, `/d/`."""
    part = mail.get_body(("plain",))
    assert part is not None
    return re.findall(rf"https?://[^/\s]+(/{kind}/\S+)", part.get_content())


def held(house: House, email: str) -> Held | None:
    """Return what the roster holds of an address."""
    with house.store.read() as connection:
        return people.find(connection, email)

"""A reader's life, in a real browser without scripts, with mail that came by real SMTP into the inbox.

Sign up, confirm, prefer, get an edition, leave by one click as a mail provider sends it, leave by
the page and undo it, see and take the data, be forgotten. With `--pictures` its pictures are kept.
"""

import email
import email.policy
import json
import re
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from PIL import Image

from digest.flows.subscribe_replay import replay
from digest.model.subscriber import Standing
from digest.web.serving import Server
from digest.wiring import House
from newsroom import SCHEDULE, Clock, open_newsroom, story
from web.visitors import held, post_round, wait

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DEE = "dee@post.example"
#: Links in mails lead to where the pages really are, as with `digest serve` on one machine.
HERE = SCHEDULE.replace("  pages: https://letters.gazette.example\n", "")


class Reader:
    """Somebody with a browser and a mailbox."""

    def __init__(self, page: "Page", house: House, server: Server, pictures: Path) -> None:
        self.page, self.house, self.server, self.pictures = page, house, server, pictures

    def press(self, button: str) -> None:
        """Press a button, a few seconds after the page was opened."""
        wait(self.house, seconds=5)
        self.page.get_by_role("button", name=button, exact=True).click()

    def sees(self, heading: str) -> None:
        assert self.page.get_by_role("heading", level=1).inner_text() == heading

    def opens_newest_mail(self) -> None:
        """Let the post come, and open the newest mail in the inbox."""
        post_round(self.house)
        self.page.goto(f"{self.server.address}/inbox")
        self.page.locator("ul.rows a").first.click()

    def follows(self, kind: str) -> None:
        """Follow the link of that kind in the mail that is open: `c`, `u`, `p`, `d` or `e`."""
        link = self.page.frame_locator("iframe").locator(f'a[href*="/{kind}/"]').first
        address = link.get_attribute("href")
        assert address
        self.page.goto(urljoin(self.server.address, address))

    def keeps_picture(self, name: str) -> None:
        path = self.pictures / f"journey-{name}.png"
        self.page.screenshot(path=path)
        with Image.open(path) as taken:
            small = taken.convert("RGB").quantize(96, dither=Image.Dither.NONE)
        small.save(path, optimize=True)

    def standing(self) -> Standing | None:
        """Return how the reader stands, once what was said is heard."""
        replay(self.house.store, self.house.opt_outs)
        reader = held(self.house, DEE)
        return reader.standings["morning"] if reader else None


@pytest.fixture
def reader(chromium: "Browser", tmp_path: Path, picture_folder: Path) -> Iterator[Reader]:
    house = open_newsroom(tmp_path / "news", schedule=HERE)
    (house.folder / "subscribers" / "readers.csv").unlink()
    with Server(house, port=0) as server:
        house.pages = server.address
        house.reread()
        context = chromium.new_context(
            viewport={"width": 390, "height": 780}, java_script_enabled=False, locale="en-GB"
        )
        yield Reader(context.new_page(), house, server, picture_folder)
        context.close()
    house.close()


def one_click(raw: Path) -> int:
    """Post to the address in a mail's header as mailbox providers do (RFC 8058, 3.2); return the status."""
    message = email.message_from_bytes(raw.read_bytes(), policy=email.policy.default)
    address = re.search(r"<(https?://[^>]+)>", str(message["List-Unsubscribe"]))
    assert address
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    request = urllib.request.Request(address[1], data=b"List-Unsubscribe=One-Click", method="POST")
    with urllib.request.urlopen(request) as answer:
        assert answer.url == address[1]  # no redirect
        return int(answer.status)


def to_morning(reader: Reader, day: int) -> None:
    """Let a morning with news come: the edition is built, published and sent."""
    for number, what in enumerate(("Ferry back", "Bell recast", "Bakery opens")):
        text = story(f"{what} on the {day}th", f"05:{number}0", "town", day=f"2026-11-{day}")
        (reader.house.folder / "stories" / f"{day}-{number}.md").write_text(text, encoding="utf-8")
    reader.house.clock = Clock(datetime(2026, 11, day, 6, 40, tzinfo=UTC))
    post_round(reader.house)
    reader.house.clock = Clock(datetime(2026, 11, day, 7, 0, 30, tzinfo=UTC))
    post_round(reader.house)


def editions(reader: Reader) -> list[Path]:
    """Return the editions that came, oldest first."""
    mails = sorted((reader.house.state / "inbox").glob("*.eml"))
    return [path for path in mails if b"\nList-Unsubscribe:" in path.read_bytes()]


def test_the_life_of_a_reader(reader: Reader) -> None:
    page = reader.page

    # asks
    page.goto(f"{reader.server.address}/")
    page.get_by_role("link", name="Sign up").first.click()
    reader.sees("The Morning Post")
    page.get_by_label("Your email address").fill(DEE)
    reader.keeps_picture("join")
    reader.press("Sign up")
    reader.sees("Look into your mailbox")
    assert reader.standing() in (None, Standing.UNCONFIRMED)

    # confirms
    reader.opens_newest_mail()
    reader.follows("c")
    reader.keeps_picture("confirm")
    reader.sees("Do you want The Morning Post?")
    assert reader.standing() is Standing.UNCONFIRMED
    reader.press("Yes, send it to me")
    reader.sees("Welcome")
    reader.keeps_picture("welcome")
    assert reader.standing() is Standing.CONFIRMED

    # chooses
    page.get_by_role("link", name="Choose what you get").click()
    page.get_by_label("Name").fill("Dee Marsh")
    page.get_by_label("Time zone").select_option("Asia/Beirut")
    reader.press("Save")
    assert page.get_by_role("status").inner_text() == "Saved"
    known = held(reader.house, DEE)
    assert known is not None
    assert (known.subscriber.name, known.subscriber.timezone) == ("Dee Marsh", "Asia/Beirut")

    # gets an edition
    to_morning(reader, 23)
    (edition,) = editions(reader)
    assert b"To: Dee Marsh <dee@post.example>" in edition.read_bytes()

    # leaves by the button of the mail program
    assert one_click(edition) == 200
    assert reader.standing() is Standing.UNSUBSCRIBED

    # looks at the page, where it is known already, tells why, and takes it back
    reader.opens_newest_mail()
    reader.follows("u")
    reader.sees("You are unsubscribed")
    page.get_by_label("Too many mails").check()
    reader.press("Tell us")
    assert page.get_by_role("status").inner_text() == "Thank you. That helps us."
    reader.keeps_picture("left")
    reader.press("Undo: I want to stay")
    reader.sees("You stay")
    assert reader.standing() is Standing.CONFIRMED
    to_morning(reader, 24)
    assert len(editions(reader)) == 2

    # sees and takes what is kept
    reader.opens_newest_mail()
    reader.follows("p")
    reader.press("Send me that letter")
    reader.sees("Look into your mailbox")
    reader.opens_newest_mail()
    letter = page.url
    reader.follows("d")
    assert "Yes, I want The Morning Post" in page.content()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a file (JSON)").click()
    data = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert data["email"] == DEE
    assert [one["edition"] for one in data["deliveries"] if one["edition"].startswith("morning/")] == [
        "morning/2026-11-24", "morning/2026-11-23",
    ]  # fmt: skip

    # is forgotten
    page.goto(letter)
    reader.follows("e")
    page.get_by_label("I want to be forgotten. This cannot be undone.").check()
    reader.press("Forget me")
    reader.sees("You are forgotten")
    assert held(reader.house, DEE) is None
    to_morning(reader, 25)
    assert len(editions(reader)) == 2


def test_a_form_on_the_newsrooms_own_site_leads_to_a_letter(reader: Reader, tmp_path: Path) -> None:
    snippet = (
        f'<form action="{reader.server.address}/join/morning" method="post">'
        '<label>Email <input type="email" name="email" required></label> <button>Sign up</button></form>'
    )
    site = tmp_path / "site.html"
    site.write_text(f"<!doctype html><title>The Gazette</title>{snippet}", encoding="utf-8")

    reader.page.goto(site.as_uri())
    reader.page.get_by_label("Email").fill(DEE)
    reader.press("Sign up")
    reader.sees("One more press")
    reader.press("Send me the letter")
    reader.sees("Look into your mailbox")

    reader.opens_newest_mail()
    reader.follows("c")
    reader.press("Yes, send it to me")
    assert reader.standing() is Standing.CONFIRMED
    assert timedelta() < reader.house.clock() - datetime(2026, 11, 23, 6, 40, tzinfo=UTC)

"""Make docs/pictures/preview.png and inbox.png: what an editor of the demo newsroom sees.

python docs/pictures/make_preview.py. Needs Debian's chromium, and what the tests need.
"""

import io
import os
import smtplib
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from digest.delivery.inbox import Inbox
from digest.flows.compose import occasion
from digest.flows.proof import proof
from digest.flows.sample import as_of, copy_newsroom
from digest.web.serving import Server
from digest.wiring import House, bundled, open_house

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
WIDE, NARROW, HEIGHT, GAP = 1280, 390, 1000, 24


def main() -> None:
    """Take the pictures."""
    os.environ["LOGNAME"] = "ada"  # the person at this machine, in the pictures
    with TemporaryDirectory() as name, sync_playwright() as driver:
        house = demo(Path(name))
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        with Server(house, port=0) as server:
            take(browser, server.address, "/preview/morning", "?mode=dark&width=375", "preview.png")
            take(browser, server.address, "/inbox", "", "inbox.png")
        browser.close()
        house.close()


def demo(folder: Path) -> House:
    """Return the demo newsroom, with its editions built and a few mails in its inbox."""
    copy_newsroom(bundled(), folder, now=NOW)
    house = open_house(folder, {"PATH": os.environ["PATH"]})
    house.clock = lambda: as_of(NOW)
    now = house.clock()
    house.gather([source for source in house.schedule.sources if not source.remote], now=now)
    for digest in house.schedule.digests:
        made = house.draft(digest, occasion(digest, now), now=now)
        house.keep(made, who="demo", now=now)
        seen = proof(
            made.rendering, newsroom=house.newsroom, digest=digest, edition=made.occasion.edition,
            key=house.keys[0], now=now,
        )  # fmt: skip
        with Inbox(house.state / "inbox") as inbox:
            with smtplib.SMTP(inbox.address.host, inbox.address.port) as smtp:
                for reader in ("ada", "bjorn", "noor"):
                    smtp.sendmail("brief@harbourpost.example", [f"{reader}@reader.example"], seen.message)
    return house


def take(browser: Browser, address: str, path: str, phone: str, name: str) -> None:
    """Take a page on a desk in the light, and beside it on a phone in the dark."""
    shots = []
    for width, scheme, query in ((WIDE, "light", ""), (NARROW, "dark", phone)):
        page = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
        page.goto(f"{address}{path}{query}")
        page.wait_for_load_state("load")
        shots.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
        page.close()
    sheet = Image.new("RGB", (WIDE + NARROW + GAP, HEIGHT), (221, 216, 206))
    sheet.paste(shots[0], (0, 0))
    sheet.paste(shots[1], (WIDE + GAP, 0))
    small = sheet.resize((sheet.width * 2 // 3, sheet.height * 2 // 3), Image.Resampling.LANCZOS)
    small.quantize(200, dither=Image.Dither.NONE).save(Path(__file__).parent / name, optimize=True)


if __name__ == "__main__":
    main()

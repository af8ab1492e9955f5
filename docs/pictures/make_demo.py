"""Make docs/pictures/demo.png: the demo's morning edition on a wide screen, on a phone, and in the dark.

python docs/pictures/make_demo.py EDITION.html, with the file that `digest build` wrote in the demo's folder.
Needs Debian's chromium, and playwright and Pillow from the test requirements.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HEIGHT, GAP, MARGIN, SCALE = 1500, 24, 40, 0.6
VIEWS = ((640, "light"), (375, "light"), (640, "dark"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def main(edition: Path) -> None:
    """Take the pictures and lay them side by side."""
    shots = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for width, scheme in VIEWS:
            page = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
            page.goto(edition.resolve().as_uri())
            shots.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
        browser.close()
    wide = sum(shot.width for shot in shots) + GAP * (len(shots) - 1) + 2 * MARGIN
    sheet = Image.new("RGB", (wide, HEIGHT + 2 * MARGIN), (221, 216, 206))
    left = MARGIN
    for shot in shots:
        sheet.paste(shot, (left, MARGIN))
        left += shot.width + GAP
    small = sheet.resize((round(sheet.width * SCALE), round(sheet.height * SCALE)), Image.Resampling.LANCZOS)
    small.quantize(200, dither=Image.Dither.NONE).save(Path(__file__).parent / "demo.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

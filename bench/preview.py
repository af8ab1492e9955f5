"""From a saved file to the mail on the screen: how long an editor waits, in a real browser.

A newsroom of fifteen stories in a temporary folder, its server on this machine, chromium with the preview
open. Three things are changed in turn, twelve times each: a story, the template, the schedule; and an edition
by another hand, as the desk does. Measured from the end of the save until the frame has loaded the new mail,
wall clock. Aim: a median of 300 ms.

    .venv/bin/python bench/preview.py [--times 12] [--json]
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from digest.flows.compose import occasion_named  # noqa: E402
from digest.model.edition import EditionState  # noqa: E402
from digest.render.template import bundled_templates  # noqa: E402
from digest.store import editions  # noqa: E402
from digest.web.serving import Server  # noqa: E402
from digest.wiring import House  # noqa: E402
from newsroom import NOW, SCHEDULE, open_newsroom, story  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page

AIM = 300.0  #: milliseconds
STORIES = 15
EDITION = "morning/2026-11-23"
_COUNT = """\
window.loads = 0;
const count = event => { if (event.target.tagName === "IFRAME") window.loads += 1; };
document.addEventListener("load", count, true);
"""


def newsroom(folder: Path) -> House:
    """Return a newsroom whose edition has fifteen stories, with a template of its own."""
    schedule = SCHEDULE.replace("    language: en\n", "    language: en\n    template: ours\n")
    schedule = schedule.replace("take: 3", f"take: {STORIES}")
    house = open_newsroom(folder, schedule=schedule)
    for number in range(STORIES):
        text = story(f"Story number {number} of the morning in Larkmoor", f"05:{number:02}", "town")
        (folder / "stories" / f"more-{number}.md").write_text(text, encoding="utf-8")
    shutil.copytree(bundled_templates() / "brief", folder / "templates" / "ours")
    house.reread()
    house.gather(house.schedule.sources, now=NOW)
    digest = house.schedule.digest("morning")
    house.keep(house.draft(digest, occasion_named(digest, EDITION), now=NOW), who="bench", now=NOW)
    return house


def changes(house: House) -> dict[str, tuple[str, Callable[[int], None]]]:
    """Return what is changed, by name: the page that shows it, and how to change it."""
    mill, template = (
        house.folder / "stories" / "mill.md",
        house.folder / "templates" / "ours" / "edition.mjml",
    )
    schedule = house.folder / "schedule.yaml"
    words = {path: path.read_text("utf-8") for path in (mill, template, schedule)}

    def save(path: Path, old: str, new: str) -> None:
        assert old in words[path], f"{path.name} has no {old}"
        half = path.with_suffix(".half")
        half.write_text(words[path].replace(old, new, 1), "utf-8")
        half.replace(path)

    def by_hand(number: int) -> None:
        old, new = EditionState.READY, EditionState.HELD
        with house.store.write() as connection:
            state = editions.edition(connection, EDITION).state
            to = new if state is old else old
            editions.set_state(connection, EDITION, state, to, who="bench", now=NOW)

    return {
        "a story": ("/preview/morning", lambda n: save(mill, "The mill wheel", f"The mill wheel {n}")),
        "the template": ("/preview/morning", lambda n: save(template, "</mjml>", f"<!-- {n} --></mjml>")),
        "the schedule": (
            "/preview/morning",
            lambda n: save(schedule, "The Morning Post", f"The Morning Post {n}"),
        ),
        "an edition, by another hand": (f"/preview/edition/{EDITION}", by_hand),
    }


def measure(page: "Page", change: Callable[[int], None], times: int) -> list[float]:
    """Return the milliseconds from each change to the loaded frame, after a first one that is not counted."""
    taken = []
    for number in range(times + 1):
        page.wait_for_timeout(250)
        before = page.evaluate("window.loads")
        change(number)
        begin = time.perf_counter()
        page.wait_for_function("count => window.loads > count", arg=before, polling="raf")
        taken.append((time.perf_counter() - begin) * 1000)
    return taken[1:]


def measured(times: int) -> dict[str, dict[str, float]]:
    """Return median and slowest of each change."""
    from playwright.sync_api import sync_playwright

    found = {}
    with TemporaryDirectory(prefix="digest-bench-") as name:
        house = newsroom(Path(name))
        with Server(house, port=0) as server, sync_playwright() as driver:
            flags = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
            for what, (address, change) in changes(house).items():
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.add_init_script(_COUNT)
                page.goto(server.address + address)
                taken = measure(page, change, times)
                found[what] = {"median": median(taken), "slowest": max(taken)}
                page.close()
            browser.close()
        house.close()
    return found


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--times", type=int, default=12)
    asked.add_argument("--json", action="store_true")
    told = asked.parse_args()
    figures = measured(told.times)
    if told.json:
        print(json.dumps(figures, indent=1))
        return
    load = os.getloadavg()[0]
    print(f"{'changed':<30} {'median':>10} {'slowest':>10}   (load {load:.1f} on {os.cpu_count()} cores)")
    for what, spans in figures.items():
        print(f"{what:<30} {spans['median']:>7,.0f} ms {spans['slowest']:>7,.0f} ms")
    good = all(spans["median"] <= AIM for spans in figures.values())
    print(f"\naim: a median of {AIM:g} ms: {'kept' if good else 'missed'}")


if __name__ == "__main__":
    main()

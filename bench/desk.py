"""How fast the desk is: pages, saves, and many people at once, all on this machine.

    .venv/bin/python bench/desk.py [--saves 15] [--seconds 30] [--json]

A newsroom with 200 candidate stories and 15 places is made in a temporary folder and served by a
process of its own. A browser (chromium, by playwright) measures first paint, and the time from a
press of `Save` to the new words in the preview, and what an editor waits for between an edition
that is not built yet and the last of 200 readers; then 5 editors save every four seconds while
100 viewers follow the stream and fetch the page anew at each change.
"""

import argparse
import asyncio
import gzip
import json
import os
import random
import re
import select
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from measures.desk_journey import journey

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
EDITION = "/desk/morning/2026-11-23"
CANDIDATES, PLACES, EDITORS, VIEWERS, READERS = 200, 14, 5, 100, 200
#: Seconds after which an editor saves again.
EVERY = 4.0
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
#: From the press of a button until the frame has loaded the new mail, by the browser's own clock: to ask
#: for the words again and again, as a driver does, tells a tenth of a second more.
_PRESSED = """button => new Promise(done => {
  const began = performance.now(), frame = document.querySelector("iframe");
  frame.addEventListener("load", () => done(performance.now() - began), {once: true});
  button.click();
})"""
SCHEDULE = f"""\
version: 1
newsroom: {{name: The Larkmoor Gazette, website: "https://gazette.example", postal_address: "3 Mill Lane"}}
sources: [{{id: desk, folder: stories}}]
defaults: {{sender: The Larkmoor Gazette <brief@gazette.example>}}
digests:
  - id: morning
    title: The Morning Post
    language: en
    send: every day at 07:00
    sections: [{{title: Town, take: {PLACES}, tags: [town]}}]
  - id: evening
    title: The Evening Post
    language: en
    send: every day at 18:00
    approval: {{needs: 1 editor}}
    sections: [{{title: Town, take: {PLACES}, tags: [town]}}]
"""
WORDS = (
    "mill", "market", "owls", "bridge", "harbour", "council", "school", "river", "clock",
    "church", "winter", "bread", "lantern", "ferry", "library", "garden", "orchard", "singer",
    "museum", "bakery", "tower", "tram", "mayor", "lamp", "quay", "boat", "storm",
    "wheel",
)  # fmt: skip


def write_newsroom(folder: Path) -> None:
    """Write 200 stories that no two have much in common."""
    chance = random.Random(7)
    (folder / "stories").mkdir(parents=True)
    (folder / "subscribers").mkdir()
    (folder / "schedule.yaml").write_text(SCHEDULE, "utf-8")
    rows = [f"r{number}@readers.example,2026-01-15,paper" for number in range(READERS)]
    lines = ["email,consent_at,consent_source", *rows]
    (folder / "subscribers" / "readers.csv").write_text("\n".join(lines) + "\n", "utf-8")
    for number in range(CANDIDATES):
        headline = " ".join(chance.sample(WORDS, 6)).capitalize() + f" {number}"
        text = "\n\n".join(" ".join(chance.choices(WORDS, k=60)) + "." for _ in range(4))
        at = NOW - timedelta(minutes=20 + 6 * number)
        (folder / "stories" / f"{number}.md").write_text(
            f"---\nheadline: {headline}\nstandfirst: What is known so far, number {number}.\n"
            f"published: {at.isoformat()}\ntags: [{'town' if number % 2 else 'sea'}]\n"
            f"url: https://gazette.example/{number}\n---\n{text}\n",
            "utf-8",
        )


def serve(folder: Path, *, sending: bool) -> None:
    """Serve the newsroom until the input ends; the first line printed is the address.

    Args:
        sending: send what is published, as `digest serve` does.
    """
    from digest.clock.sender import Senders
    from digest.flows.compose import occasion
    from digest.web.serving import Server
    from digest.wiring import open_house

    began = time.monotonic()
    house = open_house(folder, {"PATH": os.environ["PATH"]})
    house.clock = lambda: NOW + timedelta(seconds=time.monotonic() - began)
    with Server(house, port=0) as server:
        house.pages = server.address
        house.reread()
        house.sync_readers()
        house.gather(house.schedule.sources, now=NOW)
        digest = house.schedule.digests[0]
        house.keep(house.draft(digest, occasion(digest, NOW), now=NOW), who="clock", now=NOW)
        print(server.address, flush=True)
        over = threading.Event()
        senders = Senders(house, report=lambda line: None, stop=over.is_set)
        while sending and not select.select([sys.stdin], [], [], 0.2)[0]:
            senders.look()
        sys.stdin.read()
        over.set()
        senders.join(timedelta(seconds=10))


@contextmanager
def served(*more: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Give the address of a desk in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="digest-bench-") as name:
        write_newsroom(Path(name))
        command = [sys.executable, __file__, "--serve", name, *more]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            try:
                yield process.stdout.readline().strip(), process
            finally:
                process.stdin.close()
                process.wait(20)


def weight(address: str) -> dict[str, float]:
    """Return the bytes of the edition's page with all that it loads from us, gzipped."""
    with urlopen(address + EDITION) as answer:
        page = answer.read().decode()
    parts = {"page": len(gzip.compress(page.encode(), 9))}
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        with urlopen(address + path) as answer:
            parts[path.partition("?")[0].rsplit("/", 1)[1]] = len(gzip.compress(answer.read(), 9))
    return {name: round(size / 1024, 1) for name, size in (*parts.items(), ("in all", sum(parts.values())))}


def in_browser(address: str, saves: int, pid: int) -> dict[str, float]:
    """Return first paint, and the times from `Save` to the new words in the frame, in milliseconds."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        paints = []
        for _ in range(5):
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            page.goto(address + EDITION)
            while (painted := page.evaluate(_PAINTED)) is None:
                page.wait_for_timeout(10)
            paints.append(painted)
            page.context.close()
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(address + EDITION)
        page.locator(".story details.edit > summary").first.click()
        used = cpu_of(pid)
        times = [_save(page, number) for number in range(saves)]
        used = cpu_of(pid) - used
        browser.close()
    return {
        "first paint, median ms": round(statistics.median(paints)),
        "save to preview, median ms": round(statistics.median(times)),
        "save to preview, worst ms": round(max(times)),
        "server CPU for a save, ms": round(used / saves * 1000),
    }


def _save(page: "object", number: int) -> float:
    from playwright.sync_api import Page

    assert isinstance(page, Page)
    first = page.locator(".story").first
    first.get_by_label("Headline").fill(f"Save number {number}")
    took = first.get_by_role("button", name="Save").evaluate(_PRESSED)
    words = page.frame_locator("iframe").get_by_role("heading", name=f"Save number {number}", exact=True)
    words.wait_for(state="attached")
    return float(took)


class Line:
    """One HTTP/1.1 connection that stays open."""

    def __init__(self, address: str) -> None:
        self._host, _, port = address.removeprefix("http://").partition(":")
        self._port = int(port)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of one request."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nSec-Fetch-Site: same-origin\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        top = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in top[1:]) if n}
        return int(top[0].split()[1]), headers, await reader.readexactly(int(headers["content-length"]))

    async def follow(self, path: str) -> "Iterator[bytes]":
        """Yield the lines of a stream."""
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=1 << 20)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n\r\n".encode())
        while line := await reader.readline():
            yield line


async def _viewer(address: str, seen: list[float], stop: asyncio.Event) -> None:
    line = Line(address)
    async for words in Line(address).follow(f"{EDITION}/-/events"):
        if stop.is_set():
            return
        if words.startswith(b"data:"):
            began = time.perf_counter()
            await line.ask("GET", EDITION)
            seen.append((time.perf_counter() - began) * 1000)


async def _editor(address: str, number: int, saved: list[float], until: float) -> None:
    line, count = Line(address), 0
    await asyncio.sleep(EVERY * number / EDITORS)
    while time.monotonic() < until:
        _, _, page = await line.ask("GET", EDITION)
        version = re.search(rb'name="version" value="(\d+)"', page)
        stories = re.findall(rb'data-story="([0-9a-f]{16})"', page)
        assert version is not None
        count += 1
        form = {"version": version[1].decode(), "story": stories[number].decode(),
                "headline": f"Editor {number} writes {count}", "was-headline": "x"}  # fmt: skip
        began = time.perf_counter()
        status, headers, _ = await line.ask("POST", f"{EDITION}/-/change", urlencode(form).encode())
        assert status == 303, status
        await line.ask("GET", headers["location"])
        saved.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(EVERY)


async def _crowd(address: str, seconds: float) -> dict[str, float]:
    seen, saved, stop = list[float](), list[float](), asyncio.Event()
    viewers = [asyncio.create_task(_viewer(address, seen, stop)) for _ in range(VIEWERS)]
    await asyncio.sleep(2)
    seen.clear()
    until = time.monotonic() + seconds
    await asyncio.gather(*(_editor(address, number, saved, until) for number in range(EDITORS)))
    stop.set()
    for viewer in viewers:
        viewer.cancel()
    return {
        "saves": len(saved),
        "save and page, median ms": round(statistics.median(saved)),
        "save and page, p95 ms": round(statistics.quantiles(saved, n=20)[-1]),
        "views": len(seen),
        "view, median ms": round(statistics.median(seen)),
        "view, p95 ms": round(statistics.quantiles(seen, n=20)[-1]),
    }


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU that a process has used (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stretch() -> float:
    """Return how much longer work takes here than its CPU time: 1 on a machine that does nothing else."""
    wall, cpu, total = time.perf_counter(), time.process_time(), 0
    while time.process_time() - cpu < 0.5:
        total += sum(range(1000))
    return round((time.perf_counter() - wall) / (time.process_time() - cpu), 1)


def main() -> None:
    """Measure, and tell."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--saves", type=int, default=15)
    asked.add_argument("--seconds", type=float, default=30)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--serve", type=Path)
    asked.add_argument("--send", action="store_true")
    given = asked.parse_args()
    if given.serve:
        serve(given.serve, sending=given.send)
        return
    with served() as (address, process):
        told: dict[str, object] = {
            "gzipped, KB": weight(address),
            "browser": in_browser(address, given.saves, process.pid),
        }
        before = cpu_of(process.pid)
        crowd = asyncio.run(_crowd(address, given.seconds))
        crowd["server, share of a core"] = round((cpu_of(process.pid) - before) / (given.seconds + 2), 2)
        told[f"{EDITORS} editors, {VIEWERS} viewers"] = crowd
    with served("--send") as (address, _):
        told["from no edition to everybody has it"] = journey(address, READERS)
    told["this machine stretches time by"] = stretch()
    if given.json:
        print(json.dumps(told, indent=2))
        return
    for name, value in told.items():
        print(name if isinstance(value, dict) else f"{name}: {value}")
        for each, number in value.items() if isinstance(value, dict) else ():
            print(f"  {each:<32} {number:>8}")


if __name__ == "__main__":
    main()

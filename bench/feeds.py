"""Read every feed in a folder with our readers, and print what came out.

    .venv/bin/python bench/feeds.py [DIR] [--json] [--verbose]

A file counts as having items when at least one story with a headline, a text or a link
came out. A refused file is one that was answered with a clear error (`SourceUnreadable`);
an exception is anything else, and there must be none. The HTML of every file is cleaned
as well: fragments that were dangerous before must be harmless after, harmless ones must
keep their words and their links. Files named `*.gz` are served by a loopback server with
`Content-Encoding: gzip` and fetched. The peer is feedparser with its defaults, in this
process; it is left out of files over 1 MB, which can take it half a minute.
"""

import argparse
import html
import io
import json
import os
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import feedparser

from digest.model.digest import Source, SourceKind
from digest.model.errors import SourceError
from digest.model.text import plain, squeeze
from digest.sources.clean import paragraphs, safe_url
from digest.sources.confine import confinement, peak_bytes
from digest.sources.fetch import FetchOutcome, Request, fetch
from digest.sources.reading import READER_FAILED, read_document

#: A handful, so that there is something to read anywhere; the figures that count need a large collection.
OWN = Path(__file__).parents[1] / "stories"
NOW = datetime.now(UTC)
SUFFIXES = {".xml", ".rss", ".atom", ".rdf", ".json", ".feed", ".txt", ".html", ".htm", ".cdf", ""}
NOT_FEEDS = {"LICENSE", "LICENCE", "README", "SOURCE", "COPYING", "NOTICE", "gold"}
SOURCE = Source(id="bench", kind=SourceKind.FEED, location="https://feeds.example/feed")
ACTIVE = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|style|svg|math|form|base|meta|link|applet|frame(?:set)?)\b"
    r"|<[^>]*\son\w+\s*=|<[^>]*\b(?:href|src)\s*=\s*[\"']?\s*(?:javascript|vbscript|data)\s*:",
    re.IGNORECASE,
)
MARKUP = re.compile(
    r"<((?:[\w.-]+:)?(?:description|summary|content|title|subtitle|rights|tagline))\b[^>]*>(.*?)</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
LINK = re.compile(
    r"<a\b[^>]*?\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))[^>]*>(.*?)(?:</a\s*>|$)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass
class Result:
    """What became of one file."""

    file: str
    stories: int = 0
    left_out: int = 0  # items without headline, text and link
    findings: int = 0
    seconds: float = 0.0
    refused: str = ""
    exception: str = ""
    peer: int = 0
    peer_found: int = 0


@dataclass
class Cleaning:
    """What became of the HTML fragments."""

    fragments: int = 0
    dangerous_before: int = 0
    dangerous_after: list[str] = field(default_factory=list)
    not_idempotent: list[str] = field(default_factory=list)
    harmless: int = 0
    letters_before: int = 0
    letters_after: int = 0
    links_before: int = 0
    links_without_words: int = 0  # around a picture: they go with it
    links_lost: list[str] = field(default_factory=list)
    words_lost: list[str] = field(default_factory=list)


def read(path: Path, root: Path) -> Result:
    """Read one file and time it."""
    return read_bytes(path.read_bytes(), str(path.relative_to(root)))


def read_bytes(data: bytes, name: str) -> Result:
    """Read one document and time it."""
    result = Result(file=name)
    began = time.perf_counter()
    try:
        reading = read_document(SOURCE, data, location="https://feeds.example/feed", now=NOW)
    except SourceError as error:
        if error.why.startswith((READER_FAILED, "the reader died", "the reader ended")):
            result.exception = error.why
        else:
            result.refused = error.why
    except Exception as error:  # noqa: BLE001  the figure that must be 0 is counted here
        result.exception = f"{type(error).__name__}: {error}"
    else:
        result.stories = sum(1 for s in reading.stories if s.headline or s.body or s.url or s.standfirst)
        result.findings = len(reading.findings)
        empty = [re.match(r"\d+", f.message) for f in reading.findings if f.code == "item-empty"]
        result.left_out = sum(int(found[0]) if found else 1 for found in empty)
    result.seconds = time.perf_counter() - began
    return result


def bomb(path: Path, root: Path) -> Result:
    """Serve a compressed file from this machine with Content-Encoding: gzip, fetch it, and read what came."""
    result = Result(file=str(path.relative_to(root)))
    body = path.read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # the reader hangs up in the middle, and should
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        began = time.perf_counter()
        url = f"http://127.0.0.1:{server.server_port}/{path.name}"
        answer = fetch([Request(url=url, allow_private_address=True)])[0]
        if answer.outcome is FetchOutcome.FRESH:
            result = replace(read_bytes(answer.body, result.file), file=result.file)
        else:
            result.refused = answer.why
        result.seconds = time.perf_counter() - began
        server.shutdown()
    return result


def with_peer(results: list[Result], root: Path) -> float:
    """Let feedparser read the same files; return its seconds."""
    began = time.perf_counter()
    for result in results:
        data = (root / result.file).read_bytes()
        if len(data) > 1_000_000:
            continue
        try:
            entries = feedparser.parse(io.BytesIO(data)).entries
            result.peer_found = len(entries)
            result.peer = sum(1 for e in entries if says_something(e))
        except Exception:  # noqa: BLE001  a peer's exception is its own figure
            result.peer = 0
    return time.perf_counter() - began


def says_something(entry: Any) -> bool:
    """Whether a feedparser entry has a headline, a text or a link."""
    texts = [
        entry.get("title"),
        entry.get("summary"),
        *(part.get("value") for part in entry.get("content", ())),
    ]
    return bool(entry.get("link")) or any(plain(text or "") for text in texts)


def fragments(path: Path) -> list[str]:
    """Return the HTML that a feed's text elements hold."""
    text = path.read_bytes().decode("utf-8", "replace")
    if len(text) > 1_000_000:
        return []
    found = []
    for match in MARKUP.finditer(text):
        inner = re.sub(r"\A\s*<!\[CDATA\[(.*)\]\]>\s*\Z", r"\1", match[2], flags=re.DOTALL)
        inner = html.unescape(inner) if inner == match[2] else inner
        if "<" in inner or "&" in inner:
            found.append(inner)
    return found


def visible(fragment: str) -> str:
    """Return the words of a harmless fragment."""
    bare = re.sub(
        r"<!--.*?-->|<(script|style|title|textarea)\b.*?</\1\s*>", " ", fragment, flags=re.DOTALL | re.I
    )
    return squeeze(html.unescape(re.sub(r"</?[a-zA-Z!?][^<>]*>", " ", bare)))


def clean_all(files: list[Path]) -> Cleaning:
    """Clean every fragment of every file."""
    seen = Cleaning()
    for path in files:
        for fragment in fragments(path):
            seen.fragments += 1
            cleaned = paragraphs(fragment, base="https://feeds.example/")
            out = "\n".join(cleaned)
            if ACTIVE.search(out):
                seen.dangerous_after.append(f"{path.name}: {out[:120]}")
            if tuple(line for part in cleaned for line in paragraphs(part)) != cleaned:
                seen.not_idempotent.append(f"{path.name}: {out[:120]}")
            if ACTIVE.search(fragment):
                seen.dangerous_before += 1
            else:
                compare(seen, path, fragment, out)
    return seen


def compare(seen: Cleaning, path: Path, fragment: str, out: str) -> None:
    """Count the letters and links that a harmless fragment keeps."""
    seen.harmless += 1
    before, after = Counter(re.sub(r"\s", "", visible(fragment))), Counter(re.sub(r"\s", "", plain(out)))
    kept = sum((before & after).values())
    seen.letters_before += sum(before.values())
    seen.letters_after += kept
    if kept < sum(before.values()):
        seen.words_lost.append(f"{path.name}: {visible(fragment)[:60]!r} -> {plain(out)[:60]!r}")
    for match in LINK.finditer(fragment):
        href = safe_url(
            html.unescape(next(filter(None, match.groups()[:3]), "")), base="https://feeds.example/"
        )
        if not href:
            continue
        if not visible(match[4]):
            seen.links_without_words += 1
            continue
        seen.links_before += 1
        if html.escape(href, quote=True) not in html.escape(html.unescape(out), quote=True):
            seen.links_lost.append(f"{path.name}: {href[:100]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "folder", type=Path, nargs="?", default=OWN, help="by default the sample newsroom's own stories"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--verbose", action="store_true", help="name every refused file and every loss")
    parser.add_argument("--no-peer", action="store_true", help="leave feedparser's own run out")
    given = parser.parse_args()
    if not given.folder.is_dir():
        parser.error(f"{given.folder}: no such folder")
    every = sorted(p for p in given.folder.rglob("*") if p.is_file() and p.stem not in NOT_FEEDS)
    files = [p for p in every if p.suffix.lower() in SUFFIXES]
    began = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda p: read(p, given.folder), files))
    seconds = time.perf_counter() - began
    bombs = [bomb(p, given.folder) for p in every if p.suffix == ".gz"]
    peer_seconds = 0.0 if given.no_peer else with_peer(results, given.folder)
    cleaning = clean_all(files)
    report(given, results, bombs, cleaning, seconds, peer_seconds)
    slow = max((r.seconds for r in results + bombs), default=0.0) >= 10.5
    return 1 if any(r.exception for r in results + bombs) or cleaning.dangerous_after or slow else 0


def report(
    given: argparse.Namespace, results: list[Result], bombs: list[Result], cleaning: Cleaning,
    seconds: float, peer_seconds: float,
) -> None:  # fmt: skip
    """Print the table, or the same as JSON."""
    confinement.close()
    slowest = sorted(results + bombs, key=lambda r: -r.seconds)[:5]
    table = {
        "files": len(results),
        "files in which items were found": sum(1 for r in results if r.stories + r.left_out),
        "files with items (headline, text or link)": sum(1 for r in results if r.stories),
        "items (headline, text or link)": sum(r.stories for r in results),
        "items left out, with none of the three": sum(r.left_out for r in results),
        "findings": sum(r.findings for r in results),
        "refused with a clear error": sum(1 for r in results if r.refused),
        "exceptions": sum(1 for r in results if r.exception),
        "seconds": round(seconds, 2),
        "slowest file, seconds": round(slowest[0].seconds, 2) if slowest else 0,
        "largest reader process, MB": confinement.peak_bytes // 1_000_000,
        "this process, MB": peak_bytes() // 1_000_000,
        "feedparser: files in which items were found": sum(1 for r in results if r.peer_found),
        "feedparser: files with items (the same three)": sum(1 for r in results if r.peer),
        "feedparser: items (the same three)": sum(r.peer for r in results),
        "feedparser: seconds": round(peer_seconds, 2),
        "fragments": cleaning.fragments,
        "dangerous before": cleaning.dangerous_before,
        "dangerous after": len(cleaning.dangerous_after),
        "not idempotent": len(cleaning.not_idempotent),
        "harmless": cleaning.harmless,
        "visible text kept, %": round(100 * cleaning.letters_after / max(1, cleaning.letters_before), 2),
        "links with words": cleaning.links_before,
        "links without words, left out": cleaning.links_without_words,
        "links lost": len(cleaning.links_lost),
    }
    if given.json:
        print(json.dumps({"table": table, "files": [asdict(r) for r in results + bombs]}, ensure_ascii=False))
        return
    for name, value in table.items():
        print(f"{name:<48}{value:>12,}" if isinstance(value, int) else f"{name:<48}{value:>12}")
    print("\nslowest")
    for result in slowest:
        print(f"  {result.seconds:7.2f} s  {result.file}")
    for result in results + bombs:
        if result.exception:
            print(f"EXCEPTION {result.file}: {result.exception}")
    if given.verbose or len(results) < 30:
        for result in results + bombs:
            print(
                f"  {result.file}: {result.refused or f'{result.stories} items, {result.findings} findings'}"
            )
    for title, losses in (
        ("dangerous after cleaning", cleaning.dangerous_after), ("not idempotent", cleaning.not_idempotent),
        ("links lost", cleaning.links_lost), ("words lost", cleaning.words_lost),
    ):  # fmt: skip
        for line in losses[: None if given.verbose else 5]:
            print(f"{title}: {line}")


if __name__ == "__main__":
    sys.exit(main())

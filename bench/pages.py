"""Read every article page in a folder with our reader, and compare with `gold.json` beside the pages.

    .venv/bin/python bench/pages.py [DIR] [--select FIELD=CSS ...] [--json]

`gold.json` is one object for all pages, or an object by file name, or a list of objects
with `file`. Fields that it has are compared, those that it lacks are not: headline,
standfirst, caption, credit, dateline, body, sign_off, related, image, date, author, url.
A `select.json` in the folder, or a `select` in the gold, gives the source's selectors.
The peer is trafilatura with its defaults for the same pages: body, title, date, author.
"""

import argparse
import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import trafilatura

from digest.model.digest import Source, SourceKind
from digest.model.errors import SourceError
from digest.model.story import Completeness, Reading, Story, identity_of_url
from digest.model.text import plain
from digest.sources.reading import read_document

#: A page, so that there is something to read anywhere; the figures that count need a large collection.
OWN = Path(__file__).parents[1] / "stories"
NOW = datetime.now(UTC)


@dataclass
class Page:
    """One page, what came of it, and how it compares: field -> (right, what we said)."""

    file: str
    seconds: float = 0.0
    error: str = ""
    stories: int = 0
    findings: list[str] = field(default_factory=list)
    fields: dict[str, tuple[bool, str]] = field(default_factory=dict)
    peer: dict[str, bool] = field(default_factory=dict)


def key(text: object) -> str:
    """Return a text for comparing: NFKC, no case, words only."""
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", str(text or "")).casefold()).strip()


def same(one: object, other: object) -> bool:
    """Whether two texts say the same."""
    return key(one) == key(other)


def read(path: Path, gold: Mapping[str, Any] | None, select: Mapping[str, str]) -> Page:
    """Read one page and compare it with its gold."""
    page = Page(file=path.name)
    source = Source(id="bench", kind=SourceKind.PAGE, location=path.name, select=select)
    data = path.read_bytes()
    began = time.perf_counter()
    try:
        reading = read_document(source, data, location=path.name, now=NOW)
    except SourceError as error:
        page.error = str(error)
        reading = Reading()
    page.seconds = time.perf_counter() - began
    page.stories = len(reading.stories)
    page.findings = [f"{finding.code}: {finding.message}" for finding in reading.findings]
    if gold and reading.stories:
        page.fields = compare(reading, gold)
        page.peer = peer(data, gold)
    return page


def compare(reading: Reading, gold: Mapping[str, Any]) -> dict[str, tuple[bool, str]]:
    """Return for each field of the gold whether the reading has it right, and what it has."""
    story = next((s for s in reading.stories if s.completeness is Completeness.FULL), reading.stories[0])
    image = story.images[0] if story.images else None
    body = [plain(paragraph) for paragraph in story.body]
    checks: dict[str, Callable[[Any], tuple[bool, str]]] = {
        "headline": lambda g: (same(story.headline, g), story.headline),
        "title": lambda g: (same(story.headline, g), story.headline),
        "standfirst": lambda g: (same(story.standfirst, g), story.standfirst),
        "caption": lambda g: (same(image.caption if image else "", g), image.caption if image else ""),
        "credit": lambda g: (same(image.credit if image else "", g), image.credit if image else ""),
        "dateline": lambda g: dateline(story, g),
        "body": lambda g: paragraphs(body, g),
        "sign_off": lambda g: (same(story.sign_off, g), story.sign_off),
        "image": lambda g: (picture_name(image.url if image else "") == picture_name(g),
        (image.url if image else "") or ""),
        "date": lambda g: (day(story) == str(g)[:10], day(story)),
        "author": lambda g: (set(map(key, story.byline)) == set(map(key, [g] if isinstance(g,
        str) else g)), ", ".join(story.byline)),
        "language": lambda g: (story.language[:2] == str(g)[:2], story.language),
        "section": lambda g: (same(story.section, g), story.section),
    }  # fmt: skip
    found = {
        name: checks[name](value) for name, value in gold.items() if name in checks and value is not None
    }
    if gold.get("url"):
        found["url"] = (
            not story.url or identity_of_url(story.url) == identity_of_url(gold["url"]),
            story.url or "",
        )
    if gold.get("related"):
        found |= related(reading, story, gold["related"])
    return found


def dateline(story: Story, gold: Mapping[str, Any]) -> tuple[bool, str]:
    ours = story.dateline
    told = f"{ours.place} ({ours.agency}) {ours.date or ''}" if ours else ""
    right = ours is not None and same(ours.place, gold.get("place")) and same(ours.agency, gold.get("agency"))
    return right and (str(ours.date) if ours and ours.date else None) == gold.get("date"), told


def paragraphs(ours: list[str], gold: list[str] | str) -> tuple[bool, str]:
    wanted = [line for line in gold.split("\n") if line.strip()] if isinstance(gold, str) else gold
    there = sum(1 for text in wanted if key(text) in {key(line) for line in ours})
    extra = sum(1 for line in ours if key(line) not in {key(text) for text in wanted})
    return there == len(wanted) and not extra, f"{there} of {len(wanted)} paragraphs, {extra} others"


def related(reading: Reading, story: Story, gold: list[Any]) -> dict[str, tuple[bool, str]]:
    """Compare the further stories: none may leak into the body, and all should come as partial stories."""
    wanted = [key(item if isinstance(item, str) else item.get("headline", "")) for item in gold]
    text = key(" ".join(plain(paragraph) for paragraph in story.body))
    leaks = sum(1 for headline in wanted if headline and headline in text)
    offered = {key(s.headline) for s in reading.stories if s.completeness is Completeness.PARTIAL}
    there = sum(1 for headline in wanted if headline in offered)
    return {
        "no leak": (leaks == 0, f"{leaks} of {len(wanted)} further stories leaked into the text"),
        "see more": (there == len(wanted), f"{there} of {len(wanted)} further stories"),
    }


def day(story: Story) -> str:
    return story.published.date().isoformat() if story.published else ""


def picture_name(url: object) -> str:
    return str(url or "").rpartition("/")[2].partition("?")[0]


def peer(data: bytes, gold: Mapping[str, Any]) -> dict[str, bool]:
    """Return how trafilatura alone does."""
    found = trafilatura.bare_extraction(
        data, with_metadata=True, favor_precision=True, include_comments=False
    )
    if found is None:
        return {}
    lines = [line.strip() for line in str(found.text or "").split("\n") if line.strip()]
    said = {
        "headline": same(found.title, gold.get("headline") or gold.get("title")),
        "standfirst": same(found.description, gold.get("standfirst")),
        "date": str(found.date or "") == str(gold.get("date"))[:10],
        "author": same(found.author, gold.get("author")),
    }
    if isinstance(gold.get("body"), list):
        said["body"] = paragraphs(lines, gold["body"])[0]
        said["body, loosely"] = (
            SequenceMatcher(None, key(" ".join(lines)), key(" ".join(gold["body"]))).ratio() > 0.9
        )
    return said


def gold_of(folder: Path) -> Callable[[str], Mapping[str, Any] | None]:
    """Return what says the gold for a page's file name."""
    path = folder / "gold.json"
    if not path.exists():
        return lambda name: None
    gold = json.loads(path.read_text("utf-8"))
    if isinstance(gold, list):
        return {item.get("file", ""): item for item in gold}.get
    if any(field_name in gold for field_name in ("headline", "title", "body", "standfirst")):
        return lambda name: gold
    return lambda name: gold.get(name) or gold.get(Path(name).stem)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "folder", type=Path, nargs="?", default=OWN, help="by default the sample newsroom's own stories"
    )
    parser.add_argument(
        "--select", action="append", default=[], metavar="FIELD=CSS", help="a selector of the source"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    if not given.folder.is_dir():
        parser.error(f"{given.folder}: no such folder")
    listed = given.folder / "select.json"
    shared = json.loads(listed.read_text("utf-8")) if listed.exists() else {}
    shared |= dict(item.split("=", 1) for item in given.select)
    gold = gold_of(given.folder)
    files = sorted(p for p in given.folder.rglob("*") if p.suffix.lower() in (".html", ".htm", ".xhtml"))
    pages = []
    for path in files:
        wanted = gold(str(path.relative_to(given.folder))) or gold(path.name)
        pages.append(read(path, wanted, {**shared, **((wanted or {}).get("select") or {})}))
    report(pages, as_json=given.json)
    return 1 if any(page.error for page in pages) else 0


def report(pages: list[Page], *, as_json: bool) -> None:
    """Print one table of all pages and fields."""
    names = list(dict.fromkeys(name for page in pages for name in page.fields))
    right = {name: sum(1 for p in pages if p.fields.get(name, (False, ""))[0]) for name in names}
    asked = {name: sum(1 for p in pages if name in p.fields) for name in names}
    if as_json:
        print(
            json.dumps(
                {"pages": [vars(page) for page in pages], "right": right, "asked": asked}, ensure_ascii=False
            )
        )
        return
    slowest = max(pages, key=lambda p: p.seconds, default=None)
    stories, findings = sum(page.stories for page in pages), sum(len(page.findings) for page in pages)
    errors = sum(1 for page in pages if page.error)
    print(f"pages {len(pages)}, stories {stories}, findings {findings}, errors {errors}")
    if slowest:
        print(f"slowest {slowest.seconds:.2f} s: {slowest.file}")
    peers = [page.peer for page in pages if page.peer]
    for name in names:
        theirs = (
            f"trafilatura {sum(p[name] for p in peers if name in p)}" if any(name in p for p in peers) else ""
        )
        print(f"  {name:<14}{right[name]:>5} of {asked[name]:<5}{theirs}")
    for page in pages:
        if page.error:
            print(f"ERROR {page.file}: {page.error}")
        for name, (is_right, said) in page.fields.items():
            if not is_right:
                print(f"  {page.file}: {name}: {said[:160]!r}")
        for finding in page.findings if len(pages) <= 20 else ():
            print(f"  {page.file}: {finding}")


if __name__ == "__main__":
    sys.exit(main())

"""Thirty days of feeds that change under us: is every story carried once, and none twice?

    .venv/bin/python bench/thirty_days.py [--days 30] [--seeds 1] [--json]

A newsroom with two feeds publishes every morning, through the whole house and with a clock of its own. Each
day brings new stories (`bench/labelled`, one report an event), and changes those that readers had: another
guid, another slug, https for http, another order, the same story in the other feed, an edited headline, an
edited body, an old guid for other news, and a body that tells materially more. A third of the stories have
no link, so that nothing but a guid names them. Beside what readers got, the table counts how often each
change was tried. "the least": what a digest that knows stories by guid alone, as most do, would have
carried twice or lost in the same feeds.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape
from zlib import crc32

from digest.clock.rounds import make_round
from digest.store import compositions
from digest.wiring import House, open_house

LABELLED = Path(__file__).parent / "labelled"
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
LANGUAGES = ("en", "sv", "de", "fr", "es")
SCHEDULE = """\
version: 1
newsroom: {name: The Larkmoor Gazette, website: https://gazette.example, pages: https://letters.gazette.example,
  postal_address: 3 Mill Lane}
sources:
  - {id: town, feed: feeds/town.xml}
  - {id: land, feed: feeds/land.xml}
defaults: {sender: Gazette <brief@gazette.example>}
digests:
  - id: morning
    title: The Morning Post
    send: every day at 07:00
    stories: {from: [town, land], no_older_than: 24 hours, never_repeat_within: 40 days}
    sections: [{title: News, take: 40}]
"""
#: What is done to a story that readers had. Only the last one is news.
CHANGES = (
    "another guid", "another slug", "https for http", "in a second feed", "edited headline", "edited body",
    "published anew", "material update",
)  # fmt: skip
OF_LINKS = ("another slug", "https for http")
OLD_GUID = "an old guid for other news"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A story as a feed prints it."""

    event: str
    guid: str
    link: str  #: empty in a third of all: they are known by their guids alone
    headline: str
    body: str
    published: datetime
    more: str = ""  #: what another report of the event says: a material update


@dataclass(slots=True)
class Tale:
    """What became of one event."""

    carried: list[str] = field(default_factory=list)  #: days
    updated: list[str] = field(default_factory=list)
    told_more: int = 0


def entries(seed: int) -> list[Entry]:
    """Return one story an event, in a seeded order."""
    found = []
    for language in LANGUAGES:
        events: dict[str, list[dict[str, str]]] = {}
        for line in (LABELLED / f"{language}.jsonl").read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            events.setdefault(told["cluster"], []).append(told)
        for event, reports in events.items():
            first, *others = sorted(reports, key=lambda one: -len(one["body"]))
            more = " ".join(one["body"] for one in others)
            found.append(
                Entry(
                    event=f"{language}-{event}",
                    guid=f"guid-{language}-{event}",
                    link=f"http://gazette.example/{language}/{event}" if crc32(event.encode()) % 3 else "",
                    headline=first["title"],
                    body=f"{first['lead']} {first['body']}",
                    published=BEGIN,
                    more=more if len(_long_words(more) - _long_words(first["body"])) >= 20 else "",
                )
            )
    random.Random(seed).shuffle(found)
    return found


def _long_words(text: str) -> set[str]:
    """Return the words of a text that carry news: twenty new ones are a material update by any measure."""
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 4}


class Feeds:
    """Two feeds that change from day to day."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.fresh = entries(seed)
        self.town: list[Entry] = []
        self.land: list[Entry] = []
        self.tried: Counter[str] = Counter()
        self.told_more: Counter[str] = Counter()
        self._changed: set[str] = set()
        self._gone: list[str] = []  #: guids that no feed prints any more

    def day(self, number: int, each: int) -> None:
        """Let a night pass: some stories change, some leave, new ones come."""
        today = BEGIN + timedelta(days=number)
        self.town = [self._change(entry, number) for entry in self.town]
        for feed in (self.town, self.land):
            old = [entry for entry in feed if today - entry.published > timedelta(days=5)]
            self._gone += [entry.guid for entry in old]
            feed[:] = [entry for entry in feed if entry not in old]
        for _ in range(min(each, len(self.fresh))):
            entry = replace(self.fresh.pop(), published=today + timedelta(hours=self.chance.uniform(0, 6)))
            if self._gone and self.chance.random() < 0.2:
                entry = replace(entry, guid=self._gone.pop(0))
                self.tried[OLD_GUID] += 1
            self.town.append(entry)
        self.chance.shuffle(self.town)
        self.chance.shuffle(self.land)

    def _change(self, entry: Entry, number: int) -> Entry:
        if entry.event in self._changed or self.chance.random() < 0.4:
            return entry
        self._changed.add(entry.event)
        changes = [one for one in CHANGES if entry.link or one not in OF_LINKS]
        change = self.chance.choice(changes if entry.more else changes[:-1])
        self.tried[change] += 1
        today = BEGIN + timedelta(days=number, hours=5)
        if change == "in a second feed":
            twin = replace(
                entry, guid=f"land-{entry.guid}", link=entry.link and f"http://land.example/n/{entry.event}"
            )
            self.land.append(twin)
            return entry
        if change == "material update":
            self.told_more[entry.event] += 1
            return replace(entry, body=f"{entry.body} {entry.more}", published=entry.published)
        body, sentence = entry.body, entry.body.split(". ")[0]
        return {
            "another guid": replace(entry, guid=f"{entry.guid}-new"),
            "another slug": replace(entry, link=f"{entry.link}-the-new-slug"),
            "https for http": replace(entry, link=entry.link.replace("http:", "https:")),
            "edited headline": replace(entry, headline=f"{entry.headline} (video)"),
            "edited body": replace(entry, body=body.replace(sentence, f"{sentence}, it is said", 1)),
            "published anew": replace(entry, published=today),
        }[change]

    def write(self, folder: Path, now: datetime) -> None:
        """Write both feeds as RSS 2.0."""
        for name, feed in (("town", self.town), ("land", self.land)):
            (folder / "feeds" / f"{name}.xml").write_text(_rss(name, feed, now), encoding="utf-8")


def _rss(name: str, feed: list[Entry], now: datetime) -> str:
    items = "".join(
        f"<item><title>{escape(one.headline)}</title>{one.link and f'<link>{one.link}</link>'}"
        f'<guid isPermaLink="false">{one.guid}</guid>'
        f"<pubDate>{format_datetime(min(one.published, now))}</pubDate>"
        f"<description>{escape(one.body)}</description></item>"
        for one in feed
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{name}</title>'
        f"<link>http://{name}.example/</link><description>{name}</description>{items}</channel></rss>"
    )


def simulate(folder: Path, *, days: int, seed: int) -> dict[str, object]:
    """Let `days` pass in a newsroom in `folder`; return what was repeated and missed, and what was tried."""
    (folder / "feeds").mkdir(parents=True)
    (folder / "subscribers").mkdir()
    (folder / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    (folder / "subscribers" / "r.csv").write_text(
        "email,consent_at,consent_source\nada@reader.example,2026-01-15,paper form\n", encoding="utf-8"
    )
    feeds, tales = Feeds(seed), {entry.event: Tale() for entry in entries(seed)}
    of_headline = {entry.headline: entry.event for entry in entries(seed)}
    each = -(-len(feeds.fresh) // max(1, days - 5))  # the last days bring changes only
    by_guid = ByGuid()
    house = open_house(folder, {})
    try:
        for number in range(days):
            feeds.day(number, each)
            now = BEGIN + timedelta(days=number, hours=7)
            feeds.write(folder, now)
            house.clock = lambda now=now: now  # type: ignore[misc]
            by_guid.see([*feeds.town, *feeds.land])
            for day, headline, updated in morning(house, now):
                event = of_headline[headline.removesuffix(" (video)")]
                (tales[event].updated if updated else tales[event].carried).append(day)
    finally:
        house.close()
    return judged(feeds, tales, by_guid, days=days, seed=seed)


def morning(house: House, now: datetime) -> Iterator[tuple[str, str, bool]]:
    """Let the clock build and publish; yield (day, headline, whether it is labelled as updated)."""
    problems: list[str] = []
    make_round(house, now=now - timedelta(minutes=20), report=problems.append)
    make_round(house, now=now, report=problems.append)
    edition = f"morning/{now:%Y-%m-%d}"
    if not any(line.startswith(f"{edition}: published") for line in problems):
        if any("fewer than" in line or "no stor" in line for line in problems):
            return
        raise SystemExit(f"{edition}: was not published: {problems}")
    with house.store.read() as connection:
        selection = compositions.composition(connection, edition).selection
    for slot in selection.slots:
        yield edition, slot.story.headline, any(line.startswith("Updated") for line in slot.why)


class ByGuid:
    """The least: carry a guid once."""

    def __init__(self) -> None:
        self.carried: Counter[str] = Counter()
        self._known: set[str] = set()

    def see(self, feed: list[Entry]) -> None:
        """Carry what has a guid not seen before."""
        for entry in feed:
            if entry.guid not in self._known:
                self._known.add(entry.guid)
                self.carried[entry.event] += 1


def judged(
    feeds: Feeds, tales: dict[str, Tale], by_guid: ByGuid, *, days: int, seed: int
) -> dict[str, object]:
    """Return the counts, and the events that went wrong."""
    wrong = {
        event: {"carried": tale.carried, "updated": tale.updated, "told more": feeds.told_more[event]}
        for event, tale in tales.items()
        if len(tale.carried) != 1 or len(tale.updated) != feeds.told_more[event]
    }
    return {
        "seed": seed,
        "days": days,
        "stories": len(tales),
        "repeated": sum(max(0, len(tale.carried) - 1) for tale in tales.values())
        + sum(max(0, len(tale.updated) - feeds.told_more[event]) for event, tale in tales.items()),
        "missed": sum(not tale.carried for tale in tales.values())
        + sum(len(tale.updated) < feeds.told_more[event] for event, tale in tales.items()),
        "by guid: repeated": sum(max(0, by_guid.carried[event] - 1) for event in tales),
        "by guid: missed": sum(not by_guid.carried[event] for event in tales) + sum(feeds.told_more.values()),
        "tried": dict(feeds.tried),
        "wrong": wrong,
    }


def main() -> None:
    """Simulate and print; exit 1 when anything was repeated or missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = []
    for seed in range(1, arguments.seeds + 1):
        with tempfile.TemporaryDirectory() as name:
            found.append(simulate(Path(name) / "newsroom", days=arguments.days, seed=seed))
    if arguments.json:
        print(json.dumps(found, indent=2))
    else:
        for one in found:
            print(f"seed {one['seed']}: {one['stories']} stories in {one['days']} days")
            print(f"  ours:    {one['repeated']} repeated, {one['missed']} missed")
            print(f"  by guid: {one['by guid: repeated']} repeated, {one['by guid: missed']} missed")
            print(f"  tried:   {', '.join(f'{n} x {what}' for what, n in one['tried'].items())}")  # type: ignore[attr-defined]
            for event, tale in one["wrong"].items():  # type: ignore[attr-defined]
                print(f"  wrong:   {event}: {tale}")
    sys.exit(any(one["repeated"] or one["missed"] for one in found))


if __name__ == "__main__":
    main()

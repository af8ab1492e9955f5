"""What a large archive costs: related items for one lead, a whole choice of an edition, disk and memory.

    .venv/bin/python bench/archive.py [--stories 100000] [--json]

The archive is made of sentences of `bench/labelled`, mixed anew for each story (seeded), which share more
words than real news do: lists are longer, not shorter. Another process fills it, so that the memory is that
of a build. The physical limit beside it: reading the bytes of the index once.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path

from sqlalchemy import Connection

from digest.flows.choosing import chosen
from digest.flows.indexing import catch_up, frequencies, frequencies_now, index_of
from digest.flows.inputs import inputs_of
from digest.model.cadence import Cadence
from digest.model.digest import Digest, Newsroom, RelatedRules, Schedule, Source, StoryRules
from digest.model.edition import Choice
from digest.model.story import Story
from digest.selection.index import Index
from digest.selection.pool import hours
from digest.selection.text import text_of
from digest.store import archive, search_index
from digest.store.engine import open_store

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
LABELLED = Path(__file__).parent / "labelled"
CANDIDATES, LEADS = 200, 100
DAYS = 365


def sentences() -> dict[str, list[str]]:
    """Return the sentences of the labelled set, by language."""
    found: dict[str, list[str]] = {}
    for path in sorted(LABELLED.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            found.setdefault(told["language"], []).extend(f"{told['title']}. {told['body']}".split(". "))
    return found


def a_story(number: int, total: int, said: dict[str, list[str]], chance: random.Random) -> Story:
    """Return a made-up story; the last ones are of today."""
    language = "en" if chance.random() < 0.8 else chance.choice(sorted(said))
    lines = chance.sample(said[language], 7)
    fresh = number >= total - CANDIDATES
    age = timedelta(hours=chance.uniform(0, 20)) if fresh else DAYS * timedelta(days=1 - number / total)
    return Story(
        source="desk", guid=f"n{number}", headline=lines[0][:90], standfirst=lines[1], body=tuple(lines[2:]),
        language=language, section=chance.choice(("City", "Land", "World")), published=NOW - age,
        first_seen=NOW - age,
    )  # fmt: skip


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds that `work` takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def fill(path: Path, total: int) -> dict[str, float]:
    """Fill an archive and index it; return the CPU seconds of indexing and this process's peak memory."""
    chance, said = random.Random(11), sentences()
    with open_store(f"sqlite:///{path}", now=NOW) as store:
        for start in range(0, total, 5_000):
            batch = [a_story(n, total, said, chance) for n in range(start, min(total, start + 5_000))]
            with store.write() as connection:
                archive.put_stories(connection, batch, now=NOW)
        return {"indexed": cpu(lambda: catch_up(store)), "peak": peak()}


def peak() -> float:
    """Return the most memory that this process has used, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(total: int) -> list[tuple[str, float, str]]:
    """Measure beside an archive that another process has filled; return (what, number, unit)."""
    digest = Digest(
        id="morning", title="The Morning Post", cadence=Cadence(written="daily", times=(clock(7),)),
        stories=StoryRules(sources=("desk",)), related=RelatedRules(within=timedelta(days=DAYS + 1)),
    )  # fmt: skip
    schedule = Schedule(
        newsroom=Newsroom(name="Gazette"), digests=(digest,),
        sources=(Source(id="desk", kind="folder", location="x"),),  # type: ignore[arg-type]  # only named
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "digest.db"
        command = [sys.executable, __file__, "--fill", str(path), "--stories", str(total)]
        filled = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        with open_store(f"sqlite:///{path}", now=NOW) as store, store.read() as connection:

            def build() -> None:
                inputs = inputs_of(connection, schedule, digest, now=NOW, choice=Choice())
                chosen(inputs, frequencies(connection, frequencies_now(connection)))

            built, most = cpu(build), peak()
            grown = sum(len(part.body) for part in search_index.parts(connection))
            return [
                ("stories in the archive", total, ""),
                ("into the index, once each", filled["indexed"] / total * 1e6, "us CPU a story"),
                *searched(index_of(connection), total),
                (f"a whole choice, {CANDIDATES} candidates", built, "s CPU"),
                ("peak memory of the choice", most, "MB"),
                ("peak memory while the archive was made", filled["peak"], "MB"),
                ("growth of the index", grown / total, "bytes a story"),
                ("the least: its bytes read once", read_once(connection) * 1e3, "ms CPU"),
            ]


def searched(index: Index, total: int) -> list[tuple[str, float, str]]:
    """Return what it takes to find what is nearest to a lead."""
    chance, said = random.Random(7), sentences()
    leads = [text_of(a_story(total, total, said, chance)) for _ in range(LEADS)]
    newest = hours(NOW - timedelta(days=DAYS / 10))
    whole = cpu(lambda: [index.nearest(lead, most=12) for lead in leads]) / LEADS
    tenth = cpu(lambda: [index.nearest(lead, most=12, since=newest) for lead in leads]) / LEADS
    return [
        ("nearest of one lead", whole * 1e3, "ms CPU"),
        ("nearest of one lead, newest 10 %", tenth * 1e3, "ms CPU"),
    ]


def read_once(connection: Connection) -> float:
    """Return the CPU seconds of reading the index from the database."""
    return cpu(lambda: index_of(connection))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.fill:
        print(json.dumps(fill(arguments.fill, arguments.stories)))
        return
    found = measure(arguments.stories)
    if arguments.json:
        print(
            json.dumps(
                [{"what": what, "value": value, "unit": unit} for what, value, unit in found], indent=2
            )
        )
        return
    for what, value, unit in found:
        print(f"{what:40}{value:>14,.2f} {unit}")


if __name__ == "__main__":
    main()

"""What the store costs: opening it, putting stories in, choosing from them, keeping an edition.

Each line stands beside a floor measured in the same run: the bare driver, or the JSON parser alone.

    .venv/bin/python bench/store.py [--stories 10000] [--json]
"""

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

from sqlalchemy import text

from digest.model.cadence import Cadence
from digest.model.digest import Digest, RelatedKind, StoryRules
from digest.model.edition import Composition, PassedOver, Related, Selection, Slot, Term
from digest.model.story import Dateline, Image, Story
from digest.store.archive import candidates, put_stories
from digest.store.codec import from_json, to_json
from digest.store.compositions import Inputs, composition, save_composition
from digest.store.editions import open_edition
from digest.store.engine import Store, open_store

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table."""

    what: str
    took: float  #: seconds of CPU
    each: str  #: the same, per thing
    beside: str  #: the floor, in the same unit


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'digest.db'}"
        with open_store(url) as store:
            figures = [*opening(url), *transactions(store), *archive(store, asked.stories), *edition(store)]
    if asked.json:
        print(
            json.dumps(
                [{"what": f.what, "seconds": f.took, "each": f.each, "beside": f.beside} for f in figures]
            )
        )
        return
    print(f"{'what':44}{'CPU':>11}  {'each':<22}beside")
    for figure in figures:
        print(f"{figure.what:44}{figure.took * 1000:>8.1f} ms  {figure.each:<22}{figure.beside}")


def opening(url: str) -> Iterator[Figure]:
    """Opening an existing database in a new process: the imports, then the rest."""
    program = """
import sys, time
a = time.process_time(); import sqlalchemy; b = time.process_time()
from digest.store.engine import open_store; c = time.process_time()
open_store(sys.argv[1]).close(); d = time.process_time()
import digest.store.archive, digest.store.compositions, digest.store.renderings; e = time.process_time()
print(b - a, c - b, d - c, e - d)
"""
    runs = [
        [float(part) for part in subprocess.check_output([sys.executable, "-c", program, url]).split()]
        for _ in range(5)
    ]
    bare, ours, opened, tables = (min(column) for column in zip(*runs, strict=True))
    yield Figure(
        what="import store.engine", took=bare + ours, each="", beside=f"SQLAlchemy alone {bare * 1e3:.0f} ms"
    )
    yield Figure(what="open_store, existing database", took=opened, each="", beside="")
    yield Figure(what="import the archive", took=tables, each="", beside="")


def transactions(store: Store) -> Iterator[Figure]:
    """A transaction with one statement, beside the same on the driver alone."""
    count = 2000

    def read() -> None:
        for _ in range(count):
            with store.read() as connection:
                connection.execute(text("SELECT 1"))

    def write() -> None:
        for _ in range(count):
            with store.write() as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    bare = sqlite3.connect(str(store.path), isolation_level=None)
    bare.execute("PRAGMA synchronous=FULL")

    def bare_write() -> None:
        for _ in range(count):
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("UPDATE alembic_version SET version_num = version_num")
            bare.execute("COMMIT")

    floor = cpu(bare_write)
    bare.close()
    took = cpu(read)
    yield Figure(what="read transaction", took=took, each=f"{took / count * 1e6:.0f} us", beside="")
    took = cpu(write)
    yield Figure(
        what="write transaction (synchronous=FULL)",
        took=took,
        each=f"{took / count * 1e6:.0f} us",
        beside=f"driver alone {floor / count * 1e6:.0f} us",
    )


def archive(store: Store, count: int) -> Iterator[Figure]:
    """Stories in, the same again, and out as candidates."""
    stories = [a_story(number) for number in range(count)]

    def put() -> None:
        with store.write() as connection:
            put_stories(connection, stories, now=NOW)

    def take() -> None:
        with store.read() as connection:
            assert len(candidates(connection, sources=["city"], since=NOW - timedelta(days=1))) == count

    documents = [to_json(one) for one in stories]
    floor = cpu(lambda: [json.loads(document) for document in documents])
    for what in ("put stories, all new", "put them again, all the same"):
        took = _cpu_once(put)
        yield Figure(what=f"{what}: {count}", took=took, each=f"{took / count * 1e6:.0f} us", beside="")
    took = cpu(take)
    yield Figure(
        what=f"candidates: {count}",
        took=took,
        each=f"{took / count * 1e6:.0f} us",
        beside=f"json.loads alone {floor / count * 1e6:.0f} us",
    )


def edition(store: Store) -> Iterator[Figure]:
    """An edition of 15 stories chosen from 200: its JSON, and the whole save and load."""
    stories = [a_story(number) for number in range(200)]
    whole = a_composition(stories)
    numbers = {id(one): number for number, one in enumerate(stories)}
    by_number = dict(enumerate(stories))
    document = to_json(whole, refer=lambda one: numbers[id(one)])
    inputs = Inputs(digest=DIGEST, candidates=tuple(stories), now=NOW)
    with store.write() as connection:
        put_stories(connection, stories, now=NOW)
        open_edition(
            connection, whole.edition, digest="morning", day=date(2026, 11, 23), who="bench", now=NOW
        )

    def save() -> None:
        with store.write() as connection:
            save_composition(connection, whole, now=NOW, program="bench", inputs=inputs)

    def load() -> None:
        with store.read() as connection:
            assert composition(connection, whole.edition) == whole

    encode = cpu(lambda: to_json(whole, refer=lambda one: numbers[id(one)]))
    decode = cpu(lambda: from_json(Composition, document, stories=by_number))
    yield Figure(
        what="edition of 15 to JSON and back", took=encode + decode, each="", beside=f"{len(document)} bytes"
    )
    yield Figure(what="save it with its 200 candidates", took=cpu(save), each="", beside="")
    yield Figure(what="load it again", took=cpu(load), each="", beside="")


def cpu(act: Callable[[], object]) -> float:
    """Return the least CPU seconds of three runs."""
    return min(_cpu_once(act) for _ in range(3))


def _cpu_once(act: Callable[[], object]) -> float:
    with _stopwatch() as taken:
        act()
    return taken[0]


@contextmanager
def _stopwatch() -> Iterator[list[float]]:
    before, taken = resource.getrusage(resource.RUSAGE_SELF), [0.0]
    yield taken
    after = resource.getrusage(resource.RUSAGE_SELF)
    taken[0] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


DIGEST = Digest(
    id="morning",
    title="The Morning Brief",
    cadence=Cadence(written="weekdays at 07:00", times=(clock(7),)),
    stories=StoryRules(sources=("city",)),
)


def a_story(number: int) -> Story:
    """Return a story of usual length: six paragraphs, one picture."""
    return Story(
        source="city",
        headline=f"The quay opens again after {number} days",
        url=f"https://harbour.example/news/{number}",
        standfirst="It had been closed since the autumn storm, and few had hoped for this year.",
        byline=("Maja Lind",),
        dateline=Dateline(place="Harbour", agency="HPA"),
        body=tuple("The first boat came in at six, and <b>nobody</b> was late. " * 6 for _ in range(6)),
        section="City",
        tags=("council", "harbour"),
        language="en",
        first_seen=NOW,
        published=NOW - timedelta(seconds=number),
        images=(Image(url="https://harbour.example/quay.jpg", alt="a quay", caption="b", credit="c"),),
    )


def a_composition(stories: list[Story]) -> Composition:
    """Return 15 slots with two related stories each, the rest passed over."""
    slots = tuple(
        Slot(
            story=stories[number],
            why=("newest", "two reports"),
            related=tuple(
                Related(
                    kind=RelatedKind.BACKGROUND,
                    score=0.3,
                    why="same quay",
                    story=stories[15 + 2 * number + of],
                )
                for of in range(2)
            ),
            score=1.5,
            terms=(Term(name="recency", value=0.8, words="+0.80 newest, 41 minutes old"),),
        )
        for number in range(15)
    )
    passed = tuple(PassedOver(story=story, reason="city already has 15", score=0.2) for story in stories[45:])
    return Composition(
        edition="morning/2026-11-23",
        digest="morning",
        title="The Morning Brief",
        language="en",
        date=NOW,
        subject="The quay opens again",
        preheader="And fourteen more",
        selection=Selection(featured=slots, passed_over=passed),
    )


if __name__ == "__main__":
    main()

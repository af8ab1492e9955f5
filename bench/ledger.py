"""What the ledger costs: CPU a message, memory and bytes a delivery, and how fast it answers.

A million recipients by default, sent by the product's own sender into a relay that accepts at
once, so that all that is measured is the ledger's. Beside it, in the same run: a table with a row
for each recipient (claimed and marked in batches of the same size), and how many commits a second
the disk takes.

    .venv/bin/python bench/ledger.py [--recipients 1000000] [--folder DIR] [--json]
"""

import argparse
import json
import os
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

from sqlalchemy import Connection, text

from digest.flows.publish import publish
from digest.flows.send import send_edition
from digest.flows.sending.means import Limits, Means, Place, Way
from digest.flows.sending.tally import Progress
from digest.model.delivery import Outcome, Outgoing, Reply, Sent
from digest.model.digest import RelayRules
from digest.model.edition import EditionState
from digest.model.mail import Addressed, Rendering
from digest.model.subscriber import Subscriber
from digest.store.editions import open_edition, set_state
from digest.store.engine import Store, open_store
from digest.store.ledger import names
from digest.store.ledger.enlist import enlist
from digest.store.ledger.history import counts, deliveries, delivery
from digest.store.renderings import approve, hash_of, save_rendering
from digest.store.roster.audience import audience

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
EDITION = "morning/2026-11-23"
WORDS = Rendering(subject="s", preheader="p", html="<p>h</p>", text="t", nonce="n0123456789abcde")
WINDOW = 20
LONG_ID = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"


class Instantly:
    """A relay that accepts at once, and answers as relays of one kind do."""

    def __init__(self, kind: str) -> None:
        self._chance, self._done = random.Random(7), list[Outcome]()
        self._text = {"plain": self._plain, "postfix": self._postfix, "ses": self._ses}[kind]

    def start(self, batch: Sequence[Outgoing]) -> None:
        """Accept everything."""
        for mail in batch:
            reply = Reply(code=250, enhanced="2.0.0", text=self._text())
            self._done.append(Sent(position=mail.position, reply=reply))

    def finished(self, wait: timedelta) -> list[Outcome]:
        """Return half of it, as ten connections with two messages each would."""
        half = max(len(self._done) // 2, 1)
        done, self._done = self._done[:half], self._done[half:]
        return done

    def allow(self, connections: int) -> None:
        """Change nothing: it has none."""

    def close(self, wait: timedelta = timedelta(0)) -> list[Outcome]:
        """Return the rest."""
        done, self._done = self._done, []
        return done

    def _plain(self) -> str:
        return "Ok"

    def _postfix(self) -> str:
        return "Ok: queued as 4b" + "".join(self._chance.choices(LONG_ID, k=13))

    def _ses(self) -> str:
        bits = f"{self._chance.getrandbits(128):032x}"
        return f"Ok 0102018f6f0b{bits[:4]}-{bits[4:12]}-{bits[12:16]}-{bits[16:20]}-{bits[20:]}-000000"


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--recipients", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where to write, to measure another disk")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        found = measured(Path(folder), asked.recipients)
    if asked.json:
        print(json.dumps(found, indent=2))
    else:
        for name, (value, unit) in found.items():
            print(f"{name:<58}{value:>14,.2f} {unit}")


def measured(folder: Path, recipients: int) -> dict[str, tuple[float, str]]:
    """Return every figure with its unit."""
    found: dict[str, tuple[float, str]] = {}
    found["recipients"] = (recipients, "")
    with open_store(f"sqlite:///{folder / 'digest.db'}") as store:
        roster(store, recipients)
        before = size(folder)
        with taking(found, "publish: freeze and cut into chunks", "s"):
            prepare(store)
        found["on disk when published"] = ((size(folder) - before) / recipients, "bytes a delivery")
        sending(store, folder, recipients, found)
        answers(store, recipients, found)
    for kind in ("plain", "postfix", "ses"):
        found[f"on disk when closed, replies of {kind}"] = bytes_each(folder, kind, min(recipients, 50_000))
    found["peer: a row a recipient, claimed and marked"] = rows(folder, min(recipients, 50_000))
    found["limit: commits of one page with synchronous=FULL"] = commits(folder)
    return found


@contextmanager
def taking(found: dict[str, tuple[float, str]], name: str, unit: str) -> Iterator[None]:
    """Note the wall-clock time of what is done inside."""
    began = time.perf_counter()
    yield
    found[name] = (time.perf_counter() - began, unit)


def roster(store: Store, recipients: int) -> None:
    """Fill the roster with readers of six providers, three in four of a longer list of ids."""
    chance, providers = random.Random(3), ("google", "microsoft", "yahoo", "apple", "gmx", "other")
    people, standings = [], []
    id = 0
    for number in range(recipients):
        id += 1 + (chance.random() < 0.3)
        name, provider = f"reader{number}@readers.example", providers[chance.randrange(6)]
        people.append({"id": id, "k": name, "w": os.urandom(20), "p": provider})
        standings.append({"id": id, "p": provider})
    with store.write() as connection:
        connection.execute(
            text(
                "INSERT INTO subscribers (id, key, who, email, envelope, provider, joined)"
                " VALUES (:id, :k, :w, :k, :k, :p, 0)"
            ),
            people,
        )
        connection.execute(
            text(
                "INSERT INTO subscriptions (digest, subscriber, standing, since, provider)"
                " VALUES ('morning', :id, 'confirmed', 0, :p)"
            ),
            standings,
        )


def prepare(store: Store, words: Rendering = WORDS) -> None:
    """Publish an edition to the whole roster."""
    with store.write() as connection:
        open_edition(connection, EDITION, digest="morning", day=date(2026, 11, 23), who="bench", now=NOW)
        save_rendering(connection, EDITION, "", words, now=NOW)
        set_state(connection, EDITION, EditionState.COLLECTING, EditionState.READY, who="bench", now=NOW)
        approve(connection, EDITION, hash_of({"": words}), who="bench", now=NOW)

    def freeze(connection: Connection) -> int:
        (rendering,) = names.rendering_keys(connection, EDITION).values()
        key = names.edition_key(connection, EDITION)
        return enlist(connection, key, rendering, audience(connection, "morning"), not_before=NOW)

    publish(store, EDITION, freeze=freeze, now=NOW)


def means(folder: Path, kind: str) -> Means:
    """Return a sender's means that cost next to nothing, so that the ledger is what is measured."""
    relay = Instantly(kind)
    return Means(
        owners=folder / "owners",
        ways=[Way(rules=RelayRules(name="instantly", connections=WINDOW // 2), transport=relay)],
        compile=lambda rendering: lambda addressed: b"",
        personalise=addressed,
        clock=lambda: datetime.now(UTC),
    )


def addressed(reader: Subscriber, place: Place) -> Addressed:
    """Return the least that can be sent."""
    return Addressed(
        position=place.ticket, email=reader.email, envelope_to=reader.envelope, mail_from="", message_id="m"
    )


def sending(store: Store, folder: Path, recipients: int, found: dict[str, tuple[float, str]]) -> None:
    """Send it all; note CPU, memory, and whether the end is as fast as the beginning."""
    marks: list[tuple[int, float]] = []

    def tell(progress: Progress) -> None:
        if progress.sent_now >= len(marks) * (recipients // 10):
            marks.append((progress.sent_now, time.process_time()))

    wall, cpu = time.perf_counter(), time.process_time()
    report = send_edition(
        store, EDITION, means=means(folder, "postfix"), limits=Limits(window=WINDOW), on_progress=tell
    )
    marks.append((report.sent_now, time.process_time()))
    assert report.counts.sent == recipients, report
    found["send: CPU of the ledger"] = ((time.process_time() - cpu) / recipients * 1e6, "µs a message")
    found["send: wall clock, ledger alone"] = (recipients / (time.perf_counter() - wall), "messages/s")
    rates = [
        (after[0] - before[0]) / (after[1] - before[1])
        for before, after in pairwise(marks)
        if after[0] > before[0]
    ]
    found["send: speed of the last tenth to the first"] = (rates[-2] / rates[0], "x")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["peak memory so far, this script's lists included"] = (peak, "MB")


def answers(store: Store, recipients: int, found: dict[str, tuple[float, str]]) -> None:
    """Ask the history."""
    chance = random.Random(5)
    now = datetime.now(UTC)
    with store.read() as connection:
        key = names.edition_key(connection, EDITION)
        times = []
        for _ in range(200):
            began = time.perf_counter()
            delivery(connection, key, chance.randrange(1, recipients), now=now)
            times.append((time.perf_counter() - began) * 1000)
        found["did X get it: median"] = (statistics.median(times), "ms")
        found["did X get it: 99 of 100 within"] = (sorted(times)[-3], "ms")
        found["did X get it: slowest of 200"] = (max(times), "ms")
        times = []
        for _ in range(20):
            began = time.perf_counter()
            assert len(list(islice(deliveries(connection, key, now=now), 100))) == min(100, recipients)
            times.append((time.perf_counter() - began) * 1000)
        found["who got it, the first hundred: median"] = (statistics.median(times), "ms")
        with taking(found, "how many are in which state", "s"):
            counts(connection, key, now=now)


def bytes_each(folder: Path, kind: str, recipients: int) -> tuple[float, str]:
    """Return what a delivery takes of the ledger's tables when all chunks are closed."""
    where = folder / kind
    where.mkdir()
    with open_store(f"sqlite:///{where / 'digest.db'}") as store:
        roster(store, recipients)
        prepare(store)
        send_edition(store, EDITION, means=means(where, kind), limits=Limits(window=WINDOW))
    with sqlite3.connect(where / "digest.db") as database:
        database.execute("VACUUM")
        columns = "LENGTH(bits) + LENGTH(ids) + LENGTH(times) + LENGTH(replies) + 100"
        total = database.execute(f"SELECT SUM({columns}) FROM chunks").fetchone()[0]
    database.close()
    return total / recipients, "bytes a delivery (rows as stored)"


def rows(folder: Path, recipients: int) -> tuple[float, str]:
    """Return the CPU of the usual design: a row a recipient, claimed, then marked with the reply."""
    with sqlite3.connect(folder / "rows.db", isolation_level=None) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, state INT, at INT, reply TEXT)")
        database.execute("CREATE INDEX by_state ON rows (state, id)")
        database.execute("BEGIN")
        database.executemany("INSERT INTO rows VALUES (?, 0, 0, '')", ((n,) for n in range(recipients)))
        database.execute("COMMIT")
        cpu = time.process_time()
        for _ in range(0, recipients, WINDOW // 2):
            database.execute("BEGIN IMMEDIATE")
            claimed = database.execute(
                "UPDATE rows SET state = 1 WHERE id IN (SELECT id FROM rows WHERE state = 0 LIMIT ?)"
                " RETURNING id",
                (WINDOW // 2,),
            ).fetchall()
            database.execute("COMMIT")
            database.execute("BEGIN IMMEDIATE")
            database.executemany(
                "UPDATE rows SET state = 2, at = 1, reply = '250 2.0.0 Ok: queued as 4bXbKFkfq425mF5'"
                " WHERE id = ?",
                claimed,
            )
            database.execute("COMMIT")
        spent = time.process_time() - cpu
    database.close()
    return spent / recipients * 1e6, "µs a message (bare sqlite3)"


def commits(folder: Path) -> tuple[float, str]:
    """Return how many small transactions a second the disk takes."""
    with sqlite3.connect(folder / "limit.db", isolation_level=None) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE one (n INT)")
        database.execute("INSERT INTO one VALUES (0)")
        rate = per_second(lambda: database.execute("UPDATE one SET n = n + 1"))
    database.close()
    return rate, "commits/s"


def per_second(work: Callable[[], object], seconds: float = 1.0) -> float:
    """Return how often `work` can be done in a second."""
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        work()
        count += 1
    return count / (time.perf_counter() - began)


def size(folder: Path) -> int:
    """Return the bytes of the database and its log, which is emptied first."""
    with closing(sqlite3.connect(folder / "digest.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return sum(path.stat().st_size for path in folder.glob("digest.db*"))


if __name__ == "__main__":
    main()

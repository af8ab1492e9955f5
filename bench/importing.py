"""How fast a list of subscribers comes in, and how fast an audience is frozen.

    .venv/bin/python bench/importing.py [--rows 100000] [--json]

Writes a list, imports it into a fresh SQLite database, imports it again (all the same), reads the
audience, and beside it does the least that any import must do: parse the same file with Python's
`csv` and insert the bare rows into one table with one unique index, by the driver alone.
"""

import argparse
import csv
import json
import random
import resource
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from datetime import time as clock_time
from pathlib import Path

from digest.audience.optouts import OptOuts
from digest.flows.importing import Listing, apply, plan
from digest.model.cadence import Cadence
from digest.model.digest import Audience, Digest, StoryRules
from digest.store.engine import open_store
from digest.store.roster.audience import audience, barred, count
from digest.store.roster.people import get_many

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAILY = Cadence(written="daily at 07:00", times=(clock_time(7),))


def write_list(path: Path, rows: int) -> None:
    """Write a list of made-up people, in no order, some with an odd address."""
    chance = random.Random(7)
    domains = ["gmail.com"] * 5 + ["outlook.com"] * 2 + [f"post{n}.example" for n in range(200)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        rest = ["city;culture", "Harbour", "2024-03-01", "paper form 2024"]
        writer.writerow(["email", "name", "language", "topics", "city", "consent_at", "consent_source"])
        for number in range(rows):
            who = f"reader.{chance.getrandbits(40):x}{number}@{chance.choice(domains)}"
            if number % 500 == 0:
                who = f"läser{number}@bücher.example"
            writer.writerow([who, f"Reader Number {number}", chance.choice(["en", "sv", "vi", ""]), *rest])


def least(path: Path, folder: Path) -> None:
    """Parse and insert, and nothing else."""
    database = sqlite3.connect(folder / "least.db")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, email UNIQUE, name, language, topics, city, at, source)"
    )
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        with database:
            database.executemany("INSERT OR IGNORE INTO people VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", reader)
    database.close()


def memory() -> float:
    """Return the most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(rows: int) -> list[dict[str, object]]:
    """Run everything once; return what it took."""
    found: list[dict[str, object]] = []

    def took(what: str, began: float, cpu: float, number: int) -> None:
        wall = time.perf_counter() - began
        found.append(
            {
                "what": what,
                "rows": number,
                "seconds": round(wall, 2),
                "cpu": round(time.process_time() - cpu, 2),
                "per_second": round(number / wall),
                "peak_mb": round(memory()),
            }
        )

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "list.csv"
        write_list(path, rows)
        digest = Digest(id="morning", title="The Morning Brief", cadence=DAILY, stories=StoryRules())
        listing = Listing(path=path, name="list.csv", digests=(digest,))
        opt_outs = OptOuts(folder / "opt-outs.jsonl", (b"k" * 32,))
        with open_store(f"sqlite:///{folder / 'digest.db'}", now=NOW) as store:
            began, cpu = time.perf_counter(), time.process_time()
            plan(store, opt_outs, listing, now=NOW)
            took("plan (nothing written)", began, cpu, rows)
            began, cpu = time.perf_counter(), time.process_time()
            apply(store, opt_outs, listing, now=NOW)
            took("import", began, cpu, rows)
            began, cpu = time.perf_counter(), time.process_time()
            apply(store, opt_outs, listing, now=NOW)
            took("import again, all the same", began, cpu, rows)
            for label, wanted in (
                ("audience, everyone", Audience()),
                ("audience, topic and language", Audience(topics=("culture",), language="sv")),
            ):
                began, cpu = time.perf_counter(), time.process_time()
                with store.read() as connection:
                    number = sum(1 for _ in audience(connection, "morning", wanted))
                took(label, began, cpu, number)
            began, cpu = time.perf_counter(), time.process_time()
            with store.read() as connection:
                number = count(connection, "morning", Audience(topics=("culture",), language="sv"))
            took("counted only, same segment", began, cpu, number)
            ids = list(range(1, min(rows, 20_000) + 1))
            began, cpu = time.perf_counter(), time.process_time()
            with store.read() as connection:
                for start in range(0, len(ids), 1000):
                    get_many(connection, ids[start : start + 1000])
            took("read for personalising", began, cpu, len(ids))
            began, cpu = time.perf_counter(), time.process_time()
            with store.read() as connection:
                for start in range(0, len(ids), 100):
                    barred(connection, "morning", ids[start : start + 100])
            took("gate, groups of 100", began, cpu, len(ids))
        size = (folder / "digest.db").stat().st_size
        began, cpu = time.perf_counter(), time.process_time()
        least(path, folder)
        took("the least: csv + one bare insert", began, cpu, rows)
        found.append({"what": "database", "bytes_per_subscriber": round(size / rows)})
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(arguments.rows)
    if arguments.json:
        json.dump(found, sys.stdout, indent=2)
        return
    print(f"{'':34}{'rows':>10}{'seconds':>9}{'CPU s':>8}{'rows/s':>10}{'peak MB':>9}")
    for row in found[:-1]:
        print(
            f"{row['what']:34}{row['rows']:>10,}{row['seconds']:>9}{row['cpu']:>8}{row['per_second']:>10,}"
            f"{row['peak_mb']:>9}"
        )
    print(f"{found[-1]['bytes_per_subscriber']} bytes of database a subscriber")


if __name__ == "__main__":
    main()

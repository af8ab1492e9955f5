"""How long a mail provider waits for a one-click unsubscribe while an edition is being sent.

    .venv/bin/python bench/one_click.py [--seconds 30] [--rate 200] [--apart] [--json]

A newsroom with a list of its own publishes an edition to a fast sink on loopback. `digest serve` serves
the pages and sends in one process (the least favourable way; `--apart` sends from a second process), and
this script posts RFC 8058 requests at a fixed rate, whatever the answers take: a late answer makes no
later request wait. Beside it, in the same run: the same requests while nothing is sent, and the least that
a kept no must cost, an append with fsync. At the end every answered no must stand in the opt-out file.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.audience.optouts import OptOuts
from digest.flows.release import approve_by_policy, release, take_turn
from digest.flows.sending.addressing import UNSUBSCRIBE
from digest.model.token import sign
from digest.store import editions
from digest.wiring import House, open_house
from load.peer import free_port, listening

PROGRAM = Path(sys.executable).parent / "digest"
BODY = b"List-Unsubscribe=One-Click"
SCHEDULE = """\
version: 1
newsroom: {name: The Larkmoor Gazette, website: https://gazette.example, pages: https://letters.gazette.example,
  postal_address: 3 Mill Lane}
sources: [{id: desk, folder: stories}]
relays: {main: {connections: 10}}
defaults: {sender: Gazette <brief@gazette.example>, send_through: main}
digests:
  - id: morning
    title: The Morning Post
    send: every day at 00:01
    catch_up: 24 hours
    sections: [{title: Town, take: 5}]
"""


def write_newsroom(folder: Path, readers: int) -> None:
    """Write a newsroom with a few stories and a list of people who all said yes."""
    (folder / "stories").mkdir()
    (folder / "subscribers").mkdir()
    (folder / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    published = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    for number in range(5):
        (folder / "stories" / f"{number}.md").write_text(
            f"---\nheadline: The ferry number {number} is back\nstandfirst: What is known so far.\n"
            f"published: {published}\nurl: https://gazette.example/ferry-{number}\n---\n"
            f"Ferry {number} came in at noon, and the whole quay was there to see it.\n",
            encoding="utf-8",
        )
    with (folder / "subscribers" / "readers.csv").open("w", encoding="utf-8") as file:
        file.write("email,consent_at,consent_source\n")
        file.writelines(f"reader{n}@post{n % 50}.example,2026-01-15,paper form\n" for n in range(readers))


def publish(house: House) -> str:
    """Build, approve and publish today's edition; return its id."""
    from digest.flows.compose import occasion

    house.sync_readers()
    digest, now = house.schedule.digests[0], house.clock()
    house.gather(house.schedule.sources, now=now)
    when = occasion(digest, now)
    house.keep(house.draft(digest, when, now=now), who="bench", now=now)
    approve_by_policy(house.store, house.newsroom, digest, when.edition, now=now)
    release(
        house.store,
        house.schedule,
        digest,
        take_turn(house.store, when, now=now, owner="bench"),
        now=now,
        who="bench",
    )
    return when.edition


@contextmanager
def served(folder: Path, environment: dict[str, str], port: int, *more: str) -> Iterator[None]:
    """Run `digest serve` while in use."""
    command = [str(PROGRAM), "-q", "-C", str(folder), "serve", "--port", str(port), *more]
    with listening(command, port, env=environment):
        yield


async def post_all(port: int, tokens: Sequence[str], rate: float) -> tuple[list[float], list[str]]:
    """Post `tokens` at `rate` a second; return the seconds each answer took, and the tokens answered 200."""
    took: list[float] = []
    answered: list[str] = []
    for _ in range(20):  # a server that has just begun to listen is still importing
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /u/nothing HTTP/1.1\r\nHost: letters.gazette.example\r\nConnection: close\r\n\r\n")
        await reader.read()
        writer.close()
    began = time.perf_counter()

    async def post(number: int, token: str) -> None:
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        asked = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"POST /u/{token} HTTP/1.1\r\nHost: letters.gazette.example\r\nConnection: close\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(BODY)}\r\n\r\n".encode()
            + BODY
        )
        answer = await reader.read()
        writer.close()
        took.append(time.perf_counter() - asked)
        if answer.startswith(b"HTTP/1.1 200"):
            answered.append(token)

    await asyncio.gather(*(post(number, token) for number, token in enumerate(tokens)))
    return took, answered


def least(folder: Path, number: int) -> list[float]:
    """Append and flush, and nothing else."""
    took = []
    with (folder / "least").open("ab", buffering=0) as file:
        for _ in range(number):
            began = time.perf_counter()
            file.write(b"x" * 150 + b"\n")
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return took


def row(what: str, took: list[float], **more: object) -> dict[str, object]:
    """Return the distribution of `took` in milliseconds."""
    sorted_ = sorted(took)

    def at(share: float) -> float:
        return round(sorted_[min(len(sorted_) - 1, int(share * len(sorted_)))] * 1000, 1)

    return {"what": what, "requests": len(took), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99),
            "longest": at(1), **more}  # fmt: skip


def measure(arguments: argparse.Namespace, folder: Path) -> list[dict[str, object]]:
    """Run everything once; return the rows."""
    write_newsroom(folder, arguments.readers)
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise SystemExit("not measured: the sink needs a C compiler (Debian: apt install gcc)")
    sink, source = folder / "fastsink", Path(__file__).parent / "sink" / "fastsink.c"
    subprocess.run([compiler, "-O2", "-o", str(sink), str(source)], check=True)
    relay, web = free_port(), free_port()
    environment = {**os.environ, "DIGEST_RELAY_MAIN": f"smtp://127.0.0.1:{relay}?tls=none"}
    house = open_house(folder, environment)
    wanted = int(arguments.rate * arguments.seconds)
    with house.store.write():
        pass
    edition = publish(house)
    with house.store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT id FROM subscribers ORDER BY id DESC LIMIT ?", (2 * wanted,)
        )
        tokens = [sign(UNSUBSCRIBE, f"{one[0]} morning", key=house.keys[0]) for one in rows]
    found = [row("the least: append and fsync", least(folder, 200))]
    with served(folder, environment, web, "--no-clock"):
        took, quiet = asyncio.run(post_all(web, tokens[:wanted], arguments.rate))
        found.append(row("one-click, nothing is sent", took, answered=len(quiet)))
    with listening([str(sink), str(relay)], relay):
        apart = [str(PROGRAM), "-q", "-C", str(folder), "send", edition, "--yes"]
        sender = subprocess.Popen(apart, env=environment) if arguments.apart else None
        with served(folder, environment, web, *(["--no-clock"] if sender else [])):
            before = _sent(house, edition)
            while _sent(house, edition) == before:
                time.sleep(0.1)
            began, before = time.perf_counter(), _sent(house, edition)
            took, busy = asyncio.run(post_all(web, tokens[wanted:], arguments.rate))
            sent = _sent(house, edition) - before
            seconds = time.perf_counter() - began
        if sender is not None:
            sender.terminate()
            sender.wait()
    found.append(row("one-click while an edition is sent", took, answered=len(busy)))
    kept = {saying.who for saying in OptOuts(house.state / "opt-outs.jsonl", house.keys).read().sayings}
    with house.store.read() as connection:
        state = editions.edition(connection, edition).state
    found.append(
        {
            "what": "lost", "requests": 2 * wanted, "lost": len(quiet) + len(busy) - len(kept),
            "mails_sent_meanwhile": sent, "a_second": round(sent / seconds), "edition": str(state),
        }
    )  # fmt: skip
    house.close()
    return found


def _sent(house: House, edition: str) -> int:
    """Return how far the ledger says the edition has come."""
    query = (
        "SELECT COALESCE(SUM(c.mark), 0) FROM chunks c JOIN editions e ON e.key = c.edition WHERE e.id = ?"
    )
    with house.store.read() as connection:
        return int(connection.exec_driver_sql(query, (edition,)).scalar_one())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--readers", type=int, default=150_000)
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = measure(arguments, Path(name))
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{'milliseconds':36}{'requests':>9}{'p50':>8}{'p95':>8}{'p99':>8}{'longest':>9}")
    for one in found[:-1]:
        print(
            f"{one['what']:36}{one['requests']:>9}{one['p50']:>8}{one['p95']:>8}{one['p99']:>8}{one['longest']:>9}"
        )
    last = found[-1]
    print(
        f"lost: {last['lost']} of {last['requests']}; meanwhile {last['mails_sent_meanwhile']:,} mails left "
        f"({last['a_second']} a second, edition {last['edition']})"
    )


if __name__ == "__main__":
    main()

"""What sending costs, all in and without the ledger, beside Postfix's own load generator.

`smtp-source` (Debian's postfix) and our senders send messages of the same size over as many
sessions to the same sink, in turns; the least disturbed round of each counts. Sinks: Postfix's
`smtp-sink`, and `bench/sink/fastsink.c`, which is faster than all senders and can answer late, as
if it were far away. Everything stays on loopback; the ledger is on a disk, with `synchronous=FULL`.
CPU is what counts: messages a second depend on the sink, and on what else the machine does. So many
messages that what a start costs (some 0.1 s) weighs little; the whole takes four minutes.

    .venv/bin/python bench/delivery.py [--messages 20000] [--rounds 2] [--folder DIR] [--json]
    .venv/bin/python bench/delivery.py --million [--size 5000]     memory and speed over a million
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from load import ours, peer
from load.machine import cores, machine, rsa_a_second

Measured = dict[str, float]
Row = dict[str, object]
SINK = ("-u", "nobody", "127.0.0.1:PORT", "512")
NEEDS_POSTFIX = "not measured: smtp-sink and smtp-source (on Debian: apt install postfix)"
NEEDS_COMPILER = "not measured: fastsink (on Debian: apt install gcc libc6-dev)"


def measure(sink: str, command: tuple[str, ...], asked: argparse.Namespace, folder: Path) -> list[Row]:
    """Run every sender in turns against one sink; return a row for each."""
    results: dict[str, list[Measured]] = {}
    with peer.listening(command, peer.free_port()) as port:
        for number in range(asked.rounds):
            for name, run in ways(port, asked, folder / f"{sink}-{number}").items():
                results.setdefault(name, []).append(run())
    best = max((run["per_second"] for run in results.get("smtp-source", [])), default=0.0)
    return [_row(sink, name, runs, best) for name, runs in results.items()]


def ways(port: int, asked: argparse.Namespace, folder: Path) -> dict[str, Callable[[], Measured]]:
    """Return every sender by name."""
    common = {"port": port, "messages": asked.messages, "connections": asked.connections, "size": asked.size}
    bare, whole = partial(ours.run, **common), partial(with_ledger, folder, common)
    found: dict[str, Callable[[], Measured]] = {}
    if peer.found("smtp-source"):
        found["smtp-source"] = partial(peer.smtp_source, **common)
    return found | {
        "ours, without ledger": bare,
        "ours": whole,
        "ours, Ed25519, without ledger": partial(bare, key="ed25519"),
        "ours, Ed25519": partial(whole, key="ed25519"),
        "ours, RSA-2048": partial(whole, key="rsa"),
        "ours, RSA-2048, 2 processes": partial(whole, key="rsa", processes=2),
    }


def with_ledger(folder: Path, common: dict[str, int], key: str = "", processes: int = 1) -> Measured:
    """Publish to a new database and send from it."""
    database = folder / f"{key}{processes}.db"
    folder.mkdir(exist_ok=True)
    ours.publish_to(database, common["messages"], common["size"])
    return ours.run(processes, database=str(database), key=key, **common)


def _row(sink: str, sender: str, runs: list[Measured], best: float) -> Row:
    rate = max(run["per_second"] for run in runs)
    return {
        "sink": sink,
        "sender": sender,
        "per_second": round(rate),
        "cpu_us": round(min(run["cpu_us"] for run in runs), 1),
        "of_smtp_source": round(rate / best, 2) if best else None,
    }


def far_away(sink: str, asked: argparse.Namespace) -> list[Row]:
    """Measure a relay that answers 20 ms later."""
    with peer.listening((sink, "PORT", "20"), peer.free_port()) as port:
        sizes = {"messages": 2_000, "connections": asked.connections, "size": asked.size}
        found = ours.run(port=port, **sizes)
    return [_row("fastsink, 20 ms away", "ours, without ledger", [found], 0.0)]


def million(sink: str, asked: argparse.Namespace, folder: Path) -> list[Row]:
    """Send to a million recipients; memory and speed must stay what they are."""
    recipients = 1_000_000
    ours.publish_to(folder / "million.db", recipients, asked.size)
    with peer.listening((sink, "PORT"), peer.free_port()) as port:
        found = ours.run(
            port=port, messages=recipients, connections=asked.connections, size=asked.size,
            database=str(folder / "million.db"), marks=10,
        )  # fmt: skip
    memory = {"peak_mb": round(found["peak_mb"]), "last_to_first": round(found["last_to_first"], 2)}
    return [_row("fastsink", f"ours, to {recipients:,}", [found], 0.0) | memory]


def limit_of_rsa() -> str:
    """Say what signing with RSA cannot exceed here, whatever the program."""
    rate = rsa_a_second()
    if rate is None:
        return "limit not measured: openssl (on Debian: apt install openssl)"
    return (
        f"limit: {rate:,} RSA-2048 signatures a second on a core, {rate * cores():,} on all (openssl speed)"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--size", type=int, default=45_000)
    parser.add_argument("--folder", type=Path, help="where the ledger is written, to measure another disk")
    parser.add_argument("--million", action="store_true", help="send to a million recipients, and only that")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows: list[Row] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        sink = peer.fast_sink(folder)
        notes += [] if sink else [NEEDS_COMPILER]
        if asked.million:
            rows += million(sink, asked, folder) if sink else []
        else:
            postfix = peer.found("smtp-sink")
            notes += [] if postfix else [NEEDS_POSTFIX]
            rows += measure("smtp-sink", (postfix, *SINK), asked, folder) if postfix else []
            rows += measure("fastsink", (sink, "PORT"), asked, folder) + far_away(sink, asked) if sink else []
    notes += [] if asked.million else [limit_of_rsa()]
    if asked.json:
        print(json.dumps({"machine": machine(), "rows": rows, "notes": notes}, indent=2))
        return
    print(machine())
    number = 1_000_000 if asked.million else asked.messages
    print(f"{number:,} messages of {asked.size:,} bytes over {asked.connections} connections")
    print(f"{'sink':22}{'sender':32}{'a second':>10}{'CPU us':>9}{'x smtp-source':>15}")
    for row in rows:
        ratio = "" if row["of_smtp_source"] is None else row["of_smtp_source"]
        print(f"{row['sink']:22}{row['sender']:32}{row['per_second']:>10,}{row['cpu_us']:>9}{ratio:>15}")
        if "peak_mb" in row:
            print(f"  peak memory {row['peak_mb']} MB; the last tenth at {row['last_to_first']} x the first")
    print("\n".join(notes))


if __name__ == "__main__":
    main()

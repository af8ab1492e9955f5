"""What sending costs without the ledger: CPU a message and messages a second, beside Postfix's generator.

`smtp-source` (Debian's postfix) and our client send messages of the same size over as many
sessions to the same sink, in turns; the least disturbed round of each counts. Sinks: Postfix's
`smtp-sink`, and `bench/sink/fastsink.c`, which is faster than both senders and can answer late,
as if it were far away. Everything stays on loopback. Ours is personalised: own To, Message-ID,
List-Unsubscribe, return path, links, greeting and signature for each message.

    .venv/bin/python bench/delivery.py [--messages 10000] [--rounds 3] [--json]
"""

import argparse
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.delivery.compile import compile_mail
from digest.delivery.dkim import Signer
from digest.delivery.keys import load_key, new_key
from digest.delivery.smtp import SmtpTransport
from digest.model.delivery import Outgoing, RelayAddress, RelayKind, Sent, TlsMode
from digest.model.digest import RelayRules
from digest.model.mail import Addressed, Letterhead, Rendering, token

NONCE = "k7f3q9x2m5"
SLOTS = ("unsubscribe_url", "preferences_url", "view_url", "greeting", "name")
WAYS = (("ours", "none", 1), ("ours, Ed25519", "ed25519", 1), ("ours, RSA-2048", "rsa", 1))
TWO = ("ours, RSA-2048, 2 processes", "rsa", 2)


def rendering(size: int) -> Rendering:
    """Return an edition that becomes a message of about `size` bytes, with fifteen readers' places."""
    sentence = "The harbour council voted on Tuesday to widen the pier, after eleven years of debate. "
    paragraph = f"<p>{sentence * 3}å</p>\n"
    number = max(1, (size - 3_000) // 275)
    parts = [paragraph] * number
    for place in range(15):
        parts[place * number // 15] += token(NONCE, SLOTS[place % len(SLOTS)])
    text = f"{token(NONCE, 'greeting')}\n{token(NONCE, 'unsubscribe_url')}\n"
    return Rendering(subject="The Morning Brief", preheader="", html="".join(parts), text=text, nonce=NONCE)


def reader(number: int) -> Addressed:
    """Return a made-up reader's values."""
    secret = f"{number:08d}" + "t0k3n" * 12
    pages = "https://news.harbourpost.example"
    return Addressed(
        position=number,
        email=f"reader{number}@lighthouse.example",
        envelope_to=f"reader{number}@lighthouse.example",
        mail_from=f"bounces+{secret[:20]}@mail.harbourpost.example",
        message_id=f"morning.{secret[:20]}@harbourpost.example",
        unsubscribe_url=f"{pages}/u/{secret}",
        name="Ada Sund",
        values={
            "greeting": "Hello Ada",
            "preferences_url": f"{pages}/p/{secret}",
            "view_url": f"{pages}/v/{secret}",
        },
        envid=secret[:12],
    )


def work(port: int, messages: int, connections: int, size: int, key: str) -> dict[str, float]:
    """Send `messages` and return seconds and CPU seconds, imports and compiling left out."""
    head = Letterhead(
        sender="Harbour Post <brief@harbourpost.example>", list_id="Morning <m.harbourpost.example>"
    )
    mail = compile_mail(rendering(size), head, date=datetime.now(UTC))
    signer = None if key == "none" else Signer([load_key("harbourpost.example", "b1", new_key(key))])

    def outgoing(number: int) -> Outgoing:
        who = reader(number)
        wire = mail.wire(who)
        return Outgoing(
            position=number,
            mail_from=who.mail_from,
            rcpt_to=who.envelope_to,
            wire=signer.signed(wire) if signer else wire,
            envid=who.envid,
        )

    address = RelayAddress(name="sink", kind=RelayKind.SMTP, host="127.0.0.1", port=port, tls=TlsMode.NONE)
    rules = RelayRules(name="sink", connections=connections, messages_per_connection=messages)
    window, begun, sent, flying = 4 * connections, 0, 0, 0
    with SmtpTransport(address, rules) as relay:
        began, before = time.perf_counter(), cpu()
        while begun < messages or flying:
            room = min(window - flying, messages - begun)
            if room >= window // 4 or (room and begun + room == messages):
                relay.start([outgoing(number) for number in range(begun, begun + room)])
                begun, flying = begun + room, flying + room
            outcomes = relay.finished(timedelta(seconds=10))
            flying -= len(outcomes)
            sent += sum(isinstance(outcome, Sent) for outcome in outcomes)
        seconds, used = time.perf_counter() - began, cpu() - before
    if sent != messages:
        raise SystemExit(f"{messages - sent} of {messages} messages were not accepted")
    return {"seconds": seconds, "cpu": used, "bytes": len(outgoing(1).wire)}


def cpu() -> float:
    """Return the CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ours(port: int, arguments: argparse.Namespace, key: str, processes: int) -> tuple[float, float]:
    """Return messages a second and CPU microseconds a message."""
    each = arguments.messages // processes
    command = [
        sys.executable, __file__, "--worker", key, "--port", str(port), "--messages", str(each),
        "--connections", str(arguments.connections // processes), "--size", str(arguments.size),
    ]  # fmt: skip
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    results = [json.loads(process.communicate()[0]) for process in running]
    seconds = max(result["seconds"] for result in results)
    return each * processes / seconds, sum(result["cpu"] for result in results) / each / processes * 1e6


def smtp_source(port: int, arguments: argparse.Namespace) -> tuple[float, float]:
    """Return the same for Postfix's generator."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [
            "smtp-source", "-d", "-s", str(arguments.connections), "-l", str(arguments.size),
            "-m", str(arguments.messages), "-f", "a@harbourpost.example", "-t", "b@lighthouse.example",
            f"127.0.0.1:{port}",
        ]
    )  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit("smtp-source failed")
    rate = arguments.messages / (time.perf_counter() - began)
    return rate, (used.ru_utime + used.ru_stime) / arguments.messages * 1e6


@contextmanager
def listening(command: list[str], port: int, env: dict[str, str] | None = None) -> Iterator[int]:
    """Run a sink while in use."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env)
    try:
        for _ in range(3_000):  # a minute at most
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def measure(name: str, sink: list[str], arguments: argparse.Namespace) -> list[dict[str, object]]:
    """Run every sender in turns against one sink; return a row for each."""
    results: dict[str, list[tuple[float, float]]] = {}
    port = free_port()
    with listening([part.replace("PORT", str(port)) for part in sink], port):
        for _ in range(arguments.rounds):
            if shutil.which("smtp-source"):
                results.setdefault("smtp-source", []).append(smtp_source(port, arguments))
            for way, key, processes in (*WAYS, TWO):
                results.setdefault(way, []).append(ours(port, arguments, key, processes))
    peer = max((rate for rate, _ in results.get("smtp-source", [])), default=0.0)
    return [
        {
            "sink": name,
            "sender": way,
            "per_second": round(max(rate for rate, _ in runs)),
            "cpu_us": round(min(used for _, used in runs), 1),
            "of_smtp_source": round(max(rate for rate, _ in runs) / peer, 2) if peer else None,
        }
        for way, runs in results.items()
    ]


def far_away(sink: str, arguments: argparse.Namespace) -> dict[str, object]:
    """Measure a relay that answers 20 ms later."""
    port = free_port()
    near = argparse.Namespace(**vars(arguments) | {"messages": 2_000})
    with listening([sink, str(port), "20"], port):
        rate, used = ours(port, near, "none", 1)
    return {
        "sink": "fastsink, 20 ms away", "sender": "ours", "per_second": round(rate),
        "cpu_us": round(used, 1), "of_smtp_source": None,
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--size", type=int, default=45_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        sizes = (arguments.messages, arguments.connections, arguments.size)
        print(json.dumps(work(arguments.port, *sizes, arguments.worker)))
        return
    rows: list[dict[str, object]] = []
    notes = []
    if shutil.which("smtp-sink") and shutil.which("smtp-source"):
        rows += measure("smtp-sink", ["smtp-sink", "-u", "nobody", "127.0.0.1:PORT", "512"], arguments)
    else:
        notes.append("not measured: smtp-sink and smtp-source (Debian's postfix is not installed)")
    compiler = shutil.which("cc") or shutil.which("gcc")
    with tempfile.TemporaryDirectory() as folder:
        if compiler:
            sink = str(Path(folder) / "fastsink")
            source = Path(__file__).parent / "sink" / "fastsink.c"
            subprocess.run([compiler, "-O2", "-o", sink, source], check=True)
            rows += measure("fastsink", [sink, "PORT"], arguments)
            rows.append(far_away(sink, arguments))
        else:
            notes.append("not measured: fastsink (no C compiler)")
    if arguments.json:
        print(json.dumps({"rows": rows, "notes": notes, "load": os.getloadavg()[0]}, indent=2))
        return
    print(f"{arguments.messages} messages of {arguments.size} bytes, {arguments.connections} connections")
    print(f"{'sink':22}{'sender':30}{'a second':>10}{'CPU us':>9}{'x smtp-source':>15}")
    for row in rows:
        ratio = "" if row["of_smtp_source"] is None else row["of_smtp_source"]
        print(f"{row['sink']:22}{row['sender']:30}{row['per_second']:>10}{row['cpu_us']:>9}{ratio:>15}")
    print("\n".join(notes))


if __name__ == "__main__":
    main()

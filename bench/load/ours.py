"""Our sender as a process of its own: `python -m load.ours '{"port": …}'` prints seconds and CPU seconds.

With a database it is the product's own sender, all in: chunks, gate, personal links and return
paths, groups committed to SQLite with `synchronous=FULL`. Without one it is filling, signing and
SMTP alone, for readers made up beforehand. Imports, compiling and publishing are left out of the
figures. Several processes send one edition; the product itself divides the connections among them.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ledger
from digest.delivery.compile import compile_mail
from digest.delivery.dkim import Signer
from digest.delivery.keys import load_key, new_key
from digest.delivery.smtp import SmtpTransport
from digest.flows.send import send_edition, uncollected
from digest.flows.sending.addressing import Letterbox
from digest.flows.sending.means import Limits, Means, Sign, Way, Wire, unsigned
from digest.model.delivery import Outgoing, RelayAddress, RelayKind, Sent, TlsMode
from digest.model.digest import RelayRules
from digest.store.engine import open_store
from digest.store.ledger import names
from load.machine import peak_memory
from load.mail import LETTERHEAD, PAGES, SENDER, reader, rendering

_FOLDER = Path(__file__).parents[1]


def work(
    port: int,
    messages: int,
    connections: int,
    size: int,
    *,
    key: str = "",
    database: str = "",
    marks: int = 0,
) -> dict[str, object]:
    """Send `messages`, or what there is in `database`.

    Args:
        key: of the signature: rsa, ed25519 or none.
        marks: so many times on the way, evenly spread, the time is noted.
    """
    address = RelayAddress(name="sink", kind=RelayKind.SMTP, host="127.0.0.1", port=port, tls=TlsMode.NONE)
    rules = RelayRules(name="sink", connections=connections, messages_per_connection=10_000_000)
    with SmtpTransport(address, rules) as relay:
        way = Way(rules=rules, transport=relay, sign=_signing(key))
        clock = _Clock(messages // marks if marks else 0)
        if database:
            _with_ledger(way, database, size, 2 * connections, clock)
        else:
            _without(way, messages, size, 4 * connections, clock)
    return {
        "seconds": clock.seconds,
        "cpu": clock.cpu,
        "sent": clock.sent,
        "peak": peak_memory(),
        "marks": clock.marks,
    }


class _Clock:
    """Notes what the work takes; `running` is what counts."""

    def __init__(self, every: int) -> None:
        self.seconds = self.cpu = 0.0
        self.sent, self.marks = 0, list[float]()
        self._every = every

    @contextmanager
    def running(self) -> Iterator[None]:
        began, before = time.perf_counter(), time.process_time()
        self.marks.append(began)
        yield
        self.seconds, self.cpu = time.perf_counter() - began, time.process_time() - before

    def tell(self, sent: int) -> None:
        self.sent = sent
        if self._every and sent >= len(self.marks) * self._every:
            self.marks.append(time.perf_counter())


def _without(way: Way, messages: int, size: int, window: int, clock: _Clock) -> None:
    """Send made-up readers' mail, with no more than `window` on the way."""
    wire = compile_mail(rendering(size), LETTERHEAD, date=datetime.now(UTC)).wire
    everybody = [reader(number) for number in range(messages)]
    begun = sent = flying = 0

    def outgoing(first: int, after: int) -> list[Outgoing]:
        readers = everybody[first:after]
        signed = way.sign([wire(who) for who in readers], 1)
        return [
            Outgoing(
                position=who.position,
                mail_from=who.mail_from,
                rcpt_to=who.envelope_to,
                wire=each,
                envid=who.envid,
            )
            for who, each in zip(readers, signed, strict=True)
        ]

    with uncollected(), clock.running():
        while begun < messages or flying:
            room = min(window - flying, messages - begun)
            if room >= window // 4 or (room and begun + room == messages):
                way.transport.start(outgoing(begun, begun + room))
                begun, flying = begun + room, flying + room
            outcomes = way.transport.finished(timedelta(seconds=10))
            flying -= len(outcomes)
            sent += sum(isinstance(outcome, Sent) for outcome in outcomes)
            clock.tell(sent)


def _with_ledger(way: Way, database: str, size: int, window: int, clock: _Clock) -> None:
    """Send what is left of the edition in `database`, as the product does."""
    box = Letterbox(
        key=b"k" * 32,
        sender=SENDER,
        return_path="bounces@mail.harbourpost.example",
        pages=PAGES,
        greeting=lambda reader: "Hello Ada",
    )
    with open_store(f"sqlite:///{database}") as store:

        def compiled(key: int) -> Wire:
            with store.read() as connection:
                return compile_mail(names.words(connection, key), LETTERHEAD, date=datetime.now(UTC)).wire

        means = Means(
            owners=Path(database).parent / "owners",
            ways=[way],
            compile=compiled,
            personalise=box.personalise,
            clock=lambda: datetime.now(UTC),
        )
        with clock.running():
            send_edition(
                store,
                ledger.EDITION,
                means=means,
                limits=Limits(window=window),
                on_progress=lambda progress: clock.tell(progress.sent_now),
            )


def _signing(key: str) -> Sign:
    if not key:
        return unsigned
    signer = Signer([load_key("harbourpost.example", "b1", new_key(key))])
    return lambda wires, senders: signer.signed_all(wires, at=datetime.now(UTC), senders=senders)


def publish_to(database: Path, recipients: int, size: int) -> None:
    """Make a database in which an edition waits to be sent."""
    with open_store(f"sqlite:///{database}") as store:
        ledger.roster(store, recipients)
        ledger.prepare(store, rendering(size))


def run(processes: int = 1, **values: object) -> dict[str, float]:
    """Run `work` in processes of their own; return messages a second, CPU us a message, and more."""
    share = {"messages": int(str(values["messages"])) // processes}
    command = [sys.executable, "-m", "load.ours", json.dumps(values | share)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_FOLDER) for _ in range(processes)
    ]
    results = [json.loads(process.communicate()[0]) for process in running]
    sent = sum(result["sent"] for result in results)
    if sent != share["messages"] * processes:
        raise SystemExit(f"{sent} of {share['messages'] * processes} messages were accepted")
    return {
        "per_second": sent / max(result["seconds"] for result in results),
        "cpu_us": sum(result["cpu"] for result in results) / sent * 1e6,
        "peak_mb": max(result["peak"] for result in results) / 1e6,
        "last_to_first": _last_to_first(results[0]["marks"]),
    }


def _last_to_first(marks: list[float]) -> float:
    """Return how fast the last stretch was, of the first."""
    return (marks[1] - marks[0]) / (marks[-1] - marks[-2]) if len(marks) > 2 else 0.0


if __name__ == "__main__":
    print(json.dumps(work(**json.loads(sys.argv[1]))))

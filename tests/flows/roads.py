"""Relays that answer as a test wants, over real sockets, and a clock that only moves when somebody waits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from crash.newsroom import LETTERBOX, wires
from delivery.faulty import Moment, Relay, Script
from digest.delivery.smtp import SmtpTransport
from digest.flows.sending.means import Limits, Means, Way
from digest.model.delivery import DeliveryState, RelayAddress
from digest.model.digest import RelayRules
from digest.store.engine import Store
from digest.store.ledger.history import Delivery, deliveries

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
#: Waits for closed lanes however long that takes: the clock is not the real one.
PATIENT = Limits(window=40, lane_patience=timedelta(days=2))


@dataclass
class Clock:
    """A clock that stands still, except that waiting moves it, many times faster than it should."""

    now: datetime = NOW
    speed: float = 100.0
    waited: list[float] = field(default_factory=list)
    on_wait: Callable[[datetime], None] = lambda now: None

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += timedelta(seconds=max(seconds, 0.001) * self.speed)
        self.on_wait(self.now)


@contextmanager
def roads(
    store: Store,
    folder: Path,
    ways: Sequence[tuple[RelayRules, RelayAddress]],
    clock: Clock,
    **more: object,
) -> Iterator[Means]:
    """Give what a sender needs to send through `ways`."""
    with ExitStack() as stack:
        made = [
            Way(rules=rules, transport=stack.enter_context(SmtpTransport(address, rules, hello="t.example")))
            for rules, address in ways
        ]
        yield Means(
            owners=folder / "owners",
            ways=made,
            compile=partial(wires, store),
            personalise=LETTERBOX.personalise,
            clock=clock,
            pause=clock.wait,
            chance=lambda: 0.0,
            **more,  # type: ignore[arg-type]  # fields of it
        )


def people(count: int, provider: str = "other") -> list[str]:
    """Return addresses of readers of one mailbox provider."""
    return [f"{provider}{number}@{provider}.readers.example" for number in range(count)]


def answering(answers: Mapping[str, str | Callable[[Moment], str | None]], phase: str = "dot") -> Script:
    """Answer recipients whose address holds a word, in one phase; everybody else is taken."""

    def script(moment: Moment) -> str | None:
        if moment.phase == phase:
            for word, answer in answers.items():
                if word in moment.line:
                    return answer if isinstance(answer, str) else answer(moment)
        return None

    return script


def told(store: Store, key: int, now: datetime) -> list[Delivery]:
    """Return what the history says."""
    with store.read() as connection:
        return list(deliveries(connection, key, now=now))


def states(store: Store, key: int, now: datetime) -> dict[DeliveryState, int]:
    """Return how often each state is there."""
    found = [row.state for row in told(store, key, now)]
    return {state: found.count(state) for state in set(found)}


__all__ = ["NOW", "PATIENT", "Clock", "Relay", "answering", "people", "roads", "states", "told"]

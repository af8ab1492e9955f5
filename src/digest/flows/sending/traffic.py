"""What a sender has on the road: which relay takes a chunk, how much may start now, what came back.

Joins the lanes, which decide, with the transports, which carry. Limits are never slept on here: what
may not start now is told as a number or as a time.
"""

import selectors
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from sqlalchemy import Connection

from digest.delivery.lanes import WHOLE, Lanes, Wait
from digest.flows.sending.means import Way
from digest.model.delivery import Outcome, Outgoing
from digest.store.ledger import lanes as book
from digest.store.ledger.lanes import Away, InUse

Lane = tuple[str, str]  #: relay and mailbox provider
#: What a relay has said already is read even when no time is left.
_AT_LEAST = timedelta(milliseconds=200)


@runtime_checkable
class _Awaitable(Protocol):
    """A transport that can be waited for together with others."""

    def fileno(self) -> int:
        """Return what becomes readable when it has something to do."""


class Traffic:
    """All of one sender's messages on their way, over all relays it may use."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self.ways = {way.rules.name: way for way in ways}
        self.lanes = Lanes([way.rules for way in ways])
        self.flying: Counter[Lane] = Counter()  #: messages without an outcome
        self._arrived: Counter[Lane] = Counter()  #: sent since it was last told
        self._told_at: datetime | None = None
        self._found: dict[str, Away | None] = {}  #: how relays were when that was last written down
        self._speed: dict[Lane, float] = {}  #: messages a second, of late
        self.senders = 1  #: on the busiest of these relays, this one included
        self._connections = {way.rules.name: way.rules.connections for way in ways}
        # In one order for all senders, for each of these is held in turn.
        self._limited = sorted(name for name, relay in self.lanes.relays.items() if relay.limited_by_day)
        self._selector: selectors.BaseSelector | None = None
        if len(ways) > 1:
            self._selector = selectors.DefaultSelector()
            for way in ways:
                if isinstance(way.transport, _Awaitable):
                    self._selector.register(way.transport, selectors.EVENT_READ)

    def learn(
        self, connection: Connection, owner: str, now: datetime, never_began: Mapping[str, int]
    ) -> None:
        """Take in what other senders have found out, and how many of them there are."""
        self.lanes.recall(book.slow(connection, list(self.ways)))
        others = book.others(connection, owner, now=now)
        self.senders = 1 + max(others.values(), default=0)
        for name, relay in self.lanes.relays.items():
            relay.share(1 + others.get(name, 0))
        self.read_the_day(connection, now, never_began)

    def read_the_day(self, connection: Connection, now: datetime, never_began: Mapping[str, int]) -> None:
        """Read how much of their day the relays with a daily limit have used: exact within a transaction.

        Args:
            never_began: relay -> messages that were counted, never began, and are not yet written down.
        """
        for name in self._limited:
            book.hold_the_day(connection, name)
            uses = book.used(connection, name, now=now)
            self.lanes.relays[name].know([*uses, (now, -never_began.get(name, 0))])

    def tell(self, connection: Connection, owner: str, now: datetime) -> None:
        """Write down what was learnt, and what is on the road, for other senders and for people."""
        news = self.lanes.changed(now)
        if news:
            book.keep(connection, news)
        found = self._relays_found()
        if found != self._found:
            book.keep_away(connection, found)
            self._found = found
        span = (now - self._told_at).total_seconds() if self._told_at else 0.0
        if span > 0:
            self._speed = {lane: number / span for lane, number in self._arrived.items()}
        self._arrived.clear()
        self._told_at = now
        book.tell(connection, owner, list(self._in_use(owner, now)), now=now)

    def write_the_day(self, connection: Connection, started: Counter[str], now: datetime) -> None:
        """Count what starts, or never did, for every sender to see."""
        for name in self._limited:
            if started[name]:
                book.count(connection, name, started[name], now=now)

    def open(self, now: datetime, waiting: Counter[str]) -> bool:
        """Whether some relay takes mail, and has not enough to do already."""
        return isinstance(self.choose(WHOLE, now, waiting), str)

    def choose(self, provider: str, now: datetime, waiting: Counter[str]) -> str | Wait | None:
        """Return the relay for a chunk of mail to `provider`; None when all have enough to do.

        Args:
            waiting: relay -> messages that are claimed and wait to start.
        """
        return self.lanes.choose(provider, now, full=self._full(now, waiting))

    def avoided(self, now: datetime, waiting: Counter[str]) -> set[str]:
        """Return the providers to which nothing may leave now, though it may to others."""
        return self.lanes.closed_providers(now, full=self._full(now, waiting))

    def room(self, relay: str, provider: str, now: datetime, taken: Counter[Lane]) -> int | Wait:
        """Return how many messages of a lane may start now, or until when none may.

        Args:
            taken: what is about to start already.
        """
        room = self.lanes.room(relay, provider, now)
        if isinstance(room, Wait):
            return room
        about_to = sum(number for lane, number in taken.items() if lane[0] == relay)
        whole = 2 * self.lanes.connections(relay, now) - self._through(relay) - about_to
        of_lane = self.flying[relay, provider] + taken[relay, provider]
        lane = self.lanes.in_flight(relay, provider, now) - of_lane
        return max(0, min(room - about_to, whole, lane))

    def start(self, relay: str, provider: str, mails: Sequence[Outgoing], now: datetime) -> None:
        """Hand over messages."""
        self.flying[relay, provider] += len(mails)
        self.lanes.count(relay, len(mails), now)
        self.ways[relay].transport.start(mails)

    def landed(self, relay: str, provider: str, number: int, *, sent: bool) -> None:
        """Note that messages have an outcome."""
        self.flying[relay, provider] -= number
        if sent:
            self._arrived[relay, provider] += number

    def never_began(self, relay: str, now: datetime) -> None:
        """Note that a message that was counted has not been offered to the relay."""
        self.lanes.count(relay, -1, now)

    def finished(self, wait: timedelta) -> list[Outcome]:
        """Return what was settled, waiting at most `wait` for the first, whichever relay it comes from."""
        ways = list(self.ways.values())
        if self._selector is None:
            return ways[0].transport.finished(wait)
        outcomes = _swept(ways)
        if not outcomes:
            self._selector.select(wait.total_seconds())
            outcomes = _swept(ways)
        return outcomes

    def close(self, wait: timedelta) -> list[Outcome]:
        """Begin nothing more, finish what is under way within `wait`; return how all of it stands."""
        end = time.monotonic() + wait.total_seconds()
        outcomes: list[Outcome] = []
        for way in self.ways.values():
            left = max(timedelta(seconds=end - time.monotonic()), _AT_LEAST)
            outcomes += way.transport.close(left)
        return outcomes

    def adjust(self, now: datetime) -> None:
        """Have as many connections as the lanes allow now."""
        for name, way in self.ways.items():
            allowed = max(1, self.lanes.connections(name, now))
            if allowed != self._connections[name]:
                self._connections[name] = allowed
                way.transport.allow(allowed)

    def held_up(self, now: datetime) -> tuple[str, ...]:
        """Return in words what keeps mail from leaving for longer than a moment."""
        rooms = {
            (relay, where): self.lanes.room(relay, where, now)
            for relay, where in [*((name, WHOLE) for name in self.ways), *self.flying]
        }
        waits = (room for room in rooms.values() if isinstance(room, Wait))
        long = {wait.why: wait.until for wait in waits if wait.until - now > timedelta(seconds=1)}
        return tuple(f"{why}, until {until:%H:%M} UTC" for why, until in long.items())

    def _full(self, now: datetime, waiting: Counter[str]) -> Collection[str]:
        return [
            name
            for name in self.ways
            if self._through(name) + waiting[name] >= 2 * max(1, self.lanes.connections(name, now))
        ]

    def _through(self, relay: str) -> int:
        return sum(number for lane, number in self.flying.items() if lane[0] == relay)

    def _relays_found(self) -> dict[str, Away | None]:
        """Return which relays cannot be used, and which take mail; one that was not tried says nothing."""
        return {
            name: None if relay.away_since is None else Away(since=relay.away_since, why=relay.away_why)
            for name, relay in self.lanes.relays.items()
            if relay.took or relay.away_since is not None
        }

    def _in_use(self, owner: str, now: datetime) -> Iterable[InUse]:
        for name in self.ways:
            room = self.lanes.room(name, WHOLE, now)
            closed = room if isinstance(room, Wait) and room.until - now > timedelta(seconds=1) else None
            yield InUse(
                owner=owner,
                relay=name,
                provider=WHOLE,
                connections=self.lanes.connections(name, now),
                flying=self._through(name),
                closed_until=None if closed is None else closed.until,
                why="" if closed is None else closed.why.removeprefix(f"{name}: "),
            )
        for name, provider in self.flying:
            idle = not (self.flying[name, provider] or self._speed.get((name, provider)))
            if idle and isinstance(self.lanes.room(name, WHOLE, now), Wait):
                continue  # another relay stands in
            yield InUse(
                owner=owner,
                relay=name,
                provider=provider,
                connections=min(self.lanes.in_flight(name, provider, now), self.lanes.connections(name, now)),
                flying=self.flying[name, provider],
                per_second=self._speed.get((name, provider), 0.0),
            )


def _swept(ways: Sequence[Way]) -> list[Outcome]:
    return [outcome for way in ways for outcome in way.transport.finished(timedelta(0))]

"""Decides how many messages may go now, to which provider, through which relay.

Limits are data: rates, sliding windows, warm-up caps and the paces of lanes. Asked with
`grant`, told with `started` and `heard`; nothing here waits, sends or reads a clock.
Several relays share the work by weight, and stand in for each other when one is full,
rests or cannot be reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from digest.delivery.pace import Pace
from digest.delivery.replies import Verdict
from digest.delivery.windows import Window, per_second
from digest.model.delivery import Phase, Reply
from digest.model.digest import RelayRules, WarmUp

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
#: A relay that cannot be reached rests so long, doubling with each failure up to UNREACHABLE_MOST.
UNREACHABLE = timedelta(seconds=30)
UNREACHABLE_MOST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """So many messages may start now, through this relay, over so many connections."""

    relay: str
    messages: int
    connections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing may start before `until`; `why` is for people."""

    until: datetime
    why: str


def warm_up_cap(warm_up: WarmUp, day: date) -> int:
    """Return how many messages a relay may take on `day` while it is new to the world."""
    doubled = max(day - warm_up.begins, timedelta(0)) // warm_up.double_every
    cap: int = warm_up.start << min(doubled, 40)
    return cap


class _Relay:
    """One relay's limits and health."""

    def __init__(self, rules: RelayRules) -> None:
        self.rules = rules
        self._rates = per_second(rules.per_second) if rules.per_second is not None else []
        self._day, self._hour = Window(DAY), Window(HOUR)
        self._failures = 0
        self._unreachable_until: datetime | None = None
        self._unreachable_why = ""

    def count(self, number: int, now: datetime) -> None:
        for window in (self._day, self._hour, *(window for _, window in self._rates)):
            window.count(number, now)

    def load(self, now: datetime) -> float:
        """Return its share of the last hour's work, by weight: the relay with the least is next."""
        return self._hour.used(now) / self.rules.weight

    def room(self, now: datetime) -> int:
        """Return how many may start now."""
        if self._unreachable_until is not None and now < self._unreachable_until:
            return 0
        return max(0, min(limit - window.used(now) for limit, window, _ in self._limits(now)))

    def closed(self, now: datetime) -> Wait:
        """Return until when and why there is no room."""
        waits = [
            Wait(until=window.free_at(limit, now), why=f"{self.rules.name}: {why}")
            for limit, window, why in self._limits(now)
        ]
        if self._unreachable_until is not None:
            waits.append(Wait(until=self._unreachable_until, why=self._unreachable_why))
        return max(waits, key=lambda wait: wait.until)

    def reached(self) -> None:
        self._failures, self._unreachable_until = 0, None

    def not_reached(self, reply: Reply, now: datetime) -> None:
        if self._unreachable_until is not None and now < self._unreachable_until:
            return
        rest = min(UNREACHABLE * 2 ** min(self._failures, 20), UNREACHABLE_MOST)
        self._failures += 1
        self._unreachable_until = now + rest
        self._unreachable_why = f"{self.rules.name}: not reachable: {reply}"

    def _limits(self, now: datetime) -> list[tuple[int, Window, str]]:
        limits = [(limit, window, f"{self.rules.per_second:g} a second") for limit, window in self._rates]
        if self.rules.per_day is not None:
            limits.append((self.rules.per_day, self._day, f"{self.rules.per_day} a day"))
        if self.rules.warm_up is not None:
            cap = warm_up_cap(self.rules.warm_up, now.astimezone(UTC).date())
            limits.append((cap, self._day, f"warming up, {cap} a day"))
        return limits or [(2**31, self._hour, "no limit")]


class Lanes:
    """All relays that a digest may be sent through, and the paces of their lanes."""

    def __init__(self, relays: Sequence[RelayRules]) -> None:
        if not relays:
            raise ValueError("no relay to send through")
        self._relays = {rules.name: _Relay(rules) for rules in relays}
        self._paces: dict[tuple[str, str], Pace] = {}

    def remember(self, relay: str, number: int, at: datetime) -> None:
        """Count what was sent before a restart; oldest first."""
        self._relays[relay].count(number, at)

    def grant(self, provider: str, wanted: int, now: datetime) -> Grant | Wait:
        """Return how many of `wanted` messages to `provider` may start, and through which relay.

        Raises:
            ValueError: `wanted` is not positive.
        """
        if wanted < 1:
            raise ValueError(f"{wanted}: not a number of messages")
        waits: list[Wait] = []
        open_ones: list[_Relay] = []
        for relay in self._relays.values():
            pace = self._pace(relay.rules.name, provider)
            if not pace.connections(now):
                why = f"{relay.rules.name} to {provider}: {pace.cause}"
                waits.append(Wait(until=pace.resumes(now), why=why))
            elif not relay.room(now):
                waits.append(relay.closed(now))
            else:
                open_ones.append(relay)
        if not open_ones:
            return min(waits, key=lambda wait: wait.until)
        chosen = min(open_ones, key=lambda relay: relay.load(now))
        return Grant(
            relay=chosen.rules.name,
            messages=min(wanted, chosen.room(now)),
            connections=self._pace(chosen.rules.name, provider).connections(now),
        )

    def started(self, relay: str, number: int, now: datetime) -> None:
        """Note that `number` messages began to be sent through `relay`."""
        self._relays[relay].count(number, now)

    def heard(self, relay: str, provider: str, reply: Reply, verdict: Verdict | None, now: datetime) -> None:
        """Take in an answer; `verdict` is None for one that was good."""
        if verdict is not None and reply.phase in _BEFORE_ANY_MESSAGE:
            self._relays[relay].not_reached(reply, now)
            return
        self._relays[relay].reached()
        if verdict is not None:
            self._pace(relay, provider).heard(verdict, now)

    def slow(self, now: datetime) -> list[str]:
        """Return in words which lanes do not go at full speed."""
        return [
            f"{relay} to {provider}: {pace.cause}: {allowed or 'no'} connection{'s' * (allowed != 1)}"
            for (relay, provider), pace in sorted(self._paces.items())
            if (allowed := pace.connections(now)) < self._relays[relay].rules.connections
        ]

    def _pace(self, relay: str, provider: str) -> Pace:
        key = (relay, provider)
        if key not in self._paces:
            self._paces[key] = Pace(self._relays[relay].rules.connections)
        return self._paces[key]


_BEFORE_ANY_MESSAGE = frozenset((Phase.CONNECT, Phase.TLS, Phase.EHLO, Phase.AUTH))

"""How much one relay may be given now: its rate, its day, and whether it can be reached at all.

Nothing here waits or reads a clock; what was sent is counted, what may be sent is a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from digest.delivery.windows import Window, per_second
from digest.model.digest import RelayRules, WarmUp

DAY = timedelta(days=1)
#: A relay that cannot be reached rests so long, doubling with each failure up to UNREACHABLE_MOST.
UNREACHABLE = timedelta(seconds=2)
UNREACHABLE_MOST = timedelta(minutes=15)
#: A relay that cut off so many messages, one after the other, is left alone for a while.
CUTS = 3
#: A login that was refused so often, one after the other, will be refused until a person has mended it.
LOGINS = 3


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


def per_day_cap(rules: RelayRules, now: datetime) -> int | None:
    """Return how many messages a relay may take within a day, None for as many as there are."""
    warming = None if rules.warm_up is None else warm_up_cap(rules.warm_up, now.astimezone(UTC).date())
    return min((cap for cap in (rules.per_day, warming) if cap is not None), default=None)


class Allowance:
    """One relay's limits, and how it has been of late.

    Several senders may use the relay at the same time: each keeps to its part of the rate.
    """

    def __init__(self, rules: RelayRules) -> None:
        self.rules = rules
        self._senders = 1
        self._rates = self._windows()
        self._day = Window(DAY)
        self._failures = self._logins = self._cuts = 0
        self._away_until: datetime | None = None
        self.away_since: datetime | None = None  #: the first failure since it was last reached
        self.away_why = ""
        self.took = False  #: whether it has taken a message at all

    @property
    def limited_by_day(self) -> bool:
        """Whether what all senders have sent within a day counts."""
        return self.rules.per_day is not None or self.rules.warm_up is not None

    @property
    def locked_out(self) -> bool:
        """Whether the relay refuses us in a way that only a person can mend."""
        return self._logins >= LOGINS

    def connections(self, allowed: int) -> int:
        """Return this sender's part of so many connections, at least one where there are any."""
        return max(1, allowed // self._senders) if allowed else 0

    def share(self, senders: int) -> None:
        """Keep to the part of one among `senders`."""
        if senders == self._senders:
            return
        self._senders, before = senders, self._rates
        self._rates = self._windows()
        for (_, window), (_, old) in zip(self._rates, before, strict=False):
            window.take_over(old)

    def know(self, uses: Sequence[tuple[datetime, int]]) -> None:
        """Learn what all senders have begun to send within the last day, oldest first; ours included."""
        self._day = Window(DAY)
        for at, number in uses:
            self._day.count(number, at)

    def count(self, number: int, now: datetime) -> None:
        """Count messages that begin."""
        for window in (self._day, *(window for _, window in self._rates)):
            window.count(number, now)

    def used_today(self, now: datetime) -> int:
        """Return how many messages it was given within a day."""
        return self._day.used(now)

    def used(self, now: datetime) -> float:
        """Return what it was given within a day for its weight: the relay with the least is next."""
        return self._day.used(now) / self.rules.weight if self.rules.weight else float("inf")

    def room(self, now: datetime) -> int:
        """Return how many messages may begin now."""
        if self._away_until is not None and now < self._away_until:
            return 0
        return max(0, min(limit - window.used(now) for limit, window, _ in self._limits(now)))

    def closed(self, now: datetime) -> Wait:
        """Return until when and why there is no room."""
        waits = [Wait(until=window.free_at(limit, now), why=why) for limit, window, why in self._limits(now)]
        if self._away_until is not None:
            waits.append(Wait(until=self._away_until, why=self.away_why))
        return max(waits, key=lambda wait: wait.until)

    def reached(self) -> None:
        """Note that it takes mail."""
        self._failures = self._logins = self._cuts = 0
        self._away_until = self.away_since = None
        self.away_why = ""
        self.took = True

    def cut_off(self, why: str, now: datetime) -> None:
        """Note that it hung up on a message without a word about it."""
        self._cuts += 1
        if self._cuts >= CUTS:
            self.not_reached(why, now, refused_login=False)

    def not_reached(self, why: str, now: datetime, *, refused_login: bool) -> None:
        """Note that no message could even be offered to it."""
        if self._away_until is not None and now < self._away_until:
            return
        rest = min(UNREACHABLE * 2 ** min(self._failures, 20), UNREACHABLE_MOST)
        self._failures += 1
        self._logins = self._logins + 1 if refused_login else 0
        self._away_until, self.away_why = now + rest, why
        self.away_since = self.away_since or now

    def _windows(self) -> list[tuple[int, Window]]:
        rate = self.rules.per_second
        return [] if rate is None else per_second(rate / self._senders)

    def _limits(self, now: datetime) -> list[tuple[int, Window, str]]:
        limits = [(limit, window, f"{self.rules.per_second:g} a second") for limit, window in self._rates]
        if self.rules.per_day is not None:
            limits.append((self.rules.per_day, self._day, f"{self.rules.per_day:,} a day are used up"))
        if self.rules.warm_up is not None:
            cap = warm_up_cap(self.rules.warm_up, now.astimezone(UTC).date())
            limits.append((cap, self._day, f"warming up: {cap:,} a day are used up"))
        return limits or [(2**31, self._day, "no limit")]

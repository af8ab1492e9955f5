"""Live progress: what a sender has recorded, on top of what the ledger said when it began."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from digest.model.delivery import DeliveryState
from digest.store.ledger.group import Group
from digest.store.ledger.history import Counts

#: The rate is that of so long: longer than a lane's pause, short enough to notice one.
LATELY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an edition has come."""

    edition: str
    counts: Counts
    sent_now: int  #: by this sender
    per_second: float  #: sent by this sender, of late
    at: datetime
    held_up: tuple[str, ...] = ()  #: what keeps mail from leaving now, in words

    @property
    def seconds_left(self) -> float | None:
        """Return the time left by what remains; None while nothing can be said."""
        return self.counts.unfinished / self.per_second if self.per_second > 0 else None


@dataclass(slots=True)
class Tally:
    """Counts while sending, without asking the database."""

    edition: str
    began: datetime
    before: Counts  #: what the ledger said at the beginning
    tell: Callable[[Progress], None]
    clock: Callable[[], datetime]
    sent: int = 0
    held_up: tuple[str, ...] = ()
    _new: Counter[DeliveryState] = field(default_factory=Counter)
    _past: deque[tuple[datetime, int]] = field(default_factory=deque)  #: how many were sent, a second apart

    def take(self, group: Group) -> None:
        """Count a committed group."""
        self.sent += len(group.replies)
        for mishap in group.mishaps:
            self._new[mishap.outcome] += 1

    def told(self) -> None:
        """Tell how far it has come."""
        now, new = self.clock(), self._new
        settled = self.sent + sum(new.values())
        counts = replace(
            self.before,
            queued=max(self.before.queued + self.before.leased - settled, 0),
            leased=0,
            sent=self.before.sent + self.sent,
            deferred=self.before.deferred + new[DeliveryState.DEFERRED],
            refused=self.before.refused + new[DeliveryState.REFUSED],
            unknown=self.before.unknown + new[DeliveryState.UNKNOWN],
            cancelled=self.before.cancelled + new[DeliveryState.CANCELLED],
        )
        self.tell(
            Progress(
                edition=self.edition,
                counts=counts,
                sent_now=self.sent,
                per_second=self._rate(now),
                at=now,
                held_up=self.held_up,
            )
        )

    def _rate(self, now: datetime) -> float:
        if not self._past:
            self._past.append((self.began, 0))
        if now - self._past[-1][0] >= timedelta(seconds=1):
            self._past.append((now, self.sent))
        while len(self._past) > 2 and now - self._past[1][0] >= LATELY:
            self._past.popleft()
        since, before = self._past[0]
        seconds = (now - since).total_seconds()
        return (self.sent - before) / seconds if seconds > 0 else 0.0

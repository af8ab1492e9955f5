"""Live progress: what a sender has recorded, on top of what the ledger said when it began."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from digest.model.delivery import DeliveryState
from digest.store.ledger.group import Group
from digest.store.ledger.history import Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an edition has come."""

    edition: str
    counts: Counts
    sent_now: int  #: by this sender
    per_second: float  #: sent by this sender since it began
    at: datetime

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
    _new: Counter[DeliveryState] = field(default_factory=Counter)

    def take(self, group: Group) -> None:
        """Count a committed group."""
        self.sent += len(group.replies)
        for mishap in group.mishaps:
            self._new[mishap.outcome] += 1

    def told(self) -> None:
        """Tell how far it has come."""
        now, new = self.clock(), self._new
        seconds = (now - self.began).total_seconds()
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
        rate = self.sent / seconds if seconds > 0 else 0.0
        self.tell(Progress(edition=self.edition, counts=counts, sent_now=self.sent, per_second=rate, at=now))

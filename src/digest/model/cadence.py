"""When a digest is due: wall-clock slots in a time zone, each of which fires exactly once.

An occurrence is a *slot on the wall*, not an instant: its key is the local date, with the
slot's number behind it from the second one of a day on, so that moving 08:00 to another
time on the same day never makes a second edition.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """On which days, at which times; as written, for people."""

    written: str  #: `weekdays at 07:00`, or five cron fields
    times: tuple[time, ...]  #: sorted, at least one, without zone
    weekdays: frozenset[int] = frozenset(range(7))  #: Monday is 0
    days: frozenset[int] = frozenset(range(1, 32))  #: of the month
    months: frozenset[int] = frozenset(range(1, 13))
    either_day: bool = False  #: cron's rule: day of month *or* weekday, when both are restricted

    def on(self, day: date) -> bool:
        """Whether the digest goes out on `day`, holidays and skips apart."""
        by_month, by_week = day.day in self.days, day.weekday() in self.weekdays
        return day.month in self.months and (
            (by_month or by_week) if self.either_day else by_month and by_week
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One slot of one digest on one date, and the instant at which it is due."""

    digest: str
    day: date
    number: int  #: from 1
    due: datetime  #: aware, UTC

    @property
    def key(self) -> str:
        """`2026-11-23`, or `2026-11-23/2` for the second slot of a day: the claim's unique key."""
        return self.day.isoformat() if self.number == 1 else f"{self.day.isoformat()}/{self.number}"

    @property
    def edition(self) -> str:
        """The edition's id: `morning/2026-11-23`."""
        return f"{self.digest}/{self.key}"


def instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """Return the UTC instant of a wall-clock time, or None when that local date never was.

    A time inside a spring gap moves forward by the gap; of an hour that comes twice the first
    one counts. A gap that pushes the time over midnight still belongs to `day`.
    """
    moment = datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)
    if moment.astimezone(zone).date() == day:
        return moment
    noon = datetime.combine(day, time(12), zone).astimezone(UTC)
    return moment if noon.astimezone(zone).date() == day else None


def due(
    cadence: Cadence, digest: str, zone: ZoneInfo, *, after: datetime, until: datetime
) -> Iterator[Occurrence]:
    """Yield every occurrence with `after` < due <= `until`, oldest first."""
    day = after.astimezone(zone).date() - timedelta(days=1)
    last = until.astimezone(zone).date() + timedelta(days=1)
    while day <= last:
        if cadence.on(day):
            for number, at in enumerate(cadence.times, 1):
                moment = instant(day, at, zone)
                if moment is not None and after < moment <= until:
                    yield Occurrence(digest=digest, day=day, number=number, due=moment)
        day += timedelta(days=1)


def coming(cadence: Cadence, digest: str, zone: ZoneInfo, *, after: datetime, count: int) -> list[Occurrence]:
    """Return the next `count` occurrences after `after`, looking at most five years ahead."""
    found: list[Occurrence] = []
    for occurrence in due(cadence, digest, zone, after=after, until=after + timedelta(days=5 * 366)):
        found.append(occurrence)
        if len(found) == count:
            break
    return found

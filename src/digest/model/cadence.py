"""When a digest is due: wall-clock slots in a time zone, each of which fires exactly once.

An occurrence is a *slot on the wall*, not an instant: its key is the local date, with the
slot's number behind it from the second one of a day on, so that moving 08:00 to another
time on the same day never makes a second edition.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: How the occurrence of a weekly round-up is named, behind its day.
ROUND_UP = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """On which days, at which times; as written, for people."""

    written: str  #: `weekdays at 07:00`, or five cron fields
    times: tuple[time, ...]  #: sorted, at least one, without zone
    weekdays: frozenset[int] = frozenset(range(7))  #: Monday is 0
    days: frozenset[int] = frozenset(range(1, 32))  #: of the month
    months: frozenset[int] = frozenset(range(1, 13))
    either_day: bool = False  #: cron's rule: day of month *or* weekday, when both are restricted

    @property
    def at_most_weekly(self) -> bool:
        """Whether it is no more often than once a week, so that nobody needs a round-up of it."""
        once = len(self.times) == 1 and not self.either_day
        return once and (len(self.weekdays) == 1 or len(self.days) <= 4)

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
    name: str = ""  #: ROUND_UP, for that

    @property
    def key(self) -> str:
        """The claim's unique key: `2026-11-23`, `2026-11-23/2` for the second slot, `2026-11-28/weekly`."""
        behind = [self.name] if self.name else []
        behind += [str(self.number)] if self.number > 1 else []
        return "/".join((self.day.isoformat(), *behind))

    @property
    def edition(self) -> str:
        """The edition's id: `morning/2026-11-23`."""
        return f"{self.digest}/{self.key}"


def occurrence_of(digest: str, key: str, due: datetime) -> Occurrence:
    """Return the occurrence that has this key: what `Occurrence.key` says, read again."""
    day, *behind = key.split("/")
    number = int(behind.pop()) if behind and behind[-1].isdigit() else 1
    name = behind[0] if behind else ""
    return Occurrence(digest=digest, day=date.fromisoformat(day), number=number, due=due, name=name)


def is_round_up(edition: str) -> bool:
    """Whether an edition of that name is a weekly round-up."""
    return edition.endswith(f"/{ROUND_UP}")


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
    cadence: Cadence, digest: str, zone: ZoneInfo, *, after: datetime, until: datetime, name: str = ""
) -> Iterator[Occurrence]:
    """Yield every occurrence with `after` < due <= `until`, oldest first; `name` stands in its key."""
    day = after.astimezone(zone).date() - timedelta(days=1)
    last = until.astimezone(zone).date() + timedelta(days=1)
    while day <= last:
        if cadence.on(day):
            for number, at in enumerate(cadence.times, 1):
                moment = instant(day, at, zone)
                if moment is not None and after < moment <= until:
                    yield Occurrence(digest=digest, day=day, number=number, due=moment, name=name)
        day += timedelta(days=1)


def coming(cadence: Cadence, digest: str, zone: ZoneInfo, *, after: datetime, count: int) -> list[Occurrence]:
    """Return the next `count` occurrences after `after`, looking at most five years ahead."""
    found: list[Occurrence] = []
    for occurrence in due(cadence, digest, zone, after=after, until=after + timedelta(days=5 * 366)):
        found.append(occurrence)
        if len(found) == count:
            break
    return found

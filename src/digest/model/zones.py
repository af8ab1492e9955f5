"""When each reader gets an edition that goes out by their own clocks.

The edition's time is a time on the wall. In each zone it comes once a day, also where the clock
is changed that day (`cadence.instant`); a reader may have named another hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from digest.model.cadence import instant

#: A reader's time zone, and the hour that they named.
Clock = tuple[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """The time of one edition on every wall."""

    day: date
    at: time
    zone: ZoneInfo  #: the digest's own, for readers who told none
    due: datetime  #: in it; aware, UTC
    hours_count: bool = True  #: whether a reader's hour counts: not where a digest has several times a day

    def by(self, clock: Clock) -> datetime:
        """Return when it comes to a reader with this clock; aware, UTC."""
        name, hour = clock
        zone = zone_named(name) or self.zone
        if zone == self.zone and (hour is None or not self.hours_count):
            return self.due
        at = time(hour) if hour is not None and self.hours_count else self.at
        return instant(self.day, at, zone) or self.due  # a date that never was there: with the others

    def span(self, clocks: Iterable[Clock]) -> tuple[datetime, datetime]:
        """Return when it comes to the first and to the last of these readers, its own time included."""
        times = [self.due, *(self.by(clock) for clock in clocks)]
        return min(times), max(times)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone of that name, None when there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, OSError, ValueError):  # the last two: a name that is a folder, or no path
        return None

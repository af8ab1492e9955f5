"""What is due, what is to be built ahead, and what goes out early because it is morning elsewhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.flows.outlook import why_not
from digest.flows.slots import morning_of, own_slots, round_ups
from digest.model.cadence import ROUND_UP, Occurrence
from digest.model.classes import Frequency
from digest.model.digest import Digest
from digest.store import editions, occurrences
from digest.store.roster import audience
from digest.wiring import House

#: How far back a first start looks, to know where to begin; nothing that old is sent.
BEFORE_THE_START = timedelta(days=8)
#: By how much a reader's morning can come before that of their digest: the widest zones, and any hour.
AHEAD_OF_ALL = timedelta(hours=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One edition, and when it reaches the first and the last of its readers."""

    digest: Digest
    slot: Occurrence
    opens: datetime  #: by then it must be built, approved and published
    closes: datetime

    @property
    def build(self) -> datetime:
        """Return when it is to be built."""
        return self.opens - self.digest.build_before

    @property
    def limit(self) -> timedelta:
        """Return how long after its last time it may still be published."""
        digest = self.digest
        return digest.catch_up if digest.valid_for is None else min(digest.catch_up, digest.valid_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What a round has to do beside what is due."""

    ahead: tuple[Window, ...]  #: to be built
    early: tuple[Window, ...]  #: to be let go, since some reader's morning is there


def window_of(house: House, digest: Digest, slot: Occurrence, now: datetime) -> Window:
    """Return when an edition reaches its readers: all at once, or each in their own morning."""
    if not digest.in_reader_timezone:
        return Window(digest=digest, slot=slot, opens=slot.due, closes=slot.due)
    opens, closes = morning_of(digest, slot).span(house.clocks(digest, now))
    return Window(digest=digest, slot=slot, opens=opens, closes=closes)


def note(house: House, now: datetime) -> Noted:
    """Write down every occurrence that has come due; those that are left out with their reason."""
    windows: list[Window] = []
    with house.store.write() as connection:
        for name in ("", ROUND_UP):
            last = occurrences.last_due(connection, now=now, name=name)
            for digest in house.schedule.digests:
                if digest.id not in last:
                    last[digest.id] = _begin(connection, digest, name, now)
                windows += _note(house, connection, digest, name, last[digest.id], now)
    return Noted(
        ahead=tuple(each for each in windows if each.build <= now),
        early=tuple(each for each in windows if each.opens <= now),
    )


def _note(
    house: House, connection: Connection, digest: Digest, name: str, after: datetime, now: datetime
) -> list[Window]:
    """Note what is due of one digest; return the windows of what is not."""
    far = AHEAD_OF_ALL if digest.in_reader_timezone else timedelta(0)
    slots = _slots(digest, name, after=after, until=now + digest.build_before + far)
    windows = [window_of(house, digest, slot, now) for slot in slots]
    windows = [each for each in windows if each.build <= now]
    if not windows:
        return []
    slots = [each.slot for each in windows]
    past = [each for each in windows if each.slot.due <= now]
    reasons = why_not(digest, slots) | _too_late(past, now) | _unwanted(connection, digest, slots)
    for each in past:
        if each.slot.edition in reasons:
            occurrences.skip(connection, each.slot, reason=reasons[each.slot.edition], now=now)
        else:
            occurrences.enter(connection, [each.slot])
    return [each for each in windows if each not in past and each.slot.edition not in reasons]


def _slots(digest: Digest, name: str, *, after: datetime, until: datetime) -> list[Occurrence]:
    which = round_ups if name == ROUND_UP else own_slots
    return which(digest, after=after, until=until)


def _begin(connection: Connection, digest: Digest, name: str, now: datetime) -> datetime:
    """Note where a digest begins: its newest slot before its first round is not sent after the fact."""
    slots = _slots(digest, name, after=now - BEFORE_THE_START, until=now)
    if slots:
        occurrences.skip(connection, slots[-1], reason="before the first start", now=now)
        return slots[-1].due
    return now


def _too_late(past: list[Window], now: datetime) -> dict[str, str]:
    """Return why occurrences that were missed are not sent any more."""
    reasons = {}
    for each in past:
        late = now - each.closes
        if each is not past[-1]:
            reasons[each.slot.edition] = "missed, and a newer one is due"
        elif late > each.digest.catch_up:
            reasons[each.slot.edition] = f"missed: found {hours(late)} late, more than catch_up"
    return reasons


def _unwanted(connection: Connection, digest: Digest, slots: list[Occurrence]) -> dict[str, str]:
    """Return why round-ups are left out that are not built yet: there is nobody who chose weekly."""
    asked = [slot for slot in slots if slot.name and editions.there(connection, slot.edition) is None]
    if not asked or audience.count(connection, digest.id, digest.audience, frequencies=(Frequency.WEEKLY,)):
        return {}
    return {slot.edition: "nobody chose weekly" for slot in asked}


def hours(span: timedelta) -> str:
    """Return a span as `1.5 h`."""
    return f"{span / timedelta(hours=1):.1f} h"

"""When editions of a digest come due: the digest's own, and the round-up of those who chose weekly."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from digest.model.cadence import ROUND_UP, Occurrence, due, is_round_up
from digest.model.classes import Frequency
from digest.model.digest import Digest
from digest.model.zones import Morning
from digest.store import editions
from digest.store.roster import audience

#: What a round-up looks back on, and for how long nothing in it comes again.
WEEK, TWO_WEEKS = timedelta(days=7), timedelta(days=14)


def own_slots(digest: Digest, *, after: datetime, until: datetime) -> list[Occurrence]:
    """Return the digest's own occurrences with `after` < due <= `until`, oldest first."""
    return list(due(digest.cadence, digest.id, digest.timezone, after=after, until=until))


def round_ups(digest: Digest, *, after: datetime, until: datetime) -> list[Occurrence]:
    """Return its weekly round-ups in that time; none of a digest that is no more often than weekly."""
    if digest.round_up is None:
        return []
    return list(due(digest.round_up, digest.id, digest.timezone, after=after, until=until, name=ROUND_UP))


def slots_on(digest: Digest, day: date) -> list[Occurrence]:
    """Return every occurrence of the local date `day`, the digest's own before its round-up."""
    start = datetime.combine(day, datetime.min.time(), UTC)
    after, until = start - timedelta(days=2), start + timedelta(days=3)
    around = (*own_slots(digest, after=after, until=until), *round_ups(digest, after=after, until=until))
    return [occurrence for occurrence in around if occurrence.day == day]


def slot_of(digest: Digest, day: date, edition: str) -> Occurrence | None:
    """Return the occurrence behind an edition; None where it is out of turn."""
    return next((slot for slot in slots_on(digest, day) if slot.edition == edition), None)


def morning_of(digest: Digest, slot: Occurrence) -> Morning:
    """Return the time of an occurrence on every reader's wall."""
    cadence = digest.round_up if slot.name and digest.round_up else digest.cadence
    return Morning(
        day=slot.day,
        at=cadence.times[slot.number - 1],
        zone=digest.timezone,
        due=slot.due,
        hours_count=len(cadence.times) == 1,
    )


def as_made(digest: Digest, edition: str, *, breaking: bool = False) -> Digest:
    """Return the rules by which `edition` is made.

    A round-up looks back on a whole week; breaking news may be one story.
    """
    if breaking:
        digest = replace(digest, skip=replace(digest.skip, with_fewer_than=1))
    if not is_round_up(edition):
        return digest
    rules = digest.stories
    longer = replace(
        rules,
        no_older_than=max(WEEK, rules.no_older_than),
        never_repeat_within=max(TWO_WEEKS, rules.never_repeat_within),
    )
    return replace(digest, stories=longer)


def served(digest: Digest, edition: str, *, breaking: bool) -> Collection[Frequency]:
    """Return how often readers want a digest who get `edition` of it.

    A digest that is no more often than weekly is all that those can want who chose weekly.
    """
    if is_round_up(edition):
        return (Frequency.WEEKLY,)
    often = [Frequency.EACH]
    often += [Frequency.WEEKLY] if digest.round_up is None else []
    return (*often, Frequency.BREAKING) if breaking else tuple(often)


def count_readers(connection: Connection, digest: Digest, edition: str = "") -> int:
    """Return how many readers would get `edition` of `digest` now; its next usual one when not named."""
    record = editions.there(connection, edition) if edition else None
    often = served(digest, edition, breaking=record is not None and record.breaking)
    return audience.count(connection, digest.id, digest.audience, frequencies=often)

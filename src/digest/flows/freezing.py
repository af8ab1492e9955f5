"""Freeze an edition's audience: each reader is enlisted with the words of their class, for their morning.

One pass over the roster. Who chose something since the edition was built that no words were made
for gets the nearest that were; nothing is sent that nobody could look at. `Plain text only` is
the text part of the same words.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from digest.flows.readers import Readership, kept_for, readership
from digest.flows.slots import morning_of, slot_of
from digest.model.classes import PLAIN, Choices, Placement, ReadingClass, place_of
from digest.model.digest import Digest, Schedule
from digest.model.zones import Morning
from digest.store import classes, editions, renderings
from digest.store.ledger import names
from digest.store.ledger.chunk import Terms
from digest.store.ledger.enlist import Enlisting, terms
from digest.store.roster.choices import sort_readers

_Lot = tuple[str, datetime, datetime | None]  #: variant, not before, valid until


@dataclass(slots=True)
class _Place:
    """Where readers are put who share class, lot and provider; `sort_readers` counts them."""

    put: Callable[[int], object]
    reading: ReadingClass
    readers: int = 0


def freeze(connection: Connection, schedule: Schedule, digest: Digest, edition: str, *, now: datetime) -> int:
    """Enlist every reader of an approved edition, and keep who gets whose words; return their number.

    Who is past the hour at `now` gets it at once, or is listed as too late when it is no longer valid.
    """
    record = editions.edition(connection, edition)
    readers = readership(schedule, digest, edition, breaking=record.breaking)
    slot = slot_of(digest, record.day, edition) if digest.in_reader_timezone else None
    morning = morning_of(digest, slot) if slot else None  # one out of turn goes to all at once
    hall = _Hall(connection, edition, digest, readers, morning, now)
    for _ in sort_readers(connection, readers.asked, hall.place):
        hall.enlisting.cut()
    number = hall.enlisting.finish()
    classes.save_placements(connection, edition, hall.placements())
    return number


class _Hall:
    """Shows every reader to their place; places are worked out once for all who chose the same."""

    def __init__(
        self,
        connection: Connection,
        edition: str,
        digest: Digest,
        readers: Readership,
        morning: Morning | None,
        now: datetime,
    ) -> None:
        self._connection, self._edition, self._digest = connection, edition, digest
        self._readers, self._morning, self._now = readers, morning, now
        self._kept = kept_for(connection, edition, readers)
        self._key = names.edition_key(connection, edition)
        self._places: list[_Place] = []
        self._lots: dict[_Lot, Terms] = {}
        self.enlisting = Enlisting(connection)

    def place(self, choices: Choices, provider: str) -> _Place:
        """Return the place of a reader who chose this and has such a mailbox."""
        reading = self._readers.class_of(choices)
        placement = self._kept[reading] = place_of(reading, self._kept)
        put: Callable[[int], object] = _nowhere
        if placement.variant:
            put = self.enlisting.open(self._terms(self._lot(placement, choices)), provider).append
        place = _Place(put, reading)
        self._places.append(place)
        return place

    def placements(self) -> list[Placement]:
        """Return where every class stood in the end, with its readers as they were counted now."""
        counted = dict.fromkeys(self._kept, 0)
        for place in self._places:
            counted[place.reading] += place.readers
        return [replace(self._kept[reading], readers=number) for reading, number in counted.items()]

    def _lot(self, placement: Placement, choices: Choices) -> _Lot:
        variant = placement.variant + (PLAIN if choices.plain else "")
        valid_for = self._digest.valid_for
        due = self._now
        if self._morning is not None:
            due = self._morning.by((choices.timezone, choices.hour))
        until = None if valid_for is None else due + valid_for
        return variant, max(due, self._now), until

    def _terms(self, lot: _Lot) -> Terms:
        if lot not in self._lots:
            variant, not_before, until = lot
            self._lots[lot] = terms(
                self._key,
                rendering_key(self._connection, self._edition, variant, now=self._now),
                not_before=not_before,
                valid_until=until,
                policy=self._digest.unknown,
            )
        return self._lots[lot]


def rendering_key(connection: Connection, edition: str, variant: str, *, now: datetime) -> int:
    """Return the key of the words of `variant`; its text part alone is made of words that were approved."""
    keys = names.rendering_keys(connection, edition)
    if variant not in keys:
        words = renderings.renderings(connection, edition)[variant.removesuffix(PLAIN)]
        renderings.save_rendering(connection, edition, variant, replace(words, html=""), now=now)
        keys = names.rendering_keys(connection, edition)
    return keys[variant]


def _nowhere(subscriber: int) -> None:
    """Put a reader nowhere: there is nothing in this edition for them."""

"""What will be sent, when, to how many, and what would stop it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from digest.audience.segment import in_words
from digest.flows.readers import Readership, readership
from digest.flows.slots import morning_of, own_slots, round_ups, served
from digest.flows.written import moment_json
from digest.model.cadence import Occurrence
from digest.model.classes import Choices, Frequency, ReadingClass
from digest.model.digest import Digest, Schedule
from digest.model.edition import EditionState
from digest.model.zones import Clock
from digest.settings.calendar import holidays_on
from digest.store import editions
from digest.store.editions import EditionRecord
from digest.store.ledger import history, names
from digest.store.roster.choices import count_choices

_GONE = (EditionState.SENDING, EditionState.PAUSED, EditionState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Readers whose clocks agree, and when an edition comes to them."""

    name: str  #: empty: they told none, and it is the digest's
    hour: int | None  #: that they named
    at: datetime
    readers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One edition that will be due."""

    digest: str
    edition: str
    due: datetime
    zone: ZoneInfo
    audience: str  #: in words: `everyone`, or a segment's conditions
    readers: int
    classes: tuple[tuple[ReadingClass, int], ...]  #: most readers first
    zones: tuple[Zone, ...]  #: in order of time; none where it goes to all at once
    state: str  #: in words
    waits: bool  #: for a person
    gone: bool = False  #: it is on its way or has been; then `readers` are those it was made out to

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "digest": self.digest,
            "edition": self.edition,
            "due": moment_json(self.due),
            "timezone": self.zone.key,
            "audience": self.audience,
            "readers": self.readers,
            "classes": [
                {"class": reading.key, "words": str(reading), "readers": number}
                for reading, number in self.classes
            ],
            "zones": [
                {"timezone": z.name or None, "hour": z.hour, "at": moment_json(z.at), "readers": z.readers}
                for z in self.zones
            ],
            "state": self.state,
            "waits_for_person": self.waits,
        }


def outlook(connection: Connection, schedule: Schedule, *, now: datetime, until: datetime) -> list[Coming]:
    """Return every occurrence between `now` and `until`, round-ups that somebody wants included."""
    coming: list[Coming] = []
    for digest in schedule.digests:
        all_of_them = replace(readership(schedule, digest, "").asked, frequencies=tuple(Frequency))
        counted = count_choices(connection, all_of_them)
        records = {record.id: record for record in editions.editions(connection, digest.id, limit=200)}
        slots = own_slots(digest, after=now, until=until)
        if any(choices.frequency is Frequency.WEEKLY for choices in counted):
            slots += round_ups(digest, after=now, until=until)
        free = why_not(digest, slots)
        for slot in slots:
            record = records.get(slot.edition)
            row = _coming(schedule, digest, slot, record, counted, free.get(slot.edition, ""))
            coming.append(_gone(connection, row, now) if record and record.state in _GONE else row)
    return sorted(coming, key=lambda each: (each.due, each.digest))


def _gone(connection: Connection, row: Coming, now: datetime) -> Coming:
    """Return the row of an edition that has left: who was left out of it, or came since, is not of it."""
    counts = history.counts(connection, names.edition_key(connection, row.edition), now=now)
    left = f": {counts.sent:,} of {counts.total:,}" if counts.sent != counts.total else ""
    return replace(row, readers=counts.total, classes=(), zones=(), state=f"{row.state}{left}", gone=True)


def _coming(
    schedule: Schedule,
    digest: Digest,
    slot: Occurrence,
    record: EditionRecord | None,
    counted: Mapping[Choices, int],
    left_out: str,
) -> Coming:
    state = record.state if record else None
    breaking = record is not None and record.breaking
    often = served(digest, slot.edition, breaking=breaking)
    mine = {choices: number for choices, number in counted.items() if choices.frequency in often}
    return Coming(
        digest=digest.id,
        edition=slot.edition,
        due=slot.due,
        zone=digest.timezone,
        audience=in_words(digest.audience),
        readers=sum(mine.values()),
        classes=_classes(readership(schedule, digest, slot.edition, breaking=breaking), mine),
        zones=_zones(digest, slot, mine) if digest.in_reader_timezone else (),
        state=_words(digest, state, left_out),
        waits=_waits(digest, state) and not left_out,
    )


def _classes(readers: Readership, mine: Mapping[Choices, int]) -> tuple[tuple[ReadingClass, int], ...]:
    found = Counter[ReadingClass]()
    for choices, number in mine.items():
        found[readers.class_of(choices)] += number
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0].key)))


def _zones(digest: Digest, slot: Occurrence, mine: Mapping[Choices, int]) -> tuple[Zone, ...]:
    morning, found = morning_of(digest, slot), Counter[Clock]()
    for choices, number in mine.items():
        found[choices.timezone, choices.hour] += number
    zones = [
        Zone(name=clock[0], hour=clock[1], at=morning.by(clock), readers=number)
        for clock, number in found.items()
    ]
    return tuple(sorted(zones, key=lambda zone: (zone.at, zone.name, zone.hour or 0)))


def why_not(digest: Digest, slots: list[Occurrence]) -> dict[str, str]:
    """Return why an edition is left out by the digest's calendar, by edition."""
    if not slots:
        return {}
    rules = digest.skip
    holidays = (
        holidays_on(rules.on_holidays, min(s.day for s in slots), max(s.day for s in slots))
        if rules.on_holidays
        else {}
    )
    reasons = {}
    for slot in slots:
        if slot.day in rules.on_dates:
            reasons[slot.edition] = "in skip.on_dates"
        elif slot.day in holidays:
            reasons[slot.edition] = holidays[slot.day]
    return reasons


def _waits(digest: Digest, state: EditionState | None) -> bool:
    if state is EditionState.HELD:
        return True
    return state is EditionState.READY and digest.approval.editors > 0


def _words(digest: Digest, state: EditionState | None, left_out: str) -> str:
    if left_out:
        return f"SKIPPED: {left_out}"
    if state is None:
        return "not built yet"
    if _waits(digest, state):
        number = digest.approval.editors
        return "held: waits for an editor" if number <= 1 else f"waits for {number} editors"
    return state.value

"""What will be sent, when, to how many, and what would stop it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from digest.flows.written import moment_json
from digest.model.cadence import Occurrence, due
from digest.model.digest import Digest, Schedule
from digest.model.edition import EditionState
from digest.settings.calendar import holidays_on
from digest.store import editions
from digest.store.roster import audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One edition that will be due."""

    digest: str
    edition: str
    due: datetime
    zone: ZoneInfo
    readers: int
    state: str  #: in words
    waits: bool  #: for a person

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "digest": self.digest,
            "edition": self.edition,
            "due": moment_json(self.due),
            "timezone": self.zone.key,
            "readers": self.readers,
            "state": self.state,
            "waits_for_person": self.waits,
        }


def outlook(connection: Connection, schedule: Schedule, *, now: datetime, until: datetime) -> list[Coming]:
    """Return every occurrence between `now` and `until`, in order of time."""
    coming = []
    for digest in schedule.digests:
        readers = audience.count(connection, digest.id, digest.audience)
        records = {record.id: record for record in editions.editions(connection, digest.id, limit=200)}
        slots = list(due(digest.cadence, digest.id, digest.timezone, after=now, until=until))
        free = why_not(digest, slots)
        for slot in slots:
            record = records.get(slot.edition)
            state = record.state if record else None
            coming.append(
                Coming(
                    digest=digest.id,
                    edition=slot.edition,
                    due=slot.due,
                    zone=digest.timezone,
                    readers=readers,
                    state=_words(digest, state, free.get(slot.edition, "")),
                    waits=_waits(digest, state) and slot.edition not in free,
                )
            )
    return sorted(coming, key=lambda each: (each.due, each.digest))


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

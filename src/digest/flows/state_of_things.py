"""The state of things: editions of late, sources, and everything that waits for a person."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from digest.flows.release import editors_needed
from digest.flows.sending.lanes_now import LanesNow, lanes_now
from digest.flows.written import moment_json
from digest.model.digest import Schedule
from digest.model.edition import EditionState
from digest.store import editions, visits
from digest.store.editions import EditionRecord
from digest.store.ledger import history, names
from digest.store.ledger.history import Counts

#: Editions that are told about, the newest first.
RECENT = 12


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One edition, as `status` tells it."""

    edition: str
    state: str
    subject: str
    told: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source, as `status` tells it."""

    source: str
    ok: bool
    at: datetime | None
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """Everything that `status` tells."""

    editions: tuple[EditionLine, ...]
    sources: tuple[SourceLine, ...]
    lanes: LanesNow
    waiting: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """Return 4 when something waits for a person, 1 when something has failed, else 0."""
        if self.waiting:
            return 4
        failed = any(not source.ok for source in self.sources if source.at is not None)
        failed = failed or self.lanes.failing
        return 1 if failed or any(e.state == EditionState.FAILED for e in self.editions) else 0

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "editions": [
                {"edition": e.edition, "state": e.state, "subject": e.subject, "deliveries": asdict(e.counts)}
                for e in self.editions
            ],
            "sources": [
                {"source": s.source, "ok": s.ok, "at": moment_json(s.at), "told": s.told}
                for s in self.sources
            ],
            **self.lanes.as_json(),
            "waiting": list(self.waiting),
        }


def state_of_things(connection: Connection, schedule: Schedule, *, now: datetime) -> Things:
    """Return what ran of late, what runs, and what waits for a person."""
    told, waiting = [], []
    digests = {digest.id: digest for digest in schedule.digests}
    for record in editions.editions(connection, limit=RECENT):
        counts = history.counts(connection, names.edition_key(connection, record.id), now=now)
        told.append(
            EditionLine(record.id, record.state.value, record.subject, _words(record, counts), counts)
        )
        digest = digests.get(record.digest)
        waiting += _waits(record, counts, editors_needed(digest, record.kind) if digest else 0)
    return Things(
        editions=tuple(told),
        sources=_sources(connection, schedule),
        lanes=lanes_now(connection, schedule.relays_in_use(), now=now),
        waiting=tuple(waiting),
    )


def _words(record: EditionRecord, counts: Counts) -> str:
    if not counts.total:
        return record.why
    parts = [f"{counts.sent:,} of {counts.total:,} sent"]
    for word in ("deferred", "refused", "unknown", "cancelled"):
        number = getattr(counts, word)
        if number:
            parts.append(f"{number:,} {word}")
    return ", ".join(parts)


def _waits(record: EditionRecord, counts: Counts, editors: int) -> list[str]:
    lines = []
    if record.state is EditionState.HELD or (record.state is EditionState.READY and editors):
        lines.append(f"{record.id} waits for approval: digest edition approve {record.id}")
    if record.state is EditionState.PAUSED:
        why = f" ({record.why})" if record.why else ""
        lines.append(f"{record.id} is paused{why}: digest edition resume {record.id}")
    if counts.unknown:
        lines.append(
            f"{record.id} has {counts.unknown:,} unknown: "
            f"digest edition show {record.id} --deliveries, then settle them"
        )
    return lines


def _sources(connection: Connection, schedule: Schedule) -> tuple[SourceLine, ...]:
    last = visits.last_visits(connection)
    found = []
    for source in schedule.sources:
        visit = last.get(source.id)
        if visit is None:
            found.append(SourceLine(source.id, True, None, ""))
        else:
            told = visit.why or f"{visit.new} new, {visit.updated} changed, {visit.same} known"
            found.append(SourceLine(source.id, visit.ok, visit.at, told))
    return tuple(found)

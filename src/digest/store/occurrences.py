"""Occurrences: what came due, claimed so that a digest fires exactly once for each.

The claim is a unique row (digest, slot), whoever tries and however often. Work on it is held by a
lease and a fence: a lease that ran out may be adopted, and the fence then shuts the old owner out.
Therefore **the effect of an occurrence (publish, skip) and `finish` belong into one transaction**:
a clock that runs wrong on one machine costs work done twice, never an edition sent twice.

How a scheduler ticks, in one write transaction: `last_due`, `model.cadence.due` from there to now,
`enter` or `skip` for each, `adopt`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from digest.model.cadence import ROUND_UP, Occurrence, occurrence_of
from digest.model.errors import Fenced
from digest.store.tables.occurrences import occurrences as _TABLE
from digest.store.upsert import add_missing

_Row = Row[*tuple[Any, ...]]


class OccurrenceState(StrEnum):
    """What became of an occurrence."""

    NEW = "new"  #: due, nobody works on it
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"  #: on purpose; the reason says why


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to work on an occurrence until the lease ends, or somebody adopts it."""

    occurrence: Occurrence
    owner: str
    fence: int
    lease_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceRecord:
    """An occurrence as the database knows it."""

    occurrence: Occurrence
    state: OccurrenceState
    reason: str
    owner: str
    lease_until: datetime | None
    finished_at: datetime | None


def enter(connection: Connection, occurrences: Iterable[Occurrence]) -> None:
    """Note that occurrences are due; those that are there already stay as they are."""
    add_missing(connection, _TABLE, [_values(occurrence) for occurrence in occurrences])


def skip(connection: Connection, occurrence: Occurrence, *, reason: str, now: datetime) -> bool:
    """Note that an occurrence is left out, and why; False when it is running, done or skipped already."""
    enter(connection, [occurrence])
    changed = connection.execute(
        update(_TABLE)
        .where(_is(occurrence), _TABLE.c.state == OccurrenceState.NEW.value)
        .values(state=OccurrenceState.SKIPPED.value, reason=reason, finished_at=now)
    )
    return changed.rowcount == 1


def claim(
    connection: Connection, occurrence: Occurrence, *, now: datetime, owner: str, lease: timedelta
) -> Claim | None:
    """Claim one occurrence, due or not; None when somebody works on it, or it is done or skipped."""
    enter(connection, [occurrence])
    return _take(connection, _is(occurrence), now=now, owner=owner, lease=lease)


def adopt(
    connection: Connection,
    *,
    now: datetime,
    owner: str,
    lease: timedelta,
    digests: Collection[str] | None = None,
) -> Claim | None:
    """Claim the oldest occurrence that nobody works on: a new one, or one whose lease ran out.

    Args:
        digests: only these; None for all.
    """
    which: ColumnElement[bool] = _free(now) & (_TABLE.c.due <= now)
    if digests is not None:
        which = and_(which, _TABLE.c.digest.in_(digests))
    oldest = select(_TABLE.c.key).where(which).order_by(_TABLE.c.due, _TABLE.c.key).limit(1)
    if connection.dialect.name == "postgresql":
        oldest = oldest.with_for_update(skip_locked=True)
    return _take(connection, _TABLE.c.key == oldest.scalar_subquery(), now=now, owner=owner, lease=lease)


def renew(connection: Connection, held: Claim, *, now: datetime, lease: timedelta) -> Claim:
    """Extend a lease.

    Raises:
        Fenced: somebody else owns the occurrence now.
    """
    row = connection.execute(
        update(_TABLE).where(_holds(held)).values(lease_until=now + lease).returning(_TABLE)
    ).first()
    if row is None:
        raise _fenced(held)
    return _claim(row)


def finish(
    connection: Connection,
    held: Claim,
    *,
    now: datetime,
    state: OccurrenceState = OccurrenceState.DONE,
    reason: str = "",
) -> None:
    """End the work, in the transaction of its effect.

    Raises:
        Fenced: somebody else owns the occurrence now: the effect must be rolled back.
    """
    changed = connection.execute(
        update(_TABLE)
        .where(_holds(held))
        .values(state=state.value, reason=reason, finished_at=now, lease_until=None)
    )
    if changed.rowcount == 0:
        raise _fenced(held)


def give_back(connection: Connection, held: Claim) -> None:
    """Stop working on an occurrence without an effect; the next tick may adopt it at once.

    Raises:
        Fenced: somebody else owns the occurrence now.
    """
    changed = connection.execute(
        update(_TABLE).where(_holds(held)).values(state=OccurrenceState.NEW.value, owner="", lease_until=None)
    )
    if changed.rowcount == 0:
        raise _fenced(held)


def last_due(connection: Connection, *, now: datetime, name: str = "") -> dict[str, datetime]:
    """Return, for each digest, when its newest noted occurrence was due, skipped ones included.

    One that was claimed before it was due does not count yet, so nothing between is overlooked.

    Args:
        name: of the occurrences asked for: empty for a digest's own, ROUND_UP for its round-ups.
    """
    round_up = _TABLE.c.slot.endswith(f"/{ROUND_UP}")
    rows = connection.execute(
        select(_TABLE.c.digest, func.max(_TABLE.c.due).label("due"))
        .where(_TABLE.c.due <= now, round_up if name == ROUND_UP else ~round_up)
        .group_by(_TABLE.c.digest)
    )
    return {row.digest: row.due for row in rows}


def occurrences(
    connection: Connection,
    digest: str | None = None,
    *,
    states: Collection[OccurrenceState] = (),
    limit: int = 50,
) -> list[OccurrenceRecord]:
    """Return occurrences, the newest first."""
    wanted = select(_TABLE).order_by(_TABLE.c.due.desc(), _TABLE.c.key.desc()).limit(limit)
    if digest is not None:
        wanted = wanted.where(_TABLE.c.digest == digest)
    if states:
        wanted = wanted.where(_TABLE.c.state.in_([state.value for state in states]))
    return [
        OccurrenceRecord(
            occurrence=_occurrence(row),
            state=OccurrenceState(row.state),
            reason=row.reason,
            owner=row.owner,
            lease_until=row.lease_until,
            finished_at=row.finished_at,
        )
        for row in connection.execute(wanted)
    ]


def _take(
    connection: Connection, which: ColumnElement[bool], *, now: datetime, owner: str, lease: timedelta
) -> Claim | None:
    row = connection.execute(
        update(_TABLE)
        .where(which, _free(now))
        .values(
            state=OccurrenceState.RUNNING.value,
            owner=owner,
            lease_until=now + lease,
            fence=_TABLE.c.fence + 1,
            claimed_at=now,
        )
        .returning(_TABLE)
    ).first()
    return None if row is None else _claim(row)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(
        _TABLE.c.state == OccurrenceState.NEW.value,
        and_(_TABLE.c.state == OccurrenceState.RUNNING.value, _TABLE.c.lease_until < now),
    )


def _is(occurrence: Occurrence) -> ColumnElement[bool]:
    return and_(_TABLE.c.digest == occurrence.digest, _TABLE.c.slot == occurrence.key)


def _holds(held: Claim) -> ColumnElement[bool]:
    return and_(
        _is(held.occurrence),
        _TABLE.c.fence == held.fence,
        _TABLE.c.state == OccurrenceState.RUNNING.value,
    )


def _values(occurrence: Occurrence) -> dict[str, Any]:
    return {
        "digest": occurrence.digest,
        "slot": occurrence.key,
        "day": occurrence.day,
        "number": occurrence.number,
        "due": occurrence.due,
        "state": OccurrenceState.NEW.value,
        "reason": "",
        "owner": "",
        "fence": 0,
    }


def _occurrence(row: _Row) -> Occurrence:
    return occurrence_of(row.digest, row.slot, row.due)


def _claim(row: _Row) -> Claim:
    return Claim(occurrence=_occurrence(row), owner=row.owner, fence=row.fence, lease_until=row.lease_until)


def _fenced(held: Claim) -> Fenced:
    return Fenced(f"{held.occurrence.edition}: somebody else works on it now: dropped by {held.owner}")

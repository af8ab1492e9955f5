"""What an old copy of the database may not do by itself: send what may have been sent since.

A copy knows what had left when it was made, and nothing of what left afterwards. So whoever was
not reached yet becomes `unknown`, as after a crash, whatever the policy; and what came due
meanwhile is left out. An editor decides about both.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, text, update

from digest.model.delivery import DeliveryState
from digest.model.digest import UnknownPolicy
from digest.model.edition import EditionState, before_sending
from digest.store.editions import EditionKind, note, set_state
from digest.store.ledger.claim import take
from digest.store.ledger.closing import close
from digest.store.ledger.retries import RETRIES
from digest.store.ledger.states import Closed
from digest.store.tables.archive import editions
from digest.store.tables.occurrences import occurrences

_OPEN = "SELECT c.id FROM chunks c WHERE c.closed_because IS NULL AND :now > 0"
_HOLD = text(
    "UPDATE chunks SET mark = size, policy = :policy, owner = NULL, lease_until = 0"
    " WHERE closed_because IS NULL"
)
_WAITING = text(
    "UPDATE exceptions SET outcome = :unknown, text = :why WHERE outcome = :deferred AND moved_to IS NULL"
    " AND settled_by IS NULL AND chunk IN (SELECT id FROM chunks WHERE closed_because IS NULL)"
)
_CUT_OFF = text(
    "UPDATE exceptions SET text = :why WHERE outcome = :unknown AND chunk = :chunk AND settled_by IS NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distrusted:
    """What was taken out of the copy's hands."""

    unknown: int  #: deliveries that may have been made since
    editions: tuple[str, ...]  #: whose deliveries those are
    skipped: tuple[str, ...]  #: editions that came due meanwhile


def distrust(connection: Connection, *, taken: datetime, now: datetime, who: str) -> Distrusted:
    """Hold back what the database, copied at `taken`, would send of the work that it had then."""
    why = f"restored from a backup of {taken:%Y-%m-%d %H:%M} UTC: it may have been sent since"
    values = {"unknown": DeliveryState.UNKNOWN.value, "deferred": DeliveryState.DEFERRED.value, "why": why}
    connection.execute(_HOLD, {"policy": UnknownPolicy.HOLD.value})
    connection.execute(_WAITING, values)
    touched: dict[int, None] = {}
    while (claimed := take(connection, _OPEN, "restore", now=now, more={})) is not None:
        touched[claimed.terms.edition] = None
        connection.execute(_CUT_OFF, values | {"chunk": claimed.id})
        closing = replace(claimed, terms=replace(claimed.terms, policy=UnknownPolicy.HOLD))
        close(connection, closing, claimed.bits, why=Closed.DONE, now=now, retries=RETRIES, chance=0)
    found = [row for row in _editions(connection) if row.key in touched]
    for row in found:
        if row.kind != EditionKind.LETTER.value:
            note(connection, row.id, who=who, what=why, now=now)
    return Distrusted(
        unknown=_count(connection, why),
        editions=tuple(row.id for row in found),
        skipped=_skip(connection, why, now, who),
    )


def _skip(connection: Connection, why: str, now: datetime, who: str) -> tuple[str, ...]:
    """Leave out the editions whose time has come since, or had come and waited for a person."""
    connection.execute(
        update(occurrences)
        .where(occurrences.c.state.in_(["new", "running"]), occurrences.c.due <= now)
        .values(state="skipped", reason=why, finished_at=now, owner="")
    )
    skipped = []
    for row in _editions(connection):
        state = EditionState(row.state)
        if before_sending(state) and row.due is not None and row.due <= now:
            set_state(connection, row.id, state, EditionState.SKIPPED, who=who, now=now, why=why)
            skipped.append(row.id)
    return tuple(skipped)


def _editions(connection: Connection) -> list[Row[*tuple[Any, ...]]]:
    columns = editions.c
    return list(connection.execute(select(columns.key, columns.id, columns.kind, columns.state, columns.due)))


def _count(connection: Connection, why: str) -> int:
    query = text("SELECT COUNT(*) FROM exceptions WHERE outcome = 'unknown' AND text = :why")
    return int(connection.execute(query, {"why": why}).scalar_one())

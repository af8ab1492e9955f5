"""How an edition stands: what is open, what is next; and the closing of what may not be sent any more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from digest.store.ledger.claim import claim_stale
from digest.store.ledger.closing import close
from digest.store.ledger.moments import moment, stamp
from digest.store.ledger.retries import RETRIES
from digest.store.ledger.states import Closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is open of an edition."""

    open: int  #: chunks not closed
    leased: int  #: of them, held by a living owner
    next_due: datetime | None  #: when the first of those that nobody holds may be sent


_OPEN = text(
    "SELECT COUNT(*) AS number, COALESCE(SUM(CASE WHEN lease_until > :now THEN 1 ELSE 0 END), 0) AS leased,"
    " MIN(CASE WHEN lease_until > :now THEN NULL ELSE not_before END) AS due"
    " FROM chunks WHERE edition = :edition AND closed_because IS NULL"
)

_UNDER_WAY = text(
    "SELECT e.id, e.digest FROM editions e WHERE e.state IN ('sending', 'sent') AND"
    " (EXISTS (SELECT 1 FROM chunks c WHERE c.edition = e.key AND c.closed_because IS NULL"
    " AND c.not_before <= :now)"
    " OR (e.state = 'sending' AND NOT EXISTS"
    " (SELECT 1 FROM chunks c WHERE c.edition = e.key AND c.closed_because IS NULL)))"
    " ORDER BY e.key"
)


def under_way(connection: Connection, *, now: datetime) -> list[tuple[str, str]]:
    """Return (edition, digest) of everything that a sender has to look at now, letters too, oldest first.

    Something of it is due, or nothing of it is left and it can take the step to `sent`. One that was
    sent is among them again when a letter was added to it, or an editor has had something sent again.
    """
    return [(row.id, row.digest) for row in connection.execute(_UNDER_WAY, {"now": stamp(now)})]


def standing(connection: Connection, edition: int, *, now: datetime) -> Standing:
    """Return what is open of `edition`."""
    row = connection.execute(_OPEN, {"edition": edition, "now": stamp(now)}).one()
    due = None if row.due is None else moment(row.due)
    return Standing(open=int(row.number), leased=int(row.leased), next_due=due)


def sweep(connection: Connection, owner: str, *, now: datetime) -> int:
    """Close every chunk that nobody holds and nobody may send any more; return how many.

    What a dead owner left of them becomes `unknown` first, the rest is cancelled without rows.
    """
    closed = 0
    while (claimed := claim_stale(connection, owner, now=now)) is not None:
        late = claimed.terms.valid_until <= stamp(now)
        why = Closed.TOO_LATE if late else Closed.WITHDRAWN
        close(connection, claimed, claimed.bits, why=why, now=now, retries=RETRIES, chance=0)
        closed += 1
    return closed

"""Close a chunk: merge its receipts, enlist again what is worth another try, give up the rest."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection, text

from digest.model.delivery import DeliveryState
from digest.model.digest import UnknownPolicy
from digest.store.ledger.again import again
from digest.store.ledger.chunk import Claimed
from digest.store.ledger.moments import stamp
from digest.store.ledger.receipts import merge, read_group
from digest.store.ledger.retries import Retries
from digest.store.ledger.states import Closed

_GROUPS = text("SELECT at, body FROM receipts WHERE chunk = :chunk ORDER BY number")
_CLOSE = text(
    "UPDATE chunks SET owner = NULL, lease_until = 0, closed_because = :why, mark = :mark,"
    " times = :times, replies = :replies"
    " WHERE id = :chunk AND fence = :fence AND closed_because IS NULL"
)
_DROP = text("DELETE FROM receipts WHERE chunk = :chunk")


#: Closed for these reasons, a chunk's deferred recipients have another try before them.
_GOES_ON = (Closed.DONE, Closed.MOVED)


def close(
    connection: Connection,
    claimed: Claimed,
    bits: bytes,
    *,
    why: Closed,
    now: datetime,
    retries: Retries,
    chance: float,
) -> bool:
    """Close a chunk of which nothing is in flight and every outcome is recorded, in `bits`.

    Returns False, and writes nothing, when the chunk is somebody else's now.
    """
    groups = [read_group(at, bytes(body)) for at, body in connection.execute(_GROUPS, {"chunk": claimed.id})]
    times, replies = merge(groups)
    values = {
        "why": why.value,
        "mark": replace(claimed, bits=bits).lowest_mark(),
        "times": times,
        "replies": replies,
        "chunk": claimed.id,
        "fence": claimed.fence,
    }
    if connection.execute(_CLOSE, values).rowcount != 1:
        return False
    connection.execute(_DROP, {"chunk": claimed.id})
    _enlist_again(connection, claimed, now=now, retries=retries, chance=chance, may=why in _GOES_ON)
    return True


_WAITING = text(
    "SELECT position, subscriber, outcome FROM exceptions WHERE chunk = :chunk"
    " AND outcome IN ('deferred', 'unknown') AND moved_to IS NULL AND settled_by IS NULL"
    " ORDER BY outcome, position"
)
_GIVE_UP = text(
    "UPDATE exceptions SET outcome = 'refused', settled_by = :by"
    " WHERE chunk = :chunk AND outcome = 'deferred' AND moved_to IS NULL"
)


def _enlist_again(
    connection: Connection, claimed: Claimed, *, now: datetime, retries: Retries, chance: float, may: bool
) -> None:
    rows = connection.execute(_WAITING, {"chunk": claimed.id}).all()
    for outcome, found in groupby(rows, key=lambda row: row.outcome):
        places = [(row.position, row.subscriber) for row in found if row.subscriber is not None]
        unknown = outcome == DeliveryState.UNKNOWN
        if unknown and claimed.terms.policy is UnknownPolicy.HOLD:
            continue
        later = _next_try(claimed, now=now, retries=retries, chance=chance, at_once=unknown)
        if later is not None and may and places:
            terms = replace(claimed.terms, not_before=later, attempt=claimed.terms.attempt + 1)
            again(connection, claimed.id, terms, places, by="the policy resend" if unknown else None)
        elif not unknown:
            connection.execute(_GIVE_UP, {"chunk": claimed.id, "by": "gave up"})


def _next_try(
    claimed: Claimed, *, now: datetime, retries: Retries, chance: float, at_once: bool
) -> int | None:
    """Return when those of `claimed` that were not settled may be tried again, None for never.

    What is unknown is sent again at once the first time: waiting would not make it any surer.
    """
    terms = claimed.terms
    if at_once and terms.attempt == 1:
        return stamp(now)
    wait = retries.wait(terms.attempt, timedelta(milliseconds=stamp(now) - terms.began), chance)
    if wait is None or stamp(now + wait) >= terms.valid_until:
        return None
    return stamp(now + wait)

"""Close a chunk: merge its receipts, enlist again what is worth another try, give up the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text

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
    "SELECT position, subscriber, attempt, again FROM exceptions WHERE chunk = :chunk"
    " AND outcome = :outcome AND moved_to IS NULL AND settled_by IS NULL ORDER BY position"
)
_GIVE_UP = text(
    "UPDATE exceptions SET outcome = 'refused', settled_by = 'gave up'"
    " WHERE chunk = :chunk AND position IN :positions AND outcome = 'deferred' AND moved_to IS NULL"
).bindparams(bindparam("positions", expanding=True))
#: Tries that lie no further apart than this are made together, at the time of the last.
_TOGETHER = timedelta(minutes=2) // timedelta(milliseconds=1)


def try_again(
    connection: Connection, claimed: Claimed, *, now: datetime, retries: Retries, chance: float
) -> None:
    """Enlist who was deferred again, before the rest of the chunk is done: it has to wait for its lane."""
    _enlist_deferred(connection, claimed, now=now, retries=retries, chance=chance, may=True)


def _enlist_again(
    connection: Connection, claimed: Claimed, *, now: datetime, retries: Retries, chance: float, may: bool
) -> None:
    _enlist_deferred(connection, claimed, now=now, retries=retries, chance=chance, may=may)
    if claimed.terms.policy is UnknownPolicy.HOLD or not may:
        return
    rows = _waiting(connection, claimed, DeliveryState.UNKNOWN)
    later = _next_try(claimed, now=now, retries=retries, chance=chance, at_once=True)
    if rows and later is not None:
        terms = replace(claimed.terms, not_before=later, attempt=claimed.terms.attempt + 1)
        places = [(row.position, row.subscriber) for row in rows if row.subscriber is not None]
        again(connection, claimed.id, terms, places, by="the policy resend")


def _enlist_deferred(
    connection: Connection, claimed: Claimed, *, now: datetime, retries: Retries, chance: float, may: bool
) -> None:
    """Give everybody who was deferred the next try, or up; those whose time comes together, together."""
    rows = _waiting(connection, claimed, DeliveryState.DEFERRED)
    if not rows:
        return
    usual = _next_try(claimed, now=now, retries=retries, chance=chance, at_once=False)
    given_up = []
    tries: list[tuple[int, int, int, int]] = []  # tries so far, when, position, subscriber
    for row in rows:
        due = usual if row.again is None else row.again
        if not may or due is None or due >= claimed.terms.valid_until or row.subscriber is None:
            given_up.append(row.position)
        else:
            tries.append((row.attempt, due, row.position, row.subscriber))
    if given_up:
        connection.execute(_GIVE_UP, {"chunk": claimed.id, "positions": given_up})
    for attempt, some in _together(tries):
        due = min(max(due for due, _, _ in some), claimed.terms.valid_until - 1)
        terms = replace(claimed.terms, not_before=due, attempt=attempt + 1)
        again(connection, claimed.id, terms, sorted((position, who) for _, position, who in some))


def _together(tries: list[tuple[int, int, int, int]]) -> Iterator[tuple[int, list[tuple[int, int, int]]]]:
    """Yield (tries so far, [(when, position, subscriber)]) of those that share both."""
    for attempt, found in groupby(sorted(tries), key=lambda one: one[0]):
        some: list[tuple[int, int, int]] = []
        for _, due, position, subscriber in found:
            if some and due - some[0][0] > _TOGETHER:
                yield attempt, some
                some = []
            some.append((due, position, subscriber))
        yield attempt, some


def _waiting(connection: Connection, claimed: Claimed, outcome: DeliveryState) -> Sequence[Row[Any]]:
    return connection.execute(_WAITING, {"chunk": claimed.id, "outcome": outcome.value}).all()


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

"""Freeze an audience: cut it into chunks, once, in the transaction that publishes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from digest.model.digest import UnknownPolicy
from digest.store.ledger import chunk
from digest.store.ledger.chunk import Terms
from digest.store.ledger.ids import CHUNK
from digest.store.ledger.moments import NEVER, stamp

_ROWS_AT_ONCE = 100


def enlist(
    connection: Connection,
    edition: int,
    rendering: int,
    audience: Iterable[tuple[int, str]],
    *,
    not_before: datetime,
    valid_until: datetime | None = None,
    priority: int = 0,
    policy: UnknownPolicy = UnknownPolicy.HOLD,
) -> int:
    """Enlist readers who all get the same words at the same time; return how many there are.

    Args:
        audience: (subscriber id, mailbox provider), ids ascending, each there once.
        not_before: nothing leaves earlier.
        valid_until: nothing leaves at or after it; None: no end.

    Raises:
        ValueError: the ids are not ascending.
    """
    lot = terms(
        edition, rendering, not_before=not_before, valid_until=valid_until, priority=priority, policy=policy
    )
    return enlist_lots(connection, ((id, provider, 0) for id, provider in audience), [lot])


def terms(
    edition: int,
    rendering: int,
    *,
    not_before: datetime,
    valid_until: datetime | None = None,
    priority: int = 0,
    policy: UnknownPolicy = UnknownPolicy.HOLD,
) -> Terms:
    """Return what the recipients of one lot share, whatever their provider."""
    begins = stamp(not_before)
    return Terms(
        edition=edition,
        rendering=rendering,
        provider="",
        not_before=begins,
        valid_until=NEVER if valid_until is None else stamp(valid_until),
        priority=priority,
        policy=policy,
        began=begins,
    )


def enlist_lots(
    connection: Connection, audience: Iterable[tuple[int, str, int]], lots: Sequence[Terms]
) -> int:
    """Cut an audience into chunks of one lot and one mailbox provider; return the number of recipients.

    Memory stays flat: at most one open chunk is held for each lot and provider.

    Args:
        audience: (subscriber id, mailbox provider, index of the lot), ids ascending, each there once.
        lots: may grow while the audience is read.

    Raises:
        ValueError: the ids are not ascending.
    """
    count = 0
    rows: list[dict[str, object]] = []
    for lot, provider, ids in _cut(audience):
        rows.append(chunk.row(replace(lots[lot], provider=provider), ids))
        count += len(ids)
        if len(rows) == _ROWS_AT_ONCE:
            chunk.insert_all(connection, rows)
            rows = []
    if rows:
        chunk.insert_all(connection, rows)
    return count


def _cut(audience: Iterable[tuple[int, str, int]]) -> Iterable[tuple[int, str, list[int]]]:
    gathered: dict[int, dict[str, list[int]]] = {}
    for subscriber, provider, lot in audience:
        try:
            ids = gathered[lot][provider]
        except KeyError:
            ids = gathered.setdefault(lot, {})[provider] = []
        ids.append(subscriber)
        if len(ids) == CHUNK:
            del gathered[lot][provider]
            yield lot, provider, ids
    for lot, providers in gathered.items():
        for provider, ids in providers.items():
            yield lot, provider, ids

"""Freeze an audience: cut it into chunks, once, in the transaction that publishes."""

from collections.abc import Iterable
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
    """Cut `audience` into chunks of one mailbox provider each; return the number of recipients.

    Called once for each variant, and for each wave when readers' time zones count. Memory stays
    flat: at most one open chunk a provider is held.

    Args:
        audience: (subscriber id, mailbox provider), ids ascending, each there once.
        not_before: nothing leaves earlier.
        valid_until: nothing leaves at or after it; None: no end.

    Raises:
        ValueError: the ids are not ascending.
    """
    begins = stamp(not_before)
    terms = Terms(
        edition=edition,
        rendering=rendering,
        provider="",
        not_before=begins,
        valid_until=NEVER if valid_until is None else stamp(valid_until),
        priority=priority,
        policy=policy,
        began=begins,
    )
    count = 0
    rows: list[dict[str, object]] = []
    for provider, ids in _cut(audience):
        rows.append(chunk.row(replace(terms, provider=provider), ids))
        count += len(ids)
        if len(rows) == _ROWS_AT_ONCE:
            chunk.insert_all(connection, rows)
            rows = []
    if rows:
        chunk.insert_all(connection, rows)
    return count


def _cut(audience: Iterable[tuple[int, str]]) -> Iterable[tuple[str, list[int]]]:
    gathered: dict[str, list[int]] = {}
    for subscriber, provider in audience:
        ids = gathered.setdefault(provider, [])
        ids.append(subscriber)
        if len(ids) == CHUNK:
            del gathered[provider]
            yield provider, ids
    yield from gathered.items()

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
    enlisting = Enlisting(connection)
    for subscriber, provider in audience:
        ids = enlisting.open(lot, provider)
        ids.append(subscriber)
        if len(ids) >= CHUNK:
            enlisting.cut()
    return enlisting.finish()


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


class Enlisting:
    """An audience while it is cut into chunks, each of one lot and one mailbox provider.

    Ids go into the list that `open` gives, ascending; `cut` makes chunks of what is full, and
    `finish` of the rest. Memory stays flat as long as it is cut now and then.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lists: dict[tuple[Terms, str], list[int]] = {}
        self._rows: list[dict[str, object]] = []
        self._count = 0

    def open(self, lot: Terms, provider: str) -> list[int]:
        """Return the list of those who share a lot and a provider; always the same one."""
        return self._lists.setdefault((lot, provider), [])

    def cut(self) -> None:
        """Make chunks of all that is full."""
        for (lot, provider), ids in self._lists.items():
            while len(ids) >= CHUNK:
                self._insert(lot, provider, ids[:CHUNK])
                del ids[:CHUNK]

    def finish(self) -> int:
        """Make chunks of everybody who is left; return the number of recipients.

        Raises:
            ValueError: the ids of a list were not ascending.
        """
        self.cut()
        for (lot, provider), ids in self._lists.items():
            if ids:
                self._insert(lot, provider, ids)
        self._lists = {}
        self._flush()
        return self._count

    def _insert(self, lot: Terms, provider: str, ids: list[int]) -> None:
        self._rows.append(chunk.row(replace(lot, provider=provider), ids))
        self._count += len(ids)
        if len(self._rows) == _ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            chunk.insert_all(self._connection, self._rows)
        self._rows = []

"""What the ledger lets go of: the relay's words after a while, and people who ask to be forgotten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from digest.store.ledger.among import among, listed
from digest.store.ledger.moments import stamp

_DROP = text(
    "UPDATE chunks SET replies = NULL WHERE replies IS NOT NULL AND closed_because IS NOT NULL"
    " AND not_before < :before AND edition IN (SELECT key FROM editions WHERE digest = :digest)"
)


def drop_replies(connection: Connection, digest: str, *, before: datetime) -> int:
    """Drop the relay's words of chunks that were due before `before`; return of how many.

    When each delivery was accepted stays, and so does everything that was no plain 250.
    """
    return connection.execute(_DROP, {"before": stamp(before), "digest": digest}).rowcount


def forget(connection: Connection, subscribers: Sequence[int]) -> None:
    """Take these people out of what was said about deliveries; relays quote addresses in their words.

    That somebody was mailed stays as a number that leads to nobody: an id is never given twice.
    """
    statement = text(
        f"UPDATE exceptions SET subscriber = NULL, text = '' WHERE subscriber IN {among(connection)}"
    )
    connection.execute(statement, {"ids": listed(subscribers)})

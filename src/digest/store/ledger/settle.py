"""Settle what is unknown: an editor says that it was sent, or has it sent again.

Only rows of `exceptions` change, so a chunk that somebody is sending at the moment is left alone.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, Row, TextClause, text

from digest.model.digest import UnknownPolicy
from digest.store.ledger.again import again
from digest.store.ledger.among import among, listed
from digest.store.ledger.chunk import Terms
from digest.store.ledger.moments import NEVER, stamp

_OPEN = "outcome = 'unknown' AND moved_to IS NULL AND settled_by IS NULL"
_SENT = (
    "UPDATE exceptions SET outcome = 'sent', settled_by = :by"
    f" WHERE chunk IN (SELECT id FROM chunks WHERE edition = :edition) AND {_OPEN}"
)
_NEWEST = (
    "SELECT n.key FROM renderings r JOIN renderings n ON n.edition_key = r.edition_key"
    " AND n.variant = r.variant WHERE r.key = c.rendering ORDER BY n.version DESC LIMIT 1"
)
_RESEND = (
    f"SELECT e.chunk, e.position, e.subscriber, ({_NEWEST}) AS rendering,"
    " c.provider, c.priority, c.policy, c.attempt, c.began"
    " FROM exceptions e JOIN chunks c ON c.id = e.chunk"
    f" WHERE c.edition = :edition AND e.subscriber IS NOT NULL AND {_OPEN}"
)


def settle_as_sent(
    connection: Connection, edition: int, *, by: str, subscribers: Sequence[int] | None = None
) -> int:
    """Take the word of `by` that the unknown deliveries of `edition` arrived; return how many there were.

    Args:
        edition: its key.
        subscribers: only theirs; None: all of them.
    """
    statement, values = _narrowed(connection, _SENT, edition, subscribers)
    return connection.execute(statement, values | {"by": by}).rowcount


def settle_by_resending(
    connection: Connection,
    edition: int,
    *,
    by: str,
    now: datetime,
    valid_until: datetime | None = None,
    subscribers: Sequence[int] | None = None,
) -> int:
    """Enlist the unknown deliveries of `edition` again, under the same Message-ID; return how many.

    They get the newest words of their variant: nobody sends again what was wrong and is corrected since.
    They may be sent from `now` on until `valid_until`, whatever the edition's own end was.
    """
    statement, values = _narrowed(connection, _RESEND, edition, subscribers)
    rows = connection.execute(text(f"{statement.text} ORDER BY e.chunk, e.position"), values).all()
    until = NEVER if valid_until is None else stamp(valid_until)
    for source, terms, places in _by_chunk(rows, edition, not_before=stamp(now), valid_until=until):
        again(connection, source, terms, places, by=by)
    return len(rows)


def _narrowed(
    connection: Connection, statement: str, edition: int, subscribers: Sequence[int] | None
) -> tuple[TextClause, dict[str, object]]:
    values: dict[str, object] = {"edition": edition}
    if subscribers is None:
        return text(statement), values
    return text(f"{statement} AND subscriber IN {among(connection)}"), values | {"ids": listed(subscribers)}


def _by_chunk(
    rows: Sequence[Row[tuple[object, ...]]], edition: int, *, not_before: int, valid_until: int
) -> Iterator[tuple[int, Terms, list[tuple[int, int]]]]:
    for source, group in groupby(rows, key=lambda row: row.chunk):
        found = list(group)
        terms = Terms(
            edition=edition,
            rendering=found[0].rendering,
            provider=found[0].provider,
            not_before=not_before,
            valid_until=valid_until,
            priority=found[0].priority,
            policy=UnknownPolicy(found[0].policy),
            attempt=found[0].attempt + 1,
            began=found[0].began,
        )
        yield source, terms, [(row.position, row.subscriber) for row in found]

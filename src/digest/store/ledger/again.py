"""Enlist again: the one way in which a recipient is sent to once more or later.

In one transaction the old place is marked as moved and the recipient stands in a new chunk.
First tries, retries, resends and corrections are so one code path with one proof.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, text

from digest.store.ledger import chunk
from digest.store.ledger.chunk import Terms

_MOVE = text(
    "UPDATE exceptions SET moved_to = :to, settled_by = COALESCE(:by, settled_by)"
    " WHERE chunk = :chunk AND position IN :positions AND moved_to IS NULL"
).bindparams(bindparam("positions", expanding=True))


def again(
    connection: Connection,
    source: int,
    terms: Terms,
    places: Sequence[tuple[int, int]],
    *,
    by: str | None = None,
) -> int:
    """Move `places`, each of which has a row in `exceptions`, into a new chunk; return its key.

    Args:
        source: key of the chunk they stand in now.
        terms: of the new chunk.
        places: (position, subscriber), positions ascending.
        by: who decided it; None for the usual course of things.
    """
    key = chunk.insert(connection, replace(terms), [subscriber for _, subscriber in places])
    positions = [position for position, _ in places]
    moved = connection.execute(_MOVE, {"to": key, "by": by, "chunk": source, "positions": positions}).rowcount
    if moved != len(places):
        raise ValueError(f"chunk {source}: {len(places) - moved} of {len(places)} places had moved already")
    return key

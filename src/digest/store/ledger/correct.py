"""Other words for who has not been reached yet: the correction of an edition on its way.

Who got which version stays readable: it is the rendering of the chunk in which they stand.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, text

from digest.model.errors import Busy
from digest.store.ledger import chunk
from digest.store.ledger.claim import take
from digest.store.ledger.closing import close
from digest.store.ledger.moments import stamp
from digest.store.ledger.retries import RETRIES
from digest.store.ledger.states import Closed

_HELD = text(
    "SELECT COUNT(*) FROM chunks WHERE edition = :edition AND closed_because IS NULL AND lease_until > :now"
)
_UNTOUCHED = text(
    "UPDATE chunks SET rendering = :new WHERE edition = :edition AND rendering = :old"
    " AND closed_because IS NULL AND mark = 0 AND fence = 0"
)
_TOUCHED = (
    "SELECT c.id FROM chunks c WHERE c.edition = :edition AND c.rendering = :old AND c.closed_because IS NULL"
)


def correct(connection: Connection, edition: int, renderings: Mapping[int, int], *, now: datetime) -> int:
    """Give every recipient who has not been reached the new words; return how many chunks that took.

    Untouched chunks get the new rendering. A chunk of which something was sent is closed where it
    stands, and its rest, with those who are to be tried again, goes on in a new one.

    Args:
        edition: its key; nobody may be sending it: pause it first.
        renderings: key of the old words -> key of the new ones, for each variant that changes.

    Raises:
        Busy: a sender still holds a chunk of it; nothing was changed.
    """
    values: dict[str, object] = {"edition": edition, "now": stamp(now)}
    if connection.execute(_HELD, values).scalar_one():
        raise Busy("correction: a sender still holds a part of the edition: wait until it has let go")
    count = 0
    for old, new in renderings.items():
        both = {"edition": edition, "old": old, "new": new}
        count += connection.execute(_UNTOUCHED, both).rowcount
        while (found := take(connection, _TOUCHED, "correction", now=now, more=both)) is not None:
            rest = [found.ids[position] for position in found.unsent()]
            terms = replace(found.terms, rendering=new)
            close(connection, replace(found, terms=terms), found.bits, why=Closed.MOVED, now=now,
                  retries=RETRIES, chance=0)  # fmt: skip
            if rest:
                chunk.insert(connection, terms, rest)
            count += 1
    return count

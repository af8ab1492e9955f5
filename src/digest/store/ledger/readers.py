"""The readers of a chunk, in one look: what a mail needs to know of each, and no more."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection

from digest.model.subscriber import Subscriber
from digest.store.ledger.among import POSTGRES, SQLITE, listed
from digest.store.ledger.hot import Hot

_COLUMNS = (
    "SELECT id, key, email, envelope, name, language, timezone, attributes FROM subscribers WHERE id IN "
)
_READERS = Hot(_COLUMNS + SQLITE, _COLUMNS + POSTGRES)


def readers(connection: Connection, ids: Sequence[int]) -> dict[int, Subscriber]:
    """Return the subscribers with these ids, by id; whoever was forgotten is missing."""
    return {
        id: Subscriber(
            id=id,
            key=key,
            email=email,
            envelope=envelope,
            name=name,
            language=language,
            timezone=timezone,
            attributes=json.loads(attributes) if attributes else {},
        )
        for id, key, email, envelope, name, language, timezone, attributes in _READERS.run(
            connection, {"ids": listed(ids)}
        )
    }

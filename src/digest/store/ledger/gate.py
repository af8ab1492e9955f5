"""The gate: who is not mailed after all, asked for each group just before it leaves.

An opt-out or a suppression *is* the cancellation of what is queued: nobody rewrites a chunk. The
reasons are the roster's; here is only the quick way to learn that, as nearly always, all may pass.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from digest.model.edition import EditionState
from digest.model.subscriber import Standing
from digest.store.ledger.among import POSTGRES, SQLITE, listed
from digest.store.ledger.hot import Hot
from digest.store.roster import audience

#: What is said of somebody who was there when the chunk was claimed, and is not now.
FORGOTTEN = audience.FORGOTTEN

_COUNT = (
    "SELECT COUNT(*) FROM subscribers s JOIN subscriptions b ON b.subscriber = s.id AND b.digest = :digest"
    " LEFT JOIN suppressions p ON p.who = s.who"
    f" WHERE s.id IN {{ids}} AND p.who IS NULL AND b.standing = '{Standing.CONFIRMED.value}'"
)
_ADMITTED = Hot(_COUNT.format(ids=SQLITE), _COUNT.format(ids=POSTGRES))
_STATE = Hot("SELECT state FROM editions WHERE key = :key")


def barred(connection: Connection, digest: str, ids: Sequence[int]) -> dict[int, str]:
    """Return which of `ids`, each there once, are not to get an edition of `digest`, and why."""
    found = _ADMITTED.run(connection, {"digest": digest, "ids": listed(ids)}).fetchone()
    return {} if found[0] == len(ids) else audience.barred(connection, digest, ids)


def state(connection: Connection, edition: int) -> EditionState:
    """Return the state of the edition with that key: whether its group may leave at all."""
    return EditionState(_STATE.run(connection, {"key": edition}).fetchone()[0])

"""The gate: who is not mailed after all, asked for each group just before it leaves.

An opt-out or a suppression *is* the cancellation of what is queued: nobody rewrites a chunk. The
reasons are the roster's; here is only the quick way to learn that, as nearly always, all may pass.
"""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection, TextClause, text

from digest.model.subscriber import Standing
from digest.store.ledger.among import among, listed
from digest.store.roster import audience

#: What is said of somebody who was there when the chunk was claimed, and is not now.
FORGOTTEN = audience.FORGOTTEN

_ADMITTED = (
    "SELECT COUNT(*) FROM subscribers s JOIN subscriptions b ON b.subscriber = s.id AND b.digest = :digest"
    " LEFT JOIN suppressions p ON p.who = s.who"
    f" WHERE s.id IN {{ids}} AND p.who IS NULL AND b.standing = '{Standing.CONFIRMED.value}'"
)


def barred(connection: Connection, digest: str, ids: Sequence[int]) -> dict[int, str]:
    """Return which of `ids`, each there once, are not to get an edition of `digest`, and why."""
    values = {"digest": digest, "ids": listed(ids)}
    if connection.execute(_admitted(among(connection)), values).scalar_one() == len(ids):
        return {}
    return audience.barred(connection, digest, ids)


@cache
def _admitted(ids: str) -> TextClause:
    return text(_ADMITTED.format(ids=ids))

"""Record a group: what became of the last sends, and that the next ones may begin.

One fenced UPDATE, committed before a byte of the group's own sends leaves. Everything that it
says is in one transaction: outcomes, mark, lease, the group's receipt, and a row for each mishap.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from digest.store.ledger import mishap
from digest.store.ledger.chunk import Claimed
from digest.store.ledger.hot import Hot
from digest.store.ledger.mishap import Mishap
from digest.store.ledger.receipts import write_group


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of one chunk, ready to be written."""

    claimed: Claimed
    mark: int  #: one above the last position that may be sent after the commit
    bits: bytes  #: with the outcomes below set
    replies: Sequence[tuple[int, str]] = ()  #: of those sent: position, the relay's words
    mishaps: Sequence[Mishap] = ()


_UPDATE = Hot(
    "UPDATE chunks SET mark = :mark, bits = :bits, lease_until = :until, relay = :relay"
    " WHERE id = :id AND fence = :fence AND closed_because IS NULL"
)
_RECEIPT = Hot(
    "INSERT INTO receipts (chunk, number, at, body) VALUES (:chunk, (SELECT COALESCE(MAX(number), 0) + 1"
    " FROM receipts WHERE chunk = :chunk), :at, :body)"
)


def record(connection: Connection, group: Group, *, at: int, until: int, relay: str = "") -> bool:
    """Write `group`; return False, and write nothing, when the chunk is somebody else's now.

    Args:
        at: now, in milliseconds.
        until: the new end of the lease, in milliseconds.
        relay: through which the chunk is sent.
    """
    chunk = group.claimed.id
    values = {
        "mark": group.mark,
        "bits": group.bits,
        "until": until,
        "relay": relay,
        "id": chunk,
        "fence": group.claimed.fence,
    }
    if _UPDATE.run(connection, values).rowcount != 1:
        return False
    if group.replies:
        _RECEIPT.run(connection, {"chunk": chunk, "at": at, "body": write_group(group.replies)})
    mishap.insert(connection, chunk, group.claimed.terms.attempt, group.mishaps, at)
    return True

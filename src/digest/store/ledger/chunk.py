"""A chunk as its owner holds it, and as it is put into the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from digest.model.digest import UnknownPolicy
from digest.store.ledger import ids as id_list
from digest.store.ledger.fates import blank, spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What all recipients of a chunk share. Times in milliseconds since 1970."""

    edition: int  #: its key
    rendering: int  #: key of variant and version: who got which words
    provider: str
    not_before: int
    valid_until: int
    priority: int = 0
    policy: UnknownPolicy = UnknownPolicy.HOLD
    attempt: int = 1
    began: int  #: when the first attempt was allowed to begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A chunk and the right to send it, until the lease ends or the fence is raised."""

    id: int
    fence: int
    terms: Terms
    ids: Sequence[int]
    mark: int  #: sending may have begun for the positions below
    bits: bytes

    def unsent(self) -> list[int]:
        """Return the positions for which nothing is recorded, ascending."""
        return [position for position, fate in enumerate(spread(self.bits, len(self.ids))) if not fate]

    def lowest_mark(self) -> int:
        """Return the lowest mark that is true while nothing is in flight."""
        unsent = self.unsent()
        return unsent[0] if unsent else len(self.ids)

    def ambiguous(self) -> list[int]:
        """Return the positions that a former owner may have sent, and did not tell."""
        return [
            position
            for position, fate in enumerate(spread(self.bits, len(self.ids))[: self.mark])
            if not fate
        ]


_INSERT = text(
    "INSERT INTO chunks (edition, rendering, provider, size, first_id, last_id, not_before, valid_until,"
    " priority, policy, attempt, began, fence, lease_until, mark, bits, ids)"
    " VALUES (:edition, :rendering, :provider, :size, :first_id, :last_id, :not_before, :valid_until,"
    " :priority, :policy, :attempt, :began, 0, 0, 0, :bits, :ids)"
)
_INSERT_ONE = text(f"{_INSERT.text} RETURNING id")


def insert(connection: Connection, terms: Terms, ids: Sequence[int]) -> int:
    """Insert one chunk of sorted `ids`; return its key."""
    return int(connection.execute(_INSERT_ONE, row(terms, ids)).scalar_one())


def insert_all(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    """Insert many chunks made by `row`."""
    connection.execute(_INSERT, rows)


def row(terms: Terms, ids: Sequence[int]) -> dict[str, object]:
    """Return the values of a new chunk's row.

    Raises:
        ValueError: no ids, more than a chunk may hold, or not ascending.
    """
    if not 0 < len(ids) <= id_list.CHUNK:
        raise ValueError(f"a chunk holds 1 to {id_list.CHUNK} recipients, not {len(ids)}")
    return {
        "edition": terms.edition,
        "rendering": terms.rendering,
        "provider": terms.provider,
        "size": len(ids),
        "first_id": ids[0],
        "last_id": ids[-1],
        "not_before": terms.not_before,
        "valid_until": terms.valid_until,
        "priority": terms.priority,
        "policy": terms.policy.value,
        "attempt": terms.attempt,
        "began": terms.began,
        "bits": blank(len(ids)),
        "ids": id_list.pack(ids),
    }

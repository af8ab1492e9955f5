"""Who sends which chunk: claim, renew, give back; and what a dead owner left is settled at the claim.

A claim raises the chunk's fence, and every later write names the fence it was claimed with. So a
sender that slept past its lease changes nothing more, and learns it at its next group.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Row, bindparam, text

from digest.model.delivery import DeliveryState, Phase, Reply
from digest.model.digest import UnknownPolicy
from digest.store.ledger import ids as id_list
from digest.store.ledger import mishap, owners
from digest.store.ledger.chunk import Claimed, Terms
from digest.store.ledger.fates import Fate, put
from digest.store.ledger.mishap import Mishap
from digest.store.ledger.moments import stamp


@dataclass(frozen=True, slots=True)
class Scope:
    """Which chunks a sender looks at."""

    column: str
    value: int | str


def of_edition(key: int) -> Scope:
    """Return the scope of one edition."""
    return Scope("c.edition", key)


def of_digest(digest: str) -> Scope:
    """Return the scope of one digest: its editions, its corrections, its letters."""
    return Scope("e.digest", digest)


#: How long a claim lasts without a word from its owner.
LEASE = timedelta(seconds=60)

_FIELDS = (
    "id, edition, rendering, provider, not_before, valid_until, priority, policy, attempt, began,"
    " fence, mark, bits, ids"
)
#: `sent` is there for what an editor or a policy sends again when all else is done.
_OPEN = (
    "SELECT c.id FROM chunks c JOIN editions e ON e.key = c.edition"
    " WHERE e.state IN ('sending', 'sent') AND c.closed_because IS NULL"
    " AND c.not_before <= :now AND c.valid_until > :now AND c.lease_until <= :now"
)
_STALE = (
    "SELECT c.id FROM chunks c JOIN editions e ON e.key = c.edition"
    " WHERE (c.valid_until <= :now OR e.state = 'cancelled') AND c.closed_because IS NULL"
    " AND c.lease_until <= :now"
)
_ORDER = " ORDER BY c.priority DESC, c.mark > 0 DESC, c.not_before, c.id LIMIT 1"
_CLAIM = (
    "UPDATE chunks SET owner = :owner, lease_until = :until, fence = fence + 1 WHERE id = ({}) RETURNING {}"
)


def claim(
    connection: Connection,
    owner: str,
    *,
    now: datetime,
    lease: timedelta = LEASE,
    scope: Scope | None = None,
    avoid: Collection[str] = (),
) -> Claimed | None:
    """Take the most urgent chunk that may be sent now, or return None when there is none.

    Of the recipients for whom a former owner had raised the mark without telling an outcome each
    gets a row `unknown`; with the policy `resend` they are enlisted again when the chunk closes.

    Args:
        owner: the sender's name (`owners.Owner.name`).
        scope: only these chunks; None: any edition that is being sent.
        avoid: mailbox providers whose lanes have no room.
    """
    chosen = _OPEN
    more: dict[str, object] = {}
    if scope is not None:
        chosen, more = f"{chosen} AND {scope.column} = :scope", {"scope": scope.value}
    if avoid:
        chosen, more = chosen + " AND c.provider NOT IN :avoid", more | {"avoid": list(avoid)}
    return take(connection, chosen, owner, now=now, lease=lease, more=more)


def providers_due(connection: Connection, *, now: datetime, scope: Scope) -> list[str]:
    """Return the mailbox providers of the chunks that could be claimed, whatever their lanes."""
    chosen = _OPEN.replace("SELECT c.id", "SELECT DISTINCT c.provider", 1)
    statement = text(f"{chosen} AND {scope.column} = :scope ORDER BY c.provider")
    return list(connection.execute(statement, {"now": stamp(now), "scope": scope.value}).scalars())


def claim_stale(
    connection: Connection, owner: str, *, now: datetime, lease: timedelta = LEASE
) -> Claimed | None:
    """Take a chunk that nobody holds and nobody may send any more: too late, or its edition cancelled.

    To be closed by the caller, in the same transaction.
    """
    return take(connection, _STALE, owner, now=now, lease=lease, more={})


def take(
    connection: Connection,
    chosen: str,
    owner: str,
    *,
    now: datetime,
    lease: timedelta = LEASE,
    more: Mapping[str, object],
) -> Claimed | None:
    """Take the first of the chunks `c` that the SELECT `chosen` finds; settle what is unknown of it."""
    locking = " FOR UPDATE OF c SKIP LOCKED" if connection.dialect.name == "postgresql" else ""
    statement = text(_CLAIM.format(chosen + _ORDER + locking, _FIELDS))
    if "avoid" in more:
        statement = statement.bindparams(bindparam("avoid", expanding=True))
    at = stamp(now)
    values = {"owner": owner, "now": at, "until": stamp(now + lease), **more}
    found = connection.execute(statement, values).one_or_none()
    return None if found is None else _settled(connection, _claimed(found), at)


def _claimed(found: Row[tuple[object, ...]]) -> Claimed:
    values = found._asdict()
    keep = {name: values.pop(name) for name in ("id", "fence", "mark", "bits", "ids")}
    terms = Terms(**values | {"policy": UnknownPolicy(values["policy"])})
    return Claimed(terms=terms, **keep | {"bits": bytes(keep["bits"]), "ids": id_list.unpack(keep["ids"])})


_HELD = text("UPDATE chunks SET bits = :bits WHERE id = :id AND fence = :fence")
_CUT_OFF = Reply(code=0, text="the sender ended before it could record the relay's answer", phase=Phase.DOT)


def _settled(connection: Connection, claimed: Claimed, at: int) -> Claimed:
    """Write down as unknown what a former owner left between the mark and its last word."""
    left = claimed.ambiguous()
    if not left:
        return claimed
    bits = bytearray(claimed.bits)
    for position in left:
        put(bits, position, Fate.HELD)
    mishaps = [
        Mishap(position=p, subscriber=claimed.ids[p], outcome=DeliveryState.UNKNOWN, reply=_CUT_OFF)
        for p in left
    ]
    mishap.insert(connection, claimed.id, claimed.terms.attempt, mishaps, at)
    settled = replace(claimed, bits=bytes(bits))
    connection.execute(_HELD, {"bits": settled.bits, "id": claimed.id, "fence": claimed.fence})
    return settled


_RENEW = text("UPDATE chunks SET lease_until = :until WHERE owner = :owner AND closed_because IS NULL")


def renew(connection: Connection, owner: str, *, now: datetime, lease: timedelta = LEASE) -> None:
    """Make the leases of all chunks that `owner` still holds last from `now` on."""
    connection.execute(_RENEW, {"until": stamp(now + lease), "owner": owner})


_GIVE_BACK = text(
    "UPDATE chunks SET owner = NULL, lease_until = 0, mark = :mark WHERE id = :id AND fence = :fence"
)


def give_back(connection: Connection, claimed: Claimed, bits: bytes) -> bool:
    """Let go of a chunk of which nothing is in flight and every outcome is recorded.

    The mark comes down to the first recipient to whom nothing has happened, so whoever claims the
    chunk next finds nothing unknown. Returns False when the chunk was somebody else's already.
    """
    values = {"mark": replace(claimed, bits=bits).lowest_mark(), "id": claimed.id, "fence": claimed.fence}
    return connection.execute(_GIVE_BACK, values).rowcount == 1


_LIVING = text(
    "SELECT DISTINCT owner FROM chunks"
    " WHERE closed_because IS NULL AND owner IS NOT NULL AND lease_until > :now"
)
_FREE = text(
    "UPDATE chunks SET lease_until = 0 WHERE owner IN :owners AND closed_because IS NULL"
).bindparams(bindparam("owners", expanding=True))


def free_the_dead(connection: Connection, folder: Path, *, now: datetime) -> Sequence[str]:
    """End the leases of senders that ran on this machine and run no longer; return their names."""
    gone = owners.dead(folder, connection.execute(_LIVING, {"now": stamp(now)}).scalars().all())
    if gone:
        connection.execute(_FREE, {"owners": gone})
    return gone

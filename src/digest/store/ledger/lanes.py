"""What senders know of relays and lanes, shared between processes and kept over restarts.

Which lanes are slow, how much of a relay's day is used, and what each living sender is at. All of
it is written in transactions that senders make anyway; nothing here decides.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, text

from digest.model.delivery import Rest
from digest.store.ledger.hot import Hot
from digest.store.ledger.moments import moment, stamp
from digest.store.tables.lanes import lanes_in_use, relays_away, slow_lanes
from digest.store.upsert import put

#: Uses within one piece of the day are counted together.
PIECE = timedelta(days=1) / 64
#: A sender that has not told for so long is gone, or has nothing to send.
SILENT = timedelta(seconds=10)

_L, _U, _A = slow_lanes.c, lanes_in_use.c, relays_away.c


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """What one sender is at in one lane, or with a relay as a whole where `provider` is empty."""

    owner: str
    relay: str
    provider: str
    connections: int  #: that it may use
    flying: int = 0  #: messages without an outcome
    per_second: float = 0.0  #: sent of late
    closed_until: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A relay that cannot be used, as the last sender that tried has found."""

    since: datetime  #: the first failure since it last took a message
    why: str


def slow(connection: Connection, relays: Collection[str]) -> dict[tuple[str, str], Rest]:
    """Return the slow lanes of `relays`, by relay and provider."""
    rows = connection.execute(select(slow_lanes).where(_L.relay.in_(relays)))
    return {
        (row.relay, row.provider): Rest(
            until=moment(row.rest_until), length=timedelta(milliseconds=row.rest), cause=row.cause
        )
        for row in rows
    }


def keep(connection: Connection, lanes: Mapping[tuple[str, str], Rest | None]) -> None:
    """Keep what was learnt about `lanes`; None: the lane is at full speed again."""
    rows = [
        {
            "relay": relay,
            "provider": provider,
            "rest_until": stamp(kept.until),
            "rest": kept.length // timedelta(milliseconds=1),
            "cause": kept.cause,
        }
        for (relay, provider), kept in lanes.items()
        if kept is not None
    ]
    put(connection, slow_lanes, rows, key=("relay", "provider"))
    for (relay, provider), kept in lanes.items():
        if kept is None:
            connection.execute(delete(slow_lanes).where(_L.relay == relay, _L.provider == provider))


def away(connection: Connection, relays: Collection[str]) -> dict[str, Away]:
    """Return those of `relays` that could not be used when last tried, whether or not a sender lives."""
    rows = connection.execute(select(relays_away).where(_A.relay.in_(relays)))
    return {row.relay: Away(since=moment(row.since), why=row.why) for row in rows}


def keep_away(connection: Connection, relays: Mapping[str, Away | None]) -> None:
    """Keep how `relays` are found; None: it takes mail. Away already, it stays so since it was."""
    gone = {relay: found for relay, found in relays.items() if found is not None}
    before = away(connection, gone)
    rows = [
        {
            "relay": relay,
            "since": stamp(min(found.since, before[relay].since) if relay in before else found.since),
            "why": found.why,
        }
        for relay, found in sorted(gone.items())
    ]
    put(connection, relays_away, rows, key=("relay",))
    back = [relay for relay in relays if relay not in gone]
    if back:
        connection.execute(delete(relays_away).where(_A.relay.in_(back)))


_USED = Hot("SELECT at, number FROM relay_uses WHERE relay = :relay AND at > :since ORDER BY at")
_COUNT = Hot(
    "INSERT INTO relay_uses (relay, at, number) VALUES (:relay, :at, :number)"
    " ON CONFLICT (relay, at) DO UPDATE SET number = relay_uses.number + excluded.number"
)
_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_FORGET = text("DELETE FROM relay_uses WHERE at < :before")


def hold_the_day(connection: Connection, relay: str) -> None:
    """Keep other senders from counting on what is left of `relay`'s day until this transaction ends.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"name": f"digest relay {relay}"})


def used(connection: Connection, relay: str, *, now: datetime) -> list[tuple[datetime, int]]:
    """Return what began to be sent through `relay` within the last day: (when its piece began, how many)."""
    since = stamp(now - timedelta(days=1) - PIECE)
    return [(moment(at), number) for at, number in _USED.run(connection, {"relay": relay, "since": since})]


def count(connection: Connection, relay: str, number: int, *, now: datetime) -> None:
    """Count `number` messages that begin to be sent through `relay`; negative: that many never began."""
    piece = PIECE // timedelta(milliseconds=1)
    _COUNT.run(connection, {"relay": relay, "at": stamp(now) // piece * piece, "number": number})


def tell(connection: Connection, owner: str, lanes: Iterable[InUse], *, now: datetime) -> None:
    """Replace what `owner` said it is at; forget who has been silent for an hour, and uses of old."""
    connection.execute(delete(lanes_in_use).where(_U.owner == owner))
    connection.execute(delete(lanes_in_use).where(_U.at < stamp(now - timedelta(hours=1))))
    connection.execute(_FORGET, {"before": stamp(now - timedelta(days=2))})
    rows = [
        {
            "owner": owner,
            "relay": lane.relay,
            "provider": lane.provider,
            "at": stamp(now),
            "connections": lane.connections,
            "flying": lane.flying,
            "per_second": lane.per_second,
            "closed_until": None if lane.closed_until is None else stamp(lane.closed_until),
            "why": lane.why,
        }
        for lane in lanes
    ]
    put(connection, lanes_in_use, rows, key=("owner", "relay", "provider"))


def silence(connection: Connection, owners: Collection[str]) -> None:
    """Take back what `owners`, who have ended, said they are at."""
    if owners:
        connection.execute(delete(lanes_in_use).where(_U.owner.in_(owners)))


def in_use(connection: Connection, *, now: datetime) -> list[InUse]:
    """Return what living senders are at."""
    rows = connection.execute(
        select(lanes_in_use).where(_U.at > stamp(now - SILENT)).order_by(_U.relay, _U.provider, _U.owner)
    )
    return [
        InUse(
            owner=row.owner,
            relay=row.relay,
            provider=row.provider,
            connections=row.connections,
            flying=row.flying,
            per_second=row.per_second,
            closed_until=None if row.closed_until is None else moment(row.closed_until),
            why=row.why,
        )
        for row in rows
    ]


def others(connection: Connection, owner: str, *, now: datetime) -> dict[str, int]:
    """Return relay -> how many living senders besides `owner` use it."""
    found: dict[str, set[str]] = {}
    for lane in in_use(connection, now=now):
        if lane.owner != owner:
            found.setdefault(lane.relay, set()).add(lane.owner)
    return {relay: len(owners) for relay, owners in found.items()}


_WAITING = (
    "SELECT c.provider AS provider, SUM(c.size - c.mark) AS number FROM chunks c"
    " JOIN editions e ON e.key = c.edition"
    " WHERE c.closed_because IS NULL AND e.state IN ('sending', 'paused', 'sent')"
)
_WAITING_ALL = text(f"{_WAITING} GROUP BY c.provider")
_WAITING_OF = text(f"{_WAITING} AND c.edition IN :editions GROUP BY c.provider").bindparams(
    bindparam("editions", expanding=True)
)


def waiting(connection: Connection, editions: Sequence[int] | None = None) -> dict[str, int]:
    """Return provider -> how many recipients wait; of all editions, or of those with these keys."""
    if editions is None:
        rows = connection.execute(_WAITING_ALL)
    else:
        rows = connection.execute(_WAITING_OF, {"editions": list(editions)})
    return {row.provider: int(row.number) for row in rows if row.number}

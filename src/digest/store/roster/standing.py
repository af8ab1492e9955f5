"""The steps of a subscription that are no yes and no no: asked for, paused, woken, how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from digest.model.subscriber import Standing
from digest.store.ledger.moments import moment, stamp
from digest.store.tables.roster import subscriptions
from digest.store.upsert import add_missing

_N = subscriptions.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One person's standing with one digest."""

    digest: str
    standing: Standing
    since: datetime
    frequency: str = "each"  #: each, weekly or breaking
    paused_until: datetime | None = None


def subscriptions_of(connection: Connection, subscriber: int) -> tuple[Subscription, ...]:
    """Return all subscriptions of one person, by digest."""
    query = select(subscriptions).where(_N.subscriber == subscriber).order_by(_N.digest)
    return tuple(
        Subscription(
            digest=row.digest,
            standing=Standing(row.standing),
            since=moment(row.since),
            frequency=row.frequency,
            paused_until=moment(row.paused_until) if row.paused_until is not None else None,
        )
        for row in connection.execute(query)
    )


def ask(
    connection: Connection, subscriber: int, digests: Sequence[str], provider: str, *, now: datetime
) -> None:
    """Make unconfirmed subscriptions, where there are none yet; what is there stays as it is."""
    rows = [
        {
            "digest": digest,
            "subscriber": subscriber,
            "standing": str(Standing.UNCONFIRMED),
            "since": stamp(now),
            "provider": provider,
        }
        for digest in digests
    ]
    add_missing(connection, subscriptions, rows)


def pause(
    connection: Connection, subscriber: int, digests: Sequence[str], *, until: datetime | None, now: datetime
) -> int:
    """Pause what is confirmed, until a moment or until further notice; return how many were.

    What is paused already gets the new end.
    """
    return connection.execute(
        update(subscriptions)
        .where(
            _N.subscriber == subscriber,
            _N.digest.in_(digests),
            _N.standing.in_([str(Standing.CONFIRMED), str(Standing.PAUSED)]),
        )
        .values(standing=str(Standing.PAUSED), since=stamp(now), paused_until=stamp(until) if until else None)
    ).rowcount


def resume(connection: Connection, subscriber: int, digests: Sequence[str], *, now: datetime) -> int:
    """End the pause of one person's subscriptions; return how many it was for."""
    mine = (_N.subscriber == subscriber) & _N.digest.in_(digests)
    return _wake(connection, mine, now)


def wake(connection: Connection, *, now: datetime) -> int:
    """End every pause whose time is over; return how many. Called before an audience is frozen."""
    return _wake(connection, _N.paused_until <= stamp(now), now)


def set_frequency(connection: Connection, subscriber: int, digest: str, frequency: str) -> None:
    """Write how often the person wants the digest."""
    connection.execute(
        update(subscriptions)
        .where(_N.subscriber == subscriber, _N.digest == digest)
        .values(frequency=frequency)
    )


def _wake(connection: Connection, which: ColumnElement[bool], now: datetime) -> int:
    return connection.execute(
        update(subscriptions)
        .where(_N.standing == str(Standing.PAUSED), which)
        .values(standing=str(Standing.CONFIRMED), since=stamp(now), paused_until=None)
    ).rowcount

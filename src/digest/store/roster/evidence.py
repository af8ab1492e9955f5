"""What people asked for and agreed to: requests that wait for a yes, and every yes with its evidence."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from digest.model.subscriber import Consent, Standing
from digest.store.ledger.moments import moment, stamp
from digest.store.tables.roster import asked, consents, requests, subscribers, subscriptions, suppressions
from digest.store.upsert import batches, put

_S, _N, _R, _C = subscribers.c, subscriptions.c, requests.c, consents.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person, or somebody in their name, asked for."""

    digests: tuple[str, ...]
    at: datetime
    source: str  #: `sign-up page`
    wording: str = ""  #: what the form said
    address: str = ""  #: of the browser


def keep_request(connection: Connection, subscriber: int, request: Request) -> None:
    """Keep what was asked for; the newest request counts."""
    row = {
        "subscriber": subscriber,
        "digests": json.dumps(request.digests),
        "at": stamp(request.at),
        "source": request.source,
        "wording": request.wording,
        "address": request.address,
    }
    put(connection, requests, [row], key=("subscriber",))


def requested(connection: Connection, subscriber: int) -> Request | None:
    """Return what the person asked for last, None when they never did here, or when it was answered."""
    row = connection.execute(select(requests).where(_R.subscriber == subscriber)).one_or_none()
    if row is None:
        return None
    return Request(
        digests=tuple(json.loads(row.digests)),
        at=moment(row.at),
        source=row.source,
        wording=row.wording,
        address=row.address,
    )


def answered(connection: Connection, subscriber: int) -> None:
    """Forget the request: it was said yes or no to."""
    connection.execute(delete(requests).where(_R.subscriber == subscriber))


def keep_consent(connection: Connection, subscriber: int, digest: str, consent: Consent) -> None:
    """Write down a yes; nothing ever changes it."""
    row = {
        "subscriber": subscriber,
        "digest": digest,
        "at": stamp(consent.at),
        "source": consent.source,
        "wording": consent.wording,
        "address": consent.address,
    }
    connection.execute(consents.insert().values(row))


def consents_of(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[tuple[str, Consent]]]:
    """Return every yes of these people, the oldest first: (digest, consent); no digest: all asked for."""
    found: dict[int, list[tuple[str, Consent]]] = {}
    for some in batches(ids):
        query = select(consents).where(_C.subscriber.in_(some)).order_by(_C.subscriber, _C.at, _C.id)
        for row in connection.execute(query):
            consent = Consent(at=moment(row.at), source=row.source, wording=row.wording, address=row.address)
            found.setdefault(row.subscriber, []).append((row.digest, consent))
    return found


def may_ask(
    connection: Connection, person: str, *, now: datetime, every: timedelta = timedelta(days=1)
) -> bool:
    """Whether somebody may be sent a confirmation letter now; if so, it counts as sent.

    Args:
        person: keyed hash of `Address.person`: plus tags and dots do not multiply a mailbox.
        every: one letter in this span at most.
    """
    who = bytes.fromhex(person)
    last = connection.execute(select(asked.c.at).where(asked.c.person == who)).scalar_one_or_none()
    if last is not None and stamp(now) - last < every // timedelta(milliseconds=1):
        return False
    put(connection, asked, [{"person": who, "at": stamp(now)}], key=("person",))
    return True


def mark_asked(connection: Connection, ids: Sequence[int], *, now: datetime) -> None:
    """Note that a confirmation letter to these people was enlisted."""
    for some in batches(ids):
        connection.execute(update(subscribers).where(_S.id.in_(some)).values(asked=stamp(now)))


def never_asked(connection: Connection, *, most: int = 1_000) -> dict[int, list[str]]:
    """Return who has an unconfirmed subscription and was never sent a letter: id -> digests, ascending.

    They came in by a file. The suppressed are left out.
    """
    waiting = (
        select(_N.subscriber)
        .join_from(subscriptions, subscribers, _S.id == _N.subscriber)
        .where(
            _N.standing == str(Standing.UNCONFIRMED),
            _S.asked.is_(None),
            _S.who.not_in(select(suppressions.c.who)),
        )
        .distinct()
        .order_by(_N.subscriber)
        .limit(most)
    )
    ids = [row.subscriber for row in connection.execute(waiting)]
    found: dict[int, list[str]] = {subscriber: [] for subscriber in ids}
    for some in batches(ids):
        query = select(_N.subscriber, _N.digest).where(
            _N.subscriber.in_(some), _N.standing == str(Standing.UNCONFIRMED)
        )
        for subscriber, digest in connection.execute(query.order_by(_N.digest)):
            found[subscriber].append(digest)
    return found

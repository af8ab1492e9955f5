"""What people asked for and agreed to: requests that wait for a yes, and every yes with its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, text, update

from digest.model.subscriber import Consent, Standing
from digest.store.ledger.moments import moment, stamp
from digest.store.tables.roster import asked, consents, requests, subscribers, subscriptions, suppressions
from digest.store.upsert import batches, put

_FORGET_ASKED = text("DELETE FROM asked WHERE at <= :before")
#: One statement, so that of two forms at the same moment one is refused.
_ASK_ONCE = text("INSERT INTO asked (person, at) VALUES (:who, :now) ON CONFLICT DO NOTHING")
_S, _N, _R, _C = subscribers.c, subscriptions.c, requests.c, consents.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """When, where and how a person, or somebody in their name, asked for a digest."""

    at: datetime
    source: str  #: `sign-up page`
    wording: str = ""  #: what the form said
    address: str = ""  #: of the browser


def keep_request(connection: Connection, subscriber: int, digests: Sequence[str], request: Request) -> None:
    """Keep what was asked for; of two requests for one digest the newer counts."""
    rows = [
        {
            "subscriber": subscriber,
            "digest": digest,
            "at": stamp(request.at),
            "source": request.source,
            "wording": request.wording,
            "address": request.address,
        }
        for digest in digests
    ]
    put(connection, requests, rows, key=("subscriber", "digest"))


def requested(connection: Connection, subscriber: int) -> dict[str, Request]:
    """Return what the person asked for here and has not answered, by digest."""
    query = select(requests).where(_R.subscriber == subscriber).order_by(_R.digest)
    return {
        row.digest: Request(at=moment(row.at), source=row.source, wording=row.wording, address=row.address)
        for row in connection.execute(query)
    }


def answered(connection: Connection, subscriber: int, digests: Sequence[str]) -> None:
    """Forget requests: they were said yes or no to."""
    connection.execute(delete(requests).where(_R.subscriber == subscriber, _R.digest.in_(digests)))


def keep_consent(connection: Connection, subscriber: int, digest: str, consent: Consent) -> None:
    """Write down a yes; nothing ever changes it."""
    row = {
        "subscriber": subscriber,
        "digest": digest,
        "at": stamp(consent.at),
        "source": consent.source,
        "wording": consent.wording,
        "address": consent.address,
        "asked": stamp(consent.asked) if consent.asked else None,
        "asked_from": consent.asked_from,
        "confirmation": consent.confirmation,
    }
    connection.execute(consents.insert().values(row))


def consents_of(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[tuple[str, Consent]]]:
    """Return every yes of these people, the oldest first: (digest, consent); no digest: all asked for."""
    found: dict[int, list[tuple[str, Consent]]] = {}
    for some in batches(ids):
        query = select(consents).where(_C.subscriber.in_(some)).order_by(_C.subscriber, _C.at, _C.id)
        for row in connection.execute(query):
            found.setdefault(row.subscriber, []).append((row.digest, _consent(row)))
    return found


def _consent(row: Row[Any]) -> Consent:
    return Consent(
        at=moment(row.at),
        source=row.source,
        wording=row.wording,
        address=row.address,
        asked=moment(row.asked) if row.asked is not None else None,
        asked_from=row.asked_from,
        confirmation=row.confirmation,
    )


def may_ask(
    connection: Connection, person: str, *, now: datetime, every: timedelta = timedelta(days=1)
) -> bool:
    """Whether somebody may be sent a letter that anybody can have sent to them; if so, it counts as sent.

    Args:
        person: keyed hash of `Address.person`: plus tags and dots do not multiply a mailbox.
        every: one letter in this span at most.
    """
    connection.execute(_FORGET_ASKED, {"before": stamp(now - every)})
    return connection.execute(_ASK_ONCE, {"who": bytes.fromhex(person), "now": stamp(now)}).rowcount == 1


def has_answered(connection: Connection, person: str) -> None:
    """Forget when somebody was asked: they answered, so they may be asked again when they ask for more."""
    connection.execute(delete(asked).where(asked.c.person == bytes.fromhex(person)))


def mark_asked(connection: Connection, ids: Sequence[int], *, now: datetime) -> None:
    """Note that a confirmation letter to these people was enlisted."""
    for some in batches(ids):
        connection.execute(update(subscribers).where(_S.id.in_(some)).values(asked=stamp(now)))


def unanswered_since(connection: Connection, subscriber: int) -> datetime | None:
    """Return when the person was sent a letter, if they have said no yes to anything since; else None."""
    query = select(_S.asked).where(_S.id == subscriber)
    asked_at = connection.execute(query).scalar_one_or_none()
    if asked_at is None:
        return None
    answer = select(_C.id).where(_C.subscriber == subscriber, _C.at >= asked_at).limit(1)
    return None if connection.execute(answer).one_or_none() else moment(asked_at)


def never_asked(connection: Connection, *, most: int = 1_000) -> dict[int, list[str]]:
    """Return who has an unconfirmed subscription and was never sent a letter: id -> digests, ascending.

    They came in by a file: who signed up by a form was asked by it, or may not be asked yet. The
    suppressed are left out.
    """
    waiting = (
        select(_N.subscriber)
        .join_from(subscriptions, subscribers, _S.id == _N.subscriber)
        .where(
            _N.standing == str(Standing.UNCONFIRMED),
            _N.import_number.is_not(None),
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

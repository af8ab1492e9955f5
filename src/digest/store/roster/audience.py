"""Whom an edition goes to: frozen at publish, counted beforehand, and looked at once more for each group.

The conditions are built from values that `settings` has checked, with bound parameters; no SQL
comes from anybody. `audience/segment.matches` says the same for one subscriber.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from digest.model.classes import Frequency
from digest.model.digest import Audience
from digest.model.subscriber import Standing
from digest.model.text import primary
from digest.store.ledger.moments import stamp
from digest.store.roster.pages import BATCH
from digest.store.tables.roster import subscribers, subscriptions, suppressions
from digest.store.upsert import batches

_S, _N, _X = subscribers.c, subscriptions.c, suppressions.c
_AT_ONCE = 10_000

EVERYONE = Audience()
#: Why nobody of that id may be mailed.
FORGOTTEN = "forgotten"


def audience(connection: Connection, digest: str, wanted: Audience = EVERYONE) -> Iterator[tuple[int, str]]:
    """Yield (subscriber id, mailbox provider), ids ascending, of all who get the next edition of `digest`.

    Confirmed, not suppressed, and in `wanted`. A million takes about a second; memory stays flat
    but for the ids of the suppressed.
    """
    stopped = {row[0] for row in connection.execute(suppressed(digest))}
    query = _confirmed(select(_N.subscriber, _N.provider), digest, wanted).order_by(_N.subscriber)
    result = connection.execute(query.execution_options(stream_results=True, yield_per=_AT_ONCE))
    for rows in result.partitions():
        if stopped:
            yield from ((row[0], row[1]) for row in rows if row[0] not in stopped)
        else:
            yield from ((row[0], row[1]) for row in rows)


def count(
    connection: Connection,
    digest: str,
    wanted: Audience = EVERYONE,
    *,
    frequencies: Collection[Frequency] = tuple(Frequency),
) -> int:
    """Return how many confirmed readers, not suppressed, are in `wanted` and want it so often."""
    often = _N.frequency.in_([each.value for each in frequencies])
    everyone = connection.execute(_confirmed(select(func.count()), digest, wanted).where(often)).scalar_one()
    stopped = _confirmed(select(func.count()), digest, wanted, joined=True).where(often)
    stopped = stopped.where(_S.who.in_(select(_X.who)))
    return int(everyone) - int(connection.execute(stopped).scalar_one())


def standings(connection: Connection) -> dict[str, dict[Standing, int]]:
    """Return how many subscriptions of each standing every digest has."""
    found: dict[str, dict[Standing, int]] = {}
    query = select(_N.digest, _N.standing, func.count()).group_by(_N.digest, _N.standing)
    for digest, standing, number in connection.execute(query):
        found.setdefault(digest, {})[Standing(standing)] = number
    return found


def barred(connection: Connection, digest: str, ids: Sequence[int]) -> dict[int, str]:
    """Return those of `ids` who must not be mailed an edition of `digest` now, and why.

    The why is what the ledger records with `cancelled`: `unsubscribed`, `unconfirmed`, `paused`,
    a suppression's reason, or FORGOTTEN for a person who is gone.
    """
    found = dict.fromkeys(ids, FORGOTTEN)
    for some in batches(ids, BATCH):
        query = (
            select(_S.id, _N.standing, _X.reason)
            .outerjoin_from(subscribers, subscriptions, and_(_N.subscriber == _S.id, _N.digest == digest))
            .outerjoin(suppressions, _X.who == _S.who)
            .where(_S.id.in_(some))
        )
        for subscriber, standing, reason in connection.execute(query):
            if reason is not None:
                found[subscriber] = f"suppressed: {reason}"
            elif standing == Standing.CONFIRMED:
                del found[subscriber]
            else:
                found[subscriber] = standing or str(Standing.UNSUBSCRIBED)
    return found


def barred_from_letters(
    connection: Connection, ids: Sequence[int], *, reasons: Sequence[str] = ("complaint", "editor")
) -> dict[int, str]:
    """Return those of `ids` who get no letter either: by default who complained, or whom an editor stopped.

    A confirmation may go to somebody who unsubscribed or bounced once, since they asked for it.
    """
    found = dict.fromkeys(ids, FORGOTTEN)
    for some in batches(ids, BATCH):
        query = (
            select(_S.id, _X.reason)
            .outerjoin_from(subscribers, suppressions, _X.who == _S.who)
            .where(_S.id.in_(some))
        )
        for subscriber, reason in connection.execute(query):
            if reason in reasons:
                found[subscriber] = f"suppressed: {reason}"
            else:
                del found[subscriber]
    return found


def suppressed(digest: str) -> Select[tuple[int]]:
    return (
        select(_S.id)
        .join_from(suppressions, subscribers, _S.who == _X.who)
        .join(subscriptions, and_(_N.subscriber == _S.id, _N.digest == digest))
    )


def _confirmed(query: Select[Any], digest: str, wanted: Audience, *, joined: bool = False) -> Select[Any]:
    """Return `query` over the confirmed of `digest` in `wanted`; `joined`: beside their subscribers."""
    asked = conditions(wanted)
    if asked or joined:
        query = query.join_from(subscriptions, subscribers, _S.id == _N.subscriber)
    else:
        query = query.select_from(subscriptions)
    return query.where(_N.digest == digest, _N.standing == str(Standing.CONFIRMED), *asked)


def conditions(wanted: Audience) -> list[ColumnElement[bool]]:
    """Return what `wanted` asks of a subscriber; what we were not told excludes nobody."""
    found: list[ColumnElement[bool]] = []
    if wanted.topics:
        chosen = (json.dumps(topic.casefold(), ensure_ascii=False) for topic in wanted.topics)
        found.append(or_(_S.topics == "", *(_S.topics.contains(topic, autoescape=True) for topic in chosen)))
    if wanted.language:
        spoken, language = func.lower(_S.language), wanted.language.lower()
        kinds = [spoken == "", spoken == language]
        if primary(language) == language:
            kinds.append(spoken.startswith(f"{language}-", autoescape=True))
        found.append(or_(*kinds))
    if wanted.joined_before:
        found.append(_S.joined < _midnight(wanted.joined_before))
    if wanted.joined_after:
        found.append(_S.joined >= _midnight(wanted.joined_after))
    return found


def _midnight(day: date) -> int:
    return stamp(datetime.combine(day, time(), UTC))

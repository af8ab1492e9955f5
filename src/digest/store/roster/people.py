"""Subscribers as rows: find them, describe them, take them out."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Row, TextualSelect, delete, func, or_, select, text, update

from digest.model.subscriber import Standing, Subscriber
from digest.store.ledger import keeping
from digest.store.ledger.among import among, listed
from digest.store.ledger.hot import Hot
from digest.store.ledger.moments import moment, stamp
from digest.store.roster.pages import BATCH, pages_of
from digest.store.tables.roster import subscribers, subscriptions
from digest.store.upsert import add_missing, batches

_S = subscribers.c
_STANDINGS = {str(standing): standing for standing in Standing}
#: Keys or ids in one statement, which takes them as one parameter.
_MANY = 5_000
_WHO = Hot("SELECT who FROM subscribers WHERE id = :id")
_as_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the roster holds of one person."""

    subscriber: Subscriber
    standings: Mapping[str, Standing] = field(default_factory=dict)  #: by digest
    own_choice: bool = False  #: language, time zone and topics were set by the person


def find(connection: Connection, key: str) -> Held | None:
    """Return the person with the address `key`, None when there is none."""
    return held(connection, [key]).get(key)


def by_id(connection: Connection, subscriber: int) -> Held | None:
    """Return the person with that id, None when they are gone or never were."""
    row = connection.execute(select(subscribers).where(_S.id == subscriber)).one_or_none()
    return next(iter(_with_standings(connection, [row]).values())) if row is not None else None


def held(connection: Connection, keys: Sequence[str]) -> dict[str, Held]:
    """Return what is held of the people with the addresses `keys`, by key."""
    found: dict[str, Held] = {}
    for some in batches(keys, _MANY):
        rows = connection.execute(_by_keys(connection.dialect.name), {"keys": _as_json(some)}).all()
        if rows:
            found.update(_with_standings(connection, rows))
    return found


def who_is(connection: Connection, subscriber: int) -> str:
    """Return the keyed hash of the address of that id, by the driver alone; empty when nobody has it."""
    row = _WHO.run(connection, {"id": subscriber}).fetchone()
    return "" if row is None else bytes(row[0]).hex()


def get_many(connection: Connection, ids: Sequence[int]) -> dict[int, Subscriber]:
    """Return the subscribers with these ids, by id; those who were forgotten are missing."""
    found: dict[int, Subscriber] = {}
    for some in batches(ids, BATCH):
        for row in connection.execute(select(subscribers).where(_S.id.in_(some))):
            found[row.id] = as_subscriber(row)
    return found


def search(connection: Connection, text: str, *, most: int = 50) -> list[Held]:
    """Return up to `most` people whose address or name holds `text`, case aside."""
    wanted = text.strip().lower()
    match = or_(
        _S.key.contains(wanted, autoescape=True), func.lower(_S.name).contains(wanted, autoescape=True)
    )
    rows = connection.execute(select(subscribers).where(match).order_by(_S.key).limit(most)).all()
    return list(_with_standings(connection, rows).values())


def everybody(connection: Connection) -> Iterator[Held]:
    """Yield everybody by id, a page at a time: memory stays flat."""
    for rows in pages_of(connection, select(subscribers), _S.id):
        yield from _with_standings(connection, rows).values()


def add(connection: Connection, person: Subscriber, who: str, *, joined: int) -> int:
    """Add a person who is not there yet; return the id, or that of the one who is.

    Somebody else may add the same person at the same moment, where there are several writers.
    """
    query = select(_S.id).where(_S.key == person.key)
    there = connection.execute(query).scalar_one_or_none()
    if there is None:
        values = {**described(person), "who": bytes.fromhex(who), "joined": joined}
        add_missing(connection, subscribers, [values])
        there = connection.execute(query).scalar_one()
    return int(there)


def describe(connection: Connection, person: Subscriber, *, own_choice: bool | None = None) -> None:
    """Write how `person`, found by id, is described; standings are left alone."""
    values: dict[str, Any] = {
        **described(person),
        "hour": person.hour,
        "plain": int(person.plain),
        "untracked": int(person.untracked),
    }
    if own_choice is not None:
        values["own_choice"] = int(own_choice)
    connection.execute(update(subscribers).where(_S.id == person.id).values(values))
    connection.execute(
        update(subscriptions)
        .where(subscriptions.c.subscriber == person.id, subscriptions.c.provider != person.provider)
        .values(provider=person.provider)
    )


def remove(connection: Connection, ids: Iterable[int]) -> int:
    """Take people out, with their subscriptions and consents; return how many there were.

    What a relay said of them goes too: its words often hold the address.
    """
    count = 0
    for some in batches(ids):
        keeping.forget(connection, some)
        count += connection.execute(delete(subscribers).where(_S.id.in_(some))).rowcount
    return count


def described(person: Subscriber) -> dict[str, Any]:
    """Return the columns that describe `person`, as they are stored."""
    return {
        "key": person.key,
        "email": person.email,
        "envelope": person.envelope,
        "name": person.name,
        "language": person.language,
        "timezone": person.timezone,
        "topics": topics_as_stored(person.topics),
        "attributes": attributes_as_stored(person.attributes),
        "provider": person.provider,
        **({"joined": stamp(person.joined)} if person.joined else {}),
    }


@lru_cache(maxsize=4096)
def topics_as_stored(topics: tuple[str, ...]) -> str:
    """Return topics as a JSON list, or nothing when there are none."""
    return _as_json(topics) if topics else ""


def attributes_as_stored(attributes: Mapping[str, str]) -> str:
    """Return attributes as a JSON object, or nothing when there are none."""
    return _as_json(dict(attributes)) if attributes else ""


def as_subscriber(row: Row[Any]) -> Subscriber:
    """Return a whole row of `subscribers` as a value."""
    return Subscriber(
        id=row.id,
        email=row.email,
        key=row.key,
        envelope=row.envelope,
        name=row.name,
        language=row.language,
        timezone=row.timezone,
        topics=tuple(json.loads(row.topics)) if row.topics else (),
        attributes=json.loads(row.attributes) if row.attributes else {},
        provider=row.provider,
        joined=moment(row.joined),
        hour=row.hour,
        plain=bool(row.plain),
        untracked=bool(row.untracked),
    )


@cache
def _by_keys(dialect: str) -> TextualSelect:
    """Return the query for many addresses in one parameter: prepared once, however many they are."""
    listed = "json_each(:keys)" if dialect == "sqlite" else "json_array_elements_text(CAST(:keys AS json))"
    names = ", ".join(column.name for column in _S)
    words = f"SELECT {names} FROM subscribers WHERE key IN (SELECT value FROM {listed})"
    return text(words).columns(*_S)


def _with_standings(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, Held]:
    standings: dict[int, dict[str, Standing]] = {row.id: {} for row in rows}
    query = text(
        f"SELECT subscriber, digest, standing FROM subscriptions WHERE subscriber IN {among(connection)}"
    )
    for some in batches(standings, _MANY):
        for subscriber, digest, standing in connection.execute(query, {"ids": listed(some)}):
            standings[subscriber][digest] = _STANDINGS[standing]
    return {
        row.key: Held(
            subscriber=as_subscriber(row), standings=standings[row.id], own_choice=bool(row.own_choice)
        )
        for row in rows
    }

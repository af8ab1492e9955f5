"""Take in what an import decided, a thousand rows at a time, and keep what it takes to undo it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, select, text, update

from digest.model.errors import NotFound
from digest.model.subscriber import Consent, Standing, Subscriber
from digest.store.ledger.moments import moment, stamp
from digest.store.roster.people import attributes_as_stored, described, topics_as_stored
from digest.store.tables.roster import import_changes, imports, subscribers, subscriptions
from digest.store.upsert import add_missing

_S, _N, _I = subscribers.c, subscriptions.c, imports.c
_stamp = lru_cache(maxsize=4096)(stamp)
#: Kilobytes of SQLite's own cache when nobody asks for more.
_USUAL = 2_000
#: Newcomers from which on they are put in by their hash, one page of its index after the other; fewer
#: keep the order of their list.
_MANY = 10_000
#: Pages of 4 kB in the write-ahead log before they are copied back.
_LOG, _USUAL_LOG = 50_000, 1_000

_ADD_PERSON = (
    "INSERT INTO subscribers (key, who, email, envelope, name, language, timezone, topics, attributes,"
    " provider, joined, import_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_ADD_SUBSCRIPTION = (
    "INSERT INTO subscriptions (digest, subscriber, standing, since, provider, import_number)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_ADD_CONSENT = (
    "INSERT INTO consents (subscriber, digest, at, source, wording, address, import_number)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who is not in the roster yet."""

    subscriber: Subscriber
    who: str  #: keyed hash of the address
    subscribe: Mapping[str, Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of somebody who is in the roster; found by `before.id`."""

    before: Subscriber
    after: Subscriber | None = None  #: None: described as before
    subscribe: Mapping[str, Standing] = field(default_factory=dict)
    confirm: tuple[str, ...] = ()
    consent: Consent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One run of an import."""

    number: int
    file: str
    at: datetime
    by: str
    state: str  #: running, done or undone
    counts: Mapping[str, int]
    fingerprint: str = ""


def begin(connection: Connection, file: str, *, now: datetime, by: str = "", fingerprint: str = "") -> int:
    """Note that an import begins; return its number."""
    values = {"file": file, "fingerprint": fingerprint, "at": stamp(now), "by": by, "state": "running"}
    return int(connection.execute(imports.insert().values(values).returning(_I.number)).scalar_one())


def finish(connection: Connection, number: int, counts: Mapping[str, int]) -> None:
    """Note that import `number` is done, with what it did."""
    values = {"state": "done", "counts": json.dumps(dict(counts))}
    connection.execute(update(imports).where(_I.number == number).values(values))


def run(connection: Connection, number: int) -> Import:
    """Return import `number`.

    Raises:
        NotFound: there is none; the message says how many there are.
    """
    row = connection.execute(select(imports).where(_I.number == number)).one_or_none()
    if row is None:
        known = [str(one.number) for one in runs(connection)[:10]]
        raise NotFound(f"import {number}: there is none: the last ones are {', '.join(known) or 'none'}")
    return _as_import(row)


def runs(connection: Connection) -> list[Import]:
    """Return all imports, the newest first."""
    return [_as_import(row) for row in connection.execute(select(imports).order_by(_I.number.desc()))]


def last_fingerprint(connection: Connection, file: str) -> str:
    """Return the fingerprint that `file` had when it was last read to its end; empty when it never was."""
    query = (
        select(_I.fingerprint)
        .where(_I.file == file, _I.state != "running")
        .order_by(_I.number.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none() or ""


def bring_in(connection: Connection, newcomers: Sequence[Newcomer], *, number: int, now: datetime) -> None:
    """Add `newcomers` with their subscriptions and their evidence, as part of import `number`.

    Whoever came in by another door in the meantime is left as they are.
    """
    if not newcomers:
        return
    if len(newcomers) > _MANY:
        newcomers = sorted(newcomers, key=lambda one: one.who)
    before = connection.execute(select(func.max(_S.id))).scalar_one() or 0
    _bulk(connection, _ADD_PERSON, [_person(one, number, now) for one in newcomers])
    ids = _ids(connection, before, number)
    there = [(ids[one.subscriber.key], one) for one in newcomers if one.subscriber.key in ids]
    since = stamp(now)
    _bulk(
        connection,
        _ADD_SUBSCRIPTION,
        [
            (digest, person, standing.value, since, one.subscriber.provider, number)
            for person, one in there
            for digest, standing in one.subscribe.items()
        ],
    )
    _bulk(
        connection,
        _ADD_CONSENT,
        [
            _evidence(person, one.subscriber.consent, number)
            for person, one in there
            if one.subscriber.consent
        ],
    )


def make_room(connection: Connection, kilobytes: int = 0) -> None:
    """Let SQLite keep this much of the database in memory for this connection; 0: as usual.

    The rows of a list hit the indexes all over: with the usual 2 MB every row would cost a page. The
    write-ahead log grows meanwhile, so that a page which many transactions change is copied back once.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size=-{kilobytes or _USUAL}")
        connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint={_LOG if kilobytes else _USUAL_LOG}")


def change(connection: Connection, changes: Sequence[Change], *, number: int, now: datetime) -> None:
    """Describe, subscribe and confirm people as import `number` says; a no said meanwhile stands."""
    for one in changes:
        person, after = one.before.id, one.after
        before: dict[str, Any] = {"confirmed": list(one.confirm)}
        if after is not None:
            old, new = described(one.before), described(after)
            before["columns"] = {name: old[name] for name in old if old[name] != new[name]}
            before["became"] = {name: new[name] for name in old if old[name] != new[name]}
            connection.execute(update(subscribers).where(_S.id == person).values(before["became"]))
        _bulk(
            connection,
            _ADD_SUBSCRIPTION,
            [
                (digest, person, str(standing), stamp(now), one.before.provider, number)
                for digest, standing in one.subscribe.items()
            ],
        )
        if one.confirm:
            _confirm(connection, person, one.confirm, now)
        if one.consent is not None and (one.confirm or one.subscribe):
            _bulk(connection, _ADD_CONSENT, [_evidence(person, one.consent, number)])
        row = {"import_number": number, "subscriber": person, "before": json.dumps(before)}
        add_missing(connection, import_changes, [row])


def _confirm(connection: Connection, person: int, digests: Sequence[str], now: datetime) -> None:
    """Confirm what is still unconfirmed: who unsubscribed in between stays so."""
    connection.execute(
        update(subscriptions)
        .where(
            _N.subscriber == person,
            _N.digest.in_(digests),
            _N.standing == str(Standing.UNCONFIRMED),
        )
        .values(standing=str(Standing.CONFIRMED), since=stamp(now))
    )


def _ids(connection: Connection, after: int, number: int) -> dict[str, int]:
    """Return the ids that import `number` has given since `after`, by address."""
    query = text("SELECT key, id FROM subscribers WHERE id > :after AND import_number = :number")
    found = connection.execute(query, {"after": after, "number": number})
    return {row[0]: row[1] for row in found}


def _person(one: Newcomer, number: int, now: datetime) -> tuple[Any, ...]:
    person = one.subscriber
    return (
        person.key,
        bytes.fromhex(one.who),
        person.email,
        person.envelope,
        person.name,
        person.language,
        person.timezone,
        topics_as_stored(person.topics),
        attributes_as_stored(person.attributes),
        person.provider,
        _stamp(person.joined or now),
        number,
    )


def _evidence(person: int, consent: Consent, number: int) -> tuple[Any, ...]:
    return (person, "", _stamp(consent.at), consent.source, consent.wording, consent.address, number)


def _bulk(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run `statement` for each row by the driver alone: SQLAlchemy would cost more than the database."""
    if rows:
        marks = "?" if connection.dialect.name == "sqlite" else "%s"
        connection.exec_driver_sql(statement.replace("?", marks), list(rows))


def _as_import(row: Any) -> Import:
    return Import(
        number=row.number,
        file=row.file,
        at=moment(row.at),
        by=row.by,
        state=row.state,
        counts=json.loads(row.counts),
        fingerprint=row.fingerprint,
    )

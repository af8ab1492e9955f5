"""Take an import back: what it added goes, what it changed returns, and no word of a person is lost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Exists, and_, delete, exists, func, select, update

from digest.model.errors import AskedWrongly
from digest.model.subscriber import Standing
from digest.store.roster.bringing import run
from digest.store.roster.pages import pages_of
from digest.store.tables.roster import (
    consents,
    import_changes,
    imports,
    sayings,
    subscribers,
    subscriptions,
)

_S, _N, _C = subscribers.c, subscriptions.c, import_changes.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What taking an import back did."""

    removed: int  #: people whom it had brought
    restored: int  #: people whom it had changed
    kept: int  #: people whom it had brought, and who have said something themselves since


def undo(connection: Connection, number: int) -> Undone:
    """Take import `number` back.

    Whoever said yes or no after it came in stays, with that word. A no that the import brought
    stays too: only the person takes it back.

    Raises:
        NotFound: there is no such import.
        AskedWrongly: it was undone before.
    """
    if run(connection, number).state == "undone":
        raise AskedWrongly(f"import {number}: was undone before: nothing to do")
    restored = _restore(connection, number)
    spoke = exists().where(sayings.c.who == _S.who)
    brought = _S.import_number == number
    kept = connection.execute(
        select(func.count()).select_from(subscribers).where(brought, spoke)
    ).scalar_one()
    removed = connection.execute(delete(subscribers).where(brought, ~spoke)).rowcount
    unsubscribed = _N.standing == str(Standing.UNSUBSCRIBED)
    connection.execute(
        delete(subscriptions).where(_N.import_number == number, ~unsubscribed, ~_spoke(_N.subscriber))
    )
    connection.execute(
        delete(consents).where(consents.c.import_number == number, ~_spoke(consents.c.subscriber))
    )
    connection.execute(update(imports).where(imports.c.number == number).values(state="undone"))
    return Undone(removed=removed, restored=restored, kept=kept)


def _spoke(subscriber: ColumnElement[int]) -> Exists:
    """Whether the person has said a word of their own, or an import has said a no for them."""
    return exists().where(and_(_S.id == subscriber, sayings.c.who == _S.who))


def _restore(connection: Connection, number: int) -> int:
    """Give everybody whom the import changed the values of before, where nobody changed them since."""
    query = select(_C.subscriber, _C.before).where(_C.import_number == number)
    count = 0
    for page in pages_of(connection, query, _C.subscriber):
        for row in page:
            told = json.loads(row.before)
            _restore_columns(connection, row.subscriber, told.get("columns", {}), told.get("became", {}))
            _unconfirm(connection, row.subscriber, told["confirmed"])
            count += 1
    connection.execute(delete(import_changes).where(_C.import_number == number))
    return count


def _restore_columns(
    connection: Connection, subscriber: int, columns: dict[str, Any], became: dict[str, Any]
) -> None:
    for name, value in columns.items():
        connection.execute(
            update(subscribers).where(_S.id == subscriber, _S[name] == became[name]).values({name: value})
        )


def _unconfirm(connection: Connection, subscriber: int, digests: Sequence[str]) -> None:
    """Make unconfirmed again what only the import had confirmed."""
    connection.execute(
        update(subscriptions)
        .where(
            _N.subscriber == subscriber,
            _N.digest.in_(digests),
            _N.standing == str(Standing.CONFIRMED),
            ~_spoke(_N.subscriber),
        )
        .values(standing=str(Standing.UNCONFIRMED))
    )

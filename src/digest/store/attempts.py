"""Tries to sign in, counted where a restart does not forget them.

A try is counted before the password is looked at, and taken back when it succeeds: so a hundred
tries at the same time are no way around the limit.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, text

from digest.store.tables.accounts import sign_in_attempts as _ATTEMPTS

#: How long a try is remembered.
REMEMBERED = timedelta(days=1)


def alone(connection: Connection) -> None:
    """Let nobody else count until this transaction ends. On SQLite every writer is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE sign_in_attempts IN SHARE ROW EXCLUSIVE MODE"))


def since(connection: Connection, whose: str, start: datetime) -> tuple[int, datetime | None]:
    """Return how many tries there were after `start`, and the first of them."""
    row = connection.execute(
        select(func.count(), func.min(_ATTEMPTS.c.at)).where(
            _ATTEMPTS.c.whose == whose, _ATTEMPTS.c.at > start
        )
    ).one()
    return row[0], row[1]


def add(connection: Connection, ticket: str, whose: Sequence[str], *, now: datetime) -> None:
    """Count a try for each of `whose`; what is long past goes."""
    connection.execute(delete(_ATTEMPTS).where(_ATTEMPTS.c.at <= now - REMEMBERED))
    connection.execute(insert(_ATTEMPTS), [{"whose": key, "at": now, "ticket": ticket} for key in whose])


def take_back(connection: Connection, ticket: str) -> None:
    """Forget one try: it succeeded."""
    connection.execute(delete(_ATTEMPTS).where(_ATTEMPTS.c.ticket == ticket))


def forget(connection: Connection, begins: str) -> None:
    """Forget every try under what begins so."""
    connection.execute(delete(_ATTEMPTS).where(_ATTEMPTS.c.whose.startswith(begins, autoescape=True)))

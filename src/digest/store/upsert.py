"""INSERT ... ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, TableClause

_T = TypeVar("_T")

#: Rows or values a statement; SQLite allows 32,766 values in one.
BULK = 500


def add_missing(connection: Connection, table: TableClause, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`; those that clash with a unique key are there already and stay as they are."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def put(
    connection: Connection, table: TableClause, rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """Insert `rows`; where the columns of the unique `key` are there already, the others are replaced."""
    if not rows:
        return
    statement = _insert(connection, table)
    new = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=new), rows)


def batches(things: Iterable[_T], size: int = BULK) -> Iterator[list[_T]]:
    """Yield `things` in lists of at most `size`."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


def _insert(connection: Connection, table: TableClause) -> Any:
    """Return the dialect's INSERT, whose ON CONFLICT methods have no common type.

    Imported where it is used: the package of the dialect that is not in use is slow to load.
    """
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)

"""INSERT ... ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

_T = TypeVar("_T")

#: Rows or values a statement; SQLite allows 32,766 values in one.
BULK = 500


def add_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`; those that clash with a unique key are there already and stay as they are."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def put(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str] = ()
) -> None:
    """Insert `rows`; those whose primary key (or `unique` columns) is there already replace the old ones."""
    if not rows:
        return
    keys = list(unique) or [column.name for column in table.primary_key]
    statement = _insert(connection, table)
    new = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)


def batches(things: Iterable[_T], size: int = BULK) -> Iterator[list[_T]]:
    """Yield `things` in lists of at most `size`."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


def _insert(connection: Connection, table: Table) -> Any:
    """Return the dialect's INSERT, whose ON CONFLICT methods have no common type."""
    return sqlite_insert(table) if connection.dialect.name == "sqlite" else postgres_insert(table)

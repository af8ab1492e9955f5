"""The tables' common ground: one metadata, the names of constraints, and the two column types we add.

The tables are declared in `content`, `desk`, `roster`, `doorstep`, `ledger` and `lanes`; `complete()`
loads them all.
Whoever changes a table changes `store/migrations` in the same commit: `tests/store/test_migrations`
fails when the two differ, and `python -m digest.store.migrations.draft` prints what is missing.

SQLAlchemy's core only, so that a sender pays for no ORM.
"""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, MetaData, TableClause, column, table
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

#: Names are fixed before any table is defined, so that a later migration can name what it drops.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: A key that the database counts up. SQLite does so for INTEGER only, which is 64 bits there as well.
Key = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept and given back in UTC to the microsecond; a naive one is refused.

    SQLite has no such type: there it is text without an offset, which sorts as it should.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the value in UTC, or raise ValueError when it has no time zone."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value.isoformat()}: a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the value in UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def view(name: str, /, **columns: Any) -> TableClause:
    """Return a plain view of a table for statements: its columns and their types, nothing else."""
    return table(name, *(column(key, kind) for key, kind in columns.items()))


def complete() -> MetaData:
    """Return the metadata with every table of the product in it."""
    for name in ("content", "desk", "roster", "doorstep", "ledger", "lanes"):
        import_module(f"digest.store.tables.{name}")
    return metadata

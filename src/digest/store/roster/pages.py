"""Walk through a large table page by page, by its key: memory stays flat, and nothing is held open."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select

#: Ids in one statement.
BATCH = 1_000


def pages_of(
    connection: Connection, query: Select[Any], key: ColumnElement[int], *, size: int = BATCH
) -> Iterator[Sequence[Row[Any]]]:
    """Yield the rows of `query` in pages, ascending by `key`, which must be in it under its own name."""
    last, name = -1, str(key.key)
    while True:
        rows = connection.execute(query.where(key > last).order_by(key).limit(size)).all()
        if not rows:
            return
        yield rows
        last = getattr(rows[-1], name)

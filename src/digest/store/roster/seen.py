"""Which addresses of a list have come already: on disk, so that memory does not grow with the list."""

import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from digest.store.upsert import batches

#: Kilobytes that may stay in memory; the rest goes to a temporary file.
_CACHE = 24_000


class Seen:
    """The people that came so far, each with the line of their address. A private file, gone at the end."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{_CACHE};"
            "CREATE TABLE seen (who BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID; BEGIN;"
        )

    def earlier(self, rows: Sequence[tuple[str, int]]) -> list[int]:
        """Take in (keyed hash, line); return for each the line on which it came first, 0 where it is new.

        Hardly a list repeats itself within a few thousand rows: where all of them were new, none is
        looked up again.
        """
        new = [(bytes.fromhex(who), line) for who, line in rows]
        before = self._database.total_changes
        self._database.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", new)
        if self._database.total_changes - before == len(new):
            return [0] * len(new)
        first: dict[bytes, int] = {}
        for some in batches(dict.fromkeys(who for who, _ in new)):
            marks = ",".join("?" * len(some))
            first.update(self._database.execute(f"SELECT who, line FROM seen WHERE who IN ({marks})", some))
        return [0 if first[who] == line else first[who] for who, line in new]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

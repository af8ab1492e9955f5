"""Which addresses of a list have come already: on disk, so that memory does not grow with the list."""

import sqlite3
from collections.abc import Sequence
from hashlib import blake2b
from types import TracebackType
from typing import Self

from digest.store.upsert import batches

#: Kilobytes that may stay in memory; the rest goes to a temporary file.
_CACHE = 24_000


class Seen:
    """The addresses that came so far, each with its line. A private file, gone at the end."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{_CACHE};"
            "CREATE TABLE seen (key BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID; BEGIN;"
        )

    def earlier(self, rows: Sequence[tuple[str, int]]) -> list[int]:
        """Take in (key, line) and return, for each, the line on which the key came first; 0: it is new."""
        names = [blake2b(key.encode(), digest_size=16).digest() for key, _ in rows]
        known: dict[bytes, int] = {}
        for some in batches(dict.fromkeys(names)):
            marks = ",".join("?" * len(some))
            known.update(self._database.execute(f"SELECT key, line FROM seen WHERE key IN ({marks})", some))
        found, new = [], []
        for name, (_, line) in zip(names, rows, strict=True):
            found.append(known.get(name, 0))
            if name not in known:
                known[name] = line
                new.append((name, line))
        self._database.executemany("INSERT INTO seen VALUES (?, ?)", new)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

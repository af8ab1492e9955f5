"""A database file in one piece: copied while others write to it, or taken out of use.

Source: https://www.sqlite.org/lang_vacuum.html (VACUUM INTO), https://www.sqlite.org/wal.html, 2.2 (every
connection in WAL mode holds a shared lock, so leaving that mode works only where nobody else is).
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from digest.model.errors import AskedWrongly, Busy, StoreError
from digest.model.subscriber import Saying
from digest.store.engine import Store
from digest.store.roster import words


def snapshot(store: Store, target: Path) -> None:
    """Write the database as it is at this moment to the new file `target`; nobody is kept waiting.

    Raises:
        AskedWrongly: the database is a server's: its own tools save it.
        StoreError: it could not be written whole, as when the disk is full; `target` is gone again.
    """
    if store.path is None:
        raise AskedWrongly("PostgreSQL is saved by its own tools (pg_dump): digest saves SQLite files")
    try:
        with closing(sqlite3.connect(store.path, timeout=30)) as database:
            database.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise StoreError(f"{store.path}: could not be copied to {target}: {error}") from error


def take_out_of_use(path: Path) -> None:
    """Make the database at `path` a single file that nobody has open; a damaged one is as it is.

    Raises:
        Busy: a process has it open.
    """
    try:
        with closing(sqlite3.connect(path, timeout=1)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise Busy(f"{path}: a process of digest has it open: stop it first (serve, send)") from error


def sayings_in(path: Path) -> list[Saying]:
    """Return every word that the database at `path` knows; none when it is not there or not readable."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT who, scope, word, at, source FROM sayings").fetchall()
    except sqlite3.Error:
        return []  # that is why somebody restores: the opt-out file has the people's own words anyway
    return [words.as_saying(*row) for row in rows]

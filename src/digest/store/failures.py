"""What a database says when it fails, in words for the person who has to do something about it.

`explained` wraps every transaction, so that nobody above sees a driver's exception for a full
disk, a lock or a lost server. A broken constraint stays what it is: that is a matter of the code.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from digest.model.errors import Busy, DigestError, StoreError

_SQLITE = {
    "SQLITE_FULL": "the disk is full: free some space, nothing was changed",
    "SQLITE_READONLY": "it is read-only: give this user the right to write the file and its folder",
    "SQLITE_CANTOPEN": "it cannot be opened: check that the folder is there and may be written",
    "SQLITE_CORRUPT": "it is damaged: restore the last backup, and check the disk",
    "SQLITE_NOTADB": "it is not an SQLite database: check the address, or move that file away",
    "SQLITE_IOERR": "the disk failed: check the disk and the free space",
    "SQLITE_PERM": "access was denied: give this user the right to write the file and its folder",
    "SQLITE_NOLFS": "the file system cannot hold a file this large",
}
#: SQLSTATE classes and codes (PostgreSQL, appendix A), longest match first.
_POSTGRES = {
    "53100": "the server's disk is full: free some space, nothing was changed",
    "53300": "the server has no connection left: raise max_connections, or run fewer workers",
    "28": "the server refused the login: check user and password of the database address",
    "3D": "there is no database of that name on the server: create it first",
    "42501": "the user lacks rights in it: make it the owner of the database",
    "08": "the connection to the server was lost: check that it runs, then do it again",
    "57P": "the server ended the connection: check that it runs, then do it again",
}
_BUSY_STATES = ("55P03", "40P01", "40001", "57014")


@contextmanager
def explained(database: str) -> Iterator[None]:
    """Turn a driver's failure into a StoreError or Busy that names `database` and says what to do."""
    try:
        yield
    except exc.TimeoutError as error:
        raise Busy(f"{database}: every connection is in use: wait, or run fewer senders") from error
    except exc.IntegrityError:
        raise
    except exc.DBAPIError as error:
        found = _explain(database, error)
        if found is None:
            raise
        raise found from error


def _explain(database: str, error: exc.DBAPIError) -> DigestError | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _explain_sqlite(database, cause)
    state = str(getattr(cause, "sqlstate", None) or "")
    if state in _BUSY_STATES:
        return Busy(f"{database}: another process holds what is needed: wait and do it again")
    for length in (5, 3, 2):
        if len(state) == 5 and state[:length] in _POSTGRES:
            return StoreError(f"{database}: {_POSTGRES[state[:length]]}")
    if isinstance(error, exc.OperationalError) and (error.connection_invalidated or not state):
        why = (str(cause).strip() or "no answer").splitlines()[-1]
        return StoreError(
            f"{database}: no connection to the server: check that it runs, and the login: {why}"
        )
    return None


def _explain_sqlite(database: str, cause: sqlite3.Error) -> DigestError | None:
    name = getattr(cause, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Busy(f"{database}: another process is writing and does not end: wait, or stop the other one")
    for prefix, what in _SQLITE.items():
        if name.startswith(prefix):
            return StoreError(f"{database}: {what} ({name})")
    return None

"""Bring a database to the tables that this version knows, whoever else tries at the same time.

The usual start costs one SELECT. An empty database gets all tables at once and is marked as
migrated, which `tests/store/test_migrations` proves to be the same as running every migration;
Alembic is imported only for a real upgrade. Everything happens in one transaction: a program
killed half-way leaves the database as it was.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, text

from digest.model.errors import DatabaseNewer, StoreError
from digest.store.migrations import FOLDER, HEAD

if TYPE_CHECKING:
    from alembic.config import Config

_ADVISORY_KEY = 0x646967657374  # "digest": one lock for all who migrate


def bring_up_to_date(
    engine: Engine, path: Path | None, *, now: datetime, folder: Path = FOLDER, head: str = HEAD
) -> None:
    """Leave the database behind `engine` at revision `head`.

    Args:
        path: the SQLite file, None for a server.
        now: names the backup made before a real upgrade.
        folder: where the migrations are; with `head`, an argument for tests.

    Raises:
        DatabaseNewer: its revision is none that this version knows; nothing was touched.
        StoreError: there are foreign tables in it.
    """
    with engine.connect() as connection:
        if revision(connection) == head and _in_wal_mode(connection):
            return
    with _alone(path):
        if path is not None:
            _outside(engine, "PRAGMA journal_mode=WAL")
        with engine.connect() as connection:
            found = revision(connection)
        if found and found != head:
            _refuse_newer(engine, found, folder)
            if path is not None:
                _back_up(engine, path.with_name(f"{path.stem}-before-{head}-{_stamp(now)}{path.suffix}"))
        if found != head:
            _change(engine, folder, head)


def revision(connection: Connection) -> str:
    """Return the revision that the database is at, empty when it is not ours yet."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _change(engine: Engine, folder: Path, head: str) -> None:
    with engine.execution_options(digest_writes=True).connect() as connection:
        if connection.dialect.name == "sqlite":
            # Recreating a table would cascade into those that refer to it; only settable out here.
            driver(connection).execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                _change_within(connection, folder, head)
        finally:
            if connection.dialect.name == "sqlite":
                driver(connection).execute("PRAGMA foreign_keys=ON")


def _change_within(connection: Connection, folder: Path, head: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '5min'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY})
    found = revision(connection)  # again: somebody may have done it while we waited
    if not found and folder == FOLDER:
        create_all(connection, head)
    elif found != head:
        migrate(connection, folder)
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise StoreError(f"database: not migrated: {len(broken)} rows would refer to nothing")


def create_all(connection: Connection, head: str = HEAD) -> None:
    """Make every table in an empty database and mark it as being at `head`."""
    from digest.store.tables import complete

    metadata = complete()
    there = set(inspect(connection).get_table_names())
    foreign = there if connection.dialect.name == "sqlite" else there & set(metadata.tables)
    if foreign:
        names = ", ".join(sorted(foreign)[:5])
        raise StoreError(f"database: tables of another program are in it: use an empty one: {names}")
    metadata.create_all(connection, checkfirst=False)
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})


def migrate(connection: Connection, folder: Path = FOLDER) -> None:
    """Run every migration that is missing, in the transaction of `connection`."""
    from alembic import command

    command.upgrade(_alembic(folder, connection), "head")


def _refuse_newer(engine: Engine, found: str, folder: Path) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(_alembic(folder)).walk_revisions()}
    if found not in known:
        database = engine.url.render_as_string(hide_password=True)
        raise DatabaseNewer(
            f"{database}: made by a newer version of digest: upgrade the program, or restore the backup "
            f"that the newer version made: its revision is {found}"
        )


def _alembic(folder: Path, connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(path: Path | None) -> Iterator[None]:
    """Keep other processes out while an SQLite file is made or changed; a server has its own lock.

    The lock is on a file beside it: closing a second handle on the database itself would drop
    SQLite's own locks (POSIX record locks belong to the process, not to the handle).
    """
    if path is None:
        yield
        return
    import fcntl

    handle = os.open(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _back_up(engine: Engine, target: Path) -> None:
    """Write a whole copy of the database to `target`, safe while others write (VACUUM INTO)."""
    target.touch(mode=0o600)
    _outside(engine, "VACUUM INTO ?", str(target))
    handle = os.open(target, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _in_wal_mode(connection: Connection) -> bool:
    if connection.dialect.name != "sqlite":
        return True
    return bool(connection.execute(text("PRAGMA journal_mode")).scalar() == "wal")


def _outside(engine: Engine, words: str, *values: str) -> None:
    """Run a statement of SQLite's that works outside transactions only."""
    with engine.connect() as connection:
        driver(connection).execute("PRAGMA query_only=OFF")
        connection.info.clear()  # the engine sets query_only anew
        driver(connection).execute(words, values)


def driver(connection: Connection) -> Any:
    """Return the driver's own connection, which begins no transaction by itself."""
    return connection.connection.driver_connection


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")

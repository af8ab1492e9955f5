"""The database: opened, brought up to date, and handed out one transaction at a time.

SQLite (the default) runs in WAL mode with `synchronous=FULL`, so that a commit survives a power
cut, and every write begins IMMEDIATE: a transaction that reads first and writes later would
otherwise fail at once when another one wrote in between, whatever the timeout. PostgreSQL
(psycopg 3, extra `postgres`) writes in READ COMMITTED and reads in a REPEATABLE READ snapshot.

A store may be used by many threads; a forked child must open its own.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url

from digest.model.errors import StoreError
from digest.store.failures import explained
from digest.store.ledger.hot import Hot
from digest.store.upgrade import bring_up_to_date

_BEGIN_WRITING, _BEGIN_READING = Hot("BEGIN IMMEDIATE"), Hot("BEGIN")
#: How long a transaction waits for another one's lock.
LOCK_WAIT = timedelta(seconds=15)


class Held:
    """A connection that a thread keeps between transactions: taking one costs as much as ten statements."""

    def __init__(self) -> None:
        self.connection: Connection | None = None

    def let_go(self) -> None:
        """Give the connection back, if there is one."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()


class Store:
    """An open database. `read` and `write` give a connection inside one transaction."""

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect.name  #: sqlite or postgresql
        self.url = engine.url.render_as_string(hide_password=True)
        self.path = _file_of(engine.url)  #: the SQLite file, None for a server
        self._engine = engine
        self._writing = engine.execution_options(digest_writes=True)
        self._reading = engine
        if self.dialect == "postgresql":
            self._reading = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one unchanging state and cannot write.

        Raises:
            Busy: every connection of the pool is in use.
            StoreError: the database cannot be read; the message says what to do.
        """
        with explained(self.url), self._reading.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a write transaction: committed at the end, rolled back on any error.

        Raises:
            Busy: another process writes and does not end within `lock_wait`.
            StoreError: the database cannot be written; the message says what to do.
        """
        with explained(self.url), self._writing.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write_on(self, held: "Held") -> Iterator[Connection]:
        """Do as `write`, on a connection that is not given back: for many transactions in a row.

        It is let go of on any error, so that the next transaction has a new one.
        """
        with explained(self.url), ExitStack() as undo:
            undo.callback(held.let_go)
            if held.connection is None:
                held.connection = self._writing.connect()
            with held.connection.begin():
                yield held.connection
            undo.pop_all()

    def close(self) -> None:
        """Close every connection of the pool."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(url: str, *, now: datetime | None = None, lock_wait: timedelta = LOCK_WAIT) -> Store:
    """Open the database at `url`, made or migrated first where it has to be.

    Args:
        url: `sqlite:///path/digest.db` or `postgresql://user:password@host/name`.
        now: names the backup that is made of an SQLite file before it is migrated.
        lock_wait: how long a transaction waits for another one before it is Busy.

    Raises:
        DatabaseNewer: a newer version of the program made it; nothing was touched.
        Busy: another process is migrating it and does not end.
        StoreError: it cannot be opened; the message says what to do.
    """
    engine = _engine(url, lock_wait)
    with ExitStack() as undo:
        undo.callback(engine.dispose)
        with explained(engine.url.render_as_string(hide_password=True)):
            bring_up_to_date(engine, _file_of(engine.url), now=now or datetime.now(UTC))
        undo.pop_all()
    return Store(engine)


def _engine(url: str, lock_wait: timedelta) -> Engine:
    try:
        address = make_url(url)
        backend = address.get_backend_name()
    except (exc.ArgumentError, ValueError) as error:
        raise StoreError("database address: not readable: write sqlite:///path or postgresql://…") from error
    if backend == "sqlite":
        return _sqlite(address, lock_wait)
    if backend == "postgresql":
        return _postgres(address, lock_wait)
    raise StoreError(f"database address: {backend} is not known: write sqlite:///path or postgresql://…")


def _file_of(url: URL) -> Path | None:
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _sqlite(address: URL, lock_wait: timedelta) -> Engine:
    path = _file_of(address)
    if path is None or str(path) == ":memory:":
        raise StoreError("database address: it must name a file: what is kept has to survive a restart")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)  # readers' addresses are in it
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened: {error.strerror}") from error
    engine = create_engine(
        address,
        pool_size=8,
        max_overflow=24,
        pool_timeout=30,
        connect_args={"timeout": lock_wait.total_seconds(), "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; `_begin_sqlite` does
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA journal_size_limit=16777216")  # a long import must not leave its log behind


def _begin_sqlite(connection: Connection) -> None:
    writes = bool(connection.get_execution_options().get("digest_writes"))
    if connection.info.get("digest_writes") is not writes:
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        connection.info["digest_writes"] = writes
    (_BEGIN_WRITING if writes else _BEGIN_READING).run(connection, {})


def _postgres(address: URL, lock_wait: timedelta) -> Engine:
    milliseconds = max(1, lock_wait // timedelta(milliseconds=1))  # 0 would mean for ever
    options = f"-c timezone=UTC -c lock_timeout={milliseconds}"
    try:
        return create_engine(
            address.set(drivername="postgresql+psycopg"),
            pool_size=8,
            max_overflow=24,
            pool_timeout=30,
            pool_pre_ping=True,
            connect_args={"options": options, "application_name": "digest", "connect_timeout": 10},
        )
    except ImportError as error:
        raise StoreError("PostgreSQL: its driver is missing: pip install 'digest[postgres]'") from error

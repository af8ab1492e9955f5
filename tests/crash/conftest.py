"""A PostgreSQL database of its own for each run."""

import pytest
from sqlalchemy import URL

from digest.store.engine import Store
from store.conftest import postgres_server, postgres_store, written  # noqa: F401  # fixtures


@pytest.fixture
def postgres_url(postgres_server: URL, postgres_store: Store) -> str:  # noqa: F811
    """Return the address of a database with all tables in it."""
    name = postgres_store.url.rpartition("/")[2].partition("?")[0]
    return written(postgres_server.set(database=name))

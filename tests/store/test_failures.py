"""A server that fails is named with what to do, and the store goes on when it is back."""

from datetime import timedelta

import pytest
from sqlalchemy import exc, text

from digest.model.errors import Busy, StoreError
from digest.store.engine import Store, open_store
from store.conftest import written

pytestmark = pytest.mark.postgres


def test_a_connection_that_the_server_ends_is_explained_and_replaced(postgres_store: Store) -> None:
    with pytest.raises(StoreError, match="check that it runs"):
        with postgres_store.write() as connection:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with postgres_store.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_a_lock_that_is_never_given_back_makes_the_other_one_busy(postgres_store: Store) -> None:
    with postgres_store.write() as holder:
        holder.execute(text("LOCK TABLE bookmarks"))
        url = written(holder.engine.url)

        with open_store(url, lock_wait=timedelta(milliseconds=20)) as second:
            with pytest.raises(Busy, match="another process holds"), second.write() as connection:
                connection.execute(text("LOCK TABLE bookmarks"))


def test_a_database_that_is_not_there_is_explained(postgres_store: Store) -> None:
    with postgres_store.read() as connection:
        missing = connection.engine.url.set(database="nowhere")

    with pytest.raises(StoreError, match='database "nowhere" does not exist'):
        open_store(written(missing))


def test_a_broken_rule_of_a_table_stays_what_it_is(postgres_store: Store) -> None:
    with pytest.raises(exc.IntegrityError), postgres_store.write() as connection:
        connection.execute(text("INSERT INTO bookmarks (url) VALUES ('a')"))

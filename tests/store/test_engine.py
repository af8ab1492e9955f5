"""The database opens for everybody at once, keeps what it said it kept, and says what is wrong."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, exc, text

from digest.model.errors import Busy, StoreError
from digest.store.engine import Held, Store, open_store

NOTE = text("INSERT INTO bookmarks VALUES (:url, '', '', '', :at)")


def noted(connection: Connection) -> list[str]:
    """Return the addresses in the table that these tests write to."""
    return [row.url for row in connection.execute(text("SELECT url FROM bookmarks ORDER BY url"))]


def write_down(connection: Connection, url: str) -> None:
    """Write one row."""
    connection.execute(NOTE, {"url": url, "at": "2026-11-23 07:00:00"})


def test_what_was_written_is_there_for_the_next_who_reads(any_store: Store) -> None:
    with any_store.write() as connection:
        write_down(connection, "a")

    with any_store.read() as connection:
        assert noted(connection) == ["a"]


def test_an_error_takes_back_the_whole_transaction(any_store: Store) -> None:
    with pytest.raises(exc.IntegrityError), any_store.write() as connection:  # noqa: PT012  # the point
        write_down(connection, "a")
        write_down(connection, "a")

    with any_store.read() as connection:
        assert noted(connection) == []


def test_a_connection_that_is_kept_serves_many_transactions_and_is_let_go_of_on_an_error(
    any_store: Store,
) -> None:
    held = Held()
    with any_store.write_on(held) as connection:
        write_down(connection, "a")
    kept = held.connection

    with any_store.write_on(held) as connection:
        write_down(connection, "b")
        same = connection is kept
    with pytest.raises(exc.IntegrityError), any_store.write_on(held) as connection:  # noqa: PT012  # the point
        write_down(connection, "c")
        write_down(connection, "a")

    assert same
    assert held.connection is None
    with any_store.write_on(held) as connection:
        write_down(connection, "d")
        assert connection is not kept
    held.let_go()
    with any_store.read() as connection:
        assert noted(connection) == ["a", "b", "d"]


def test_who_reads_sees_one_state_whatever_others_write(any_store: Store) -> None:
    with any_store.read() as reader:
        before = noted(reader)
        with any_store.write() as writer:
            write_down(writer, "a")

        assert before == noted(reader) == []


def test_who_reads_cannot_write(any_store: Store) -> None:
    with pytest.raises((StoreError, exc.DBAPIError)), any_store.read() as connection:
        write_down(connection, "a")

    with any_store.write() as connection:
        write_down(connection, "b")  # and the connection is as good as new

    with any_store.read() as connection:
        assert noted(connection) == ["b"]


def test_threads_that_read_first_and_write_then_wait_for_each_other(any_store: Store) -> None:
    def count_up() -> None:
        for _ in range(10):
            with any_store.write() as connection:
                if any_store.dialect == "postgresql":
                    connection.execute(text("LOCK TABLE bookmarks"))
                write_down(connection, f"{len(noted(connection)):03}")

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with any_store.read() as connection:
        assert noted(connection) == [f"{number:03}" for number in range(40)]


def test_sqlite_keeps_every_commit_through_a_power_cut_and_checks_what_refers_to_what(store: Store) -> None:
    with store.write() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000}


def test_only_its_owner_may_read_the_file(store: Store) -> None:
    assert store.path is not None
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_a_writer_that_does_not_end_is_named_as_the_trouble(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'digest.db'}"
    with open_store(url) as first, open_store(url, lock_wait=timedelta(0)) as second, first.write():
        with pytest.raises(Busy, match="another process is writing"), second.write():
            pass


def test_a_full_disk_is_named_and_nothing_is_changed(store: Store) -> None:
    with store.write() as connection:
        write_down(connection, "a")

    with pytest.raises(StoreError, match="disk is full"), store.write() as connection:  # noqa: PT012
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))  # what a full disk looks like
        for number in range(100):
            write_down(connection, f"{number:05}" + "x" * 4000)

    with store.read() as connection:
        assert noted(connection) == ["a"]


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    path.write_text("Dear editor, " * 100)

    with pytest.raises(StoreError, match="not an SQLite database"):
        open_store(f"sqlite:///{path}")

    assert path.read_text().startswith("Dear editor")


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()

    with pytest.raises(StoreError, match=r"tables of another program.*recipes"):
        open_store(f"sqlite:///{path}")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://root@localhost/digest", "mysql is not known"),
        ("sqlite://", "must name a file"),
        ("digest.db", "not readable"),
        ("sqlite:////proc/nowhere/digest.db", "cannot be opened"),
        ("postgresql://digest:s3cret@127.0.0.1:1/digest", "no connection to the server"),
    ],
)
def test_an_address_that_cannot_be_used_is_explained_without_its_password(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        open_store(url)

    assert "s3cret" not in str(caught.value)


def test_opening_an_existing_database_imports_neither_alembic_nor_the_orm(store: Store) -> None:
    program = (
        "import sys; from digest.store.engine import open_store; "
        f"open_store({store.url!r}).close(); "
        "print(sorted({'alembic', 'sqlmodel', 'sqlalchemy.orm'} & set(sys.modules)))"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"


def test_a_store_that_is_closed_leaves_one_file(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'digest.db'}") as opened, opened.write() as connection:
        write_down(connection, "a")

    assert sorted(os.listdir(tmp_path)) == ["digest.db", "digest.db.lock"]

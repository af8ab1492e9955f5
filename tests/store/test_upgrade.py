"""A database is made or migrated once, whoever starts at the same time, and never half."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, text

from digest.model.errors import DatabaseNewer, StoreError
from digest.store.archive import latest, put_stories
from digest.store.engine import Store, open_store
from digest.store.migrations import FOLDER, HEAD
from digest.store.upgrade import bring_up_to_date, revision
from store.conftest import written
from store.samples import NOW, a_story
from store.starters import open_together

#: A next step as a later release might bring it; the story table is made anew, as SQLite needs it.
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("stories") as batch:
        batch.add_column(sa.Column("mood", sa.Text(), nullable=False, server_default="calm"))
        batch.alter_column("id", nullable=True)
    {more}
"""


def test_a_database_of_a_newer_version_is_refused_and_not_touched(any_store: Store) -> None:
    with any_store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        address = connection.engine.url

    with pytest.raises(DatabaseNewer, match=r"newer version of digest.*9999"):
        open_store(written(address) if any_store.path is None else str(address))

    with any_store.read() as connection:
        assert revision(connection) == "9999"
    if any_store.path is not None:
        assert not list(any_store.path.parent.glob("*before*"))


def test_a_real_upgrade_backs_up_first_and_keeps_every_row(store: Store, tmp_path: Path) -> None:
    with store.write() as connection:
        put_stories(connection, [a_story()], now=NOW)

    with engine_of(store) as engine:
        bring_up_to_date(engine, store.path, now=NOW, folder=with_next(tmp_path), head="0002")

    with store.read() as connection:
        assert revision(connection) == "0002"
        assert connection.execute(text("SELECT mood FROM stories")).scalar() == "calm"
        assert latest(connection, [a_story().id]) == {a_story().id: a_story()}
    with open_store(f"sqlite:///{tmp_path / 'digest-before-0002-20261123T061500Z.db'}") as backup:
        with backup.read() as connection:
            assert revision(connection) == HEAD
            assert latest(connection, [a_story().id]) == {a_story().id: a_story()}


def test_an_upgrade_that_fails_half_way_leaves_the_database_as_it_was(store: Store, tmp_path: Path) -> None:
    broken = with_next(tmp_path, more="raise RuntimeError('half-way')")

    with engine_of(store) as engine, pytest.raises(RuntimeError, match="half-way"):
        bring_up_to_date(engine, store.path, now=NOW, folder=broken, head="0002")

    with store.read() as connection:
        assert revision(connection) == HEAD
        columns = [row.name for row in connection.execute(text("PRAGMA table_info(stories)"))]
        assert columns == ["key", "id", "first_seen"]


def test_an_upgrade_that_would_leave_rows_without_what_they_refer_to_is_undone(
    store: Store, tmp_path: Path
) -> None:
    with store.write() as connection:
        put_stories(connection, [a_story()], now=NOW)
    careless = with_next(tmp_path, more="op.execute('DELETE FROM stories')")

    with engine_of(store) as engine, pytest.raises(StoreError, match="refer to nothing"):
        bring_up_to_date(engine, store.path, now=NOW, folder=careless, head="0002")

    with store.read() as connection:
        assert latest(connection, [a_story().id]) == {a_story().id: a_story()}


@pytest.mark.postgres
def test_on_postgresql_an_upgrade_keeps_every_row_too(postgres_store: Store, tmp_path: Path) -> None:
    with postgres_store.write() as connection:
        put_stories(connection, [a_story()], now=NOW)

    with engine_of(postgres_store) as engine:
        bring_up_to_date(engine, None, now=NOW, folder=with_next(tmp_path), head="0002")

    with postgres_store.read() as connection:
        assert revision(connection) == "0002"
        assert latest(connection, [a_story().id]) == {a_story().id: a_story()}


def test_processes_that_start_together_on_a_new_file_all_find_it_ready(tmp_path: Path) -> None:
    assert open_together(f"sqlite:///{tmp_path / 'digest.db'}") == [HEAD] * 3


@pytest.mark.postgres
def test_processes_that_start_together_on_a_new_server_all_find_it_ready(postgres_empty: URL) -> None:
    assert open_together(written(postgres_empty)) == [HEAD] * 3


def test_a_restored_copy_is_put_back_into_wal_mode(store: Store, tmp_path: Path) -> None:
    copy = tmp_path / "restored.db"
    with engine_of(store) as engine, engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("VACUUM INTO ?", (str(copy),))

    with open_store(f"sqlite:///{copy}") as restored, restored.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def with_next(folder: Path, *, more: str = "") -> Path:
    """Return a copy of the migrations with one more step."""
    copy = folder / "migrations"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / "v0002_mood.py").write_text(NEXT.format(more=more))
    return copy


@contextmanager
def engine_of(store: Store) -> Iterator[Engine]:
    """Give a plain engine on the database of `store`, for what a store does not show."""
    with store.read() as connection:
        url = connection.engine.url
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()

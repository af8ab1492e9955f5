"""Migrations and tables are the same thing, told twice."""

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, text

from digest.store.migrations import FOLDER, HEAD
from digest.store.migrations.draft import differences
from digest.store.upgrade import create_all, migrate


def test_the_head_that_is_written_down_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))

    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_all_migrations_lead_to_the_tables_of_the_program(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    with engine.begin() as connection:
        migrate(connection)

        found = differences(connection)
    engine.dispose()

    assert found == []


def test_making_all_tables_at_once_is_the_same_as_migrating(tmp_path: Path) -> None:
    at_once, by_steps = (create_engine(f"sqlite:///{tmp_path / name}") for name in ("a.db", "b.db"))
    with at_once.begin() as connection:
        create_all(connection)
    with by_steps.begin() as connection:
        migrate(connection)

    assert _sqlite_schema(at_once) == _sqlite_schema(by_steps)


@pytest.mark.postgres
def test_on_postgresql_the_two_ways_are_the_same_too(postgres_server: URL) -> None:
    described = []
    for make in (create_all, migrate):
        engine = create_engine(postgres_server)
        with engine.connect() as connection:
            connection.execute(text("CREATE SCHEMA way"))
            connection.execute(text("SET LOCAL search_path = way"))
            make(connection)
            described.append(_postgres_schema(connection))
            assert differences(connection) == []
            connection.rollback()
        engine.dispose()

    assert described[0] == described[1]


def _sqlite_schema(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    engine.dispose()
    return {name: "".join(sorted("".join(sql.split()))) for name, sql in rows}


_POSTGRES_SCHEMA = """
SELECT 'column', table_name, column_name, data_type || ' ' || is_nullable || ' ' ||
       coalesce(column_default, '-') || ' ' || is_identity
  FROM information_schema.columns WHERE table_schema = 'way'
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'way'::regnamespace
UNION ALL
SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'way'
UNION ALL
SELECT 'options', relname, '', coalesce(array_to_string(reloptions, ','), '')
  FROM pg_class WHERE relnamespace = 'way'::regnamespace
"""


def _postgres_schema(connection: Connection) -> list[tuple[str, ...]]:
    return sorted(tuple(str(part) for part in row) for row in connection.execute(text(_POSTGRES_SCHEMA)))

"""The columns that statements name are those that the tables have."""

import subprocess
import sys

import pytest
from sqlalchemy import TableClause

from digest.store.tables import accounts, archive, complete, occurrences

VIEWS = [
    thing
    for module in (accounts, archive, occurrences)
    for thing in vars(module).values()
    if isinstance(thing, TableClause)
]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_has_the_columns_of_its_table_with_their_types(view: TableClause) -> None:
    declared = complete().tables[view.name]

    named = {column.name: type(column.type).__name__ for column in view.columns}

    expected = {column.name: type(column.type).__name__ for column in declared.columns}
    assert named == expected


def test_every_content_table_has_its_view() -> None:
    program = "import digest.store.tables as t, digest.store.tables.desk; print(*t.metadata.tables)"

    declared = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert sorted(declared.stdout.split()) == sorted(view.name for view in VIEWS)


def test_nobody_who_uses_the_store_pays_for_the_orm() -> None:
    program = (
        "import sys, digest.store.compositions, digest.store.renderings, digest.store.occurrences, "
        "digest.store.visits, digest.store.pictures, digest.store.engine, digest.store.audit, "
        "digest.store.accounts, digest.store.sessions, digest.store.attempts; "
        "print(sorted({'alembic', 'sqlmodel', 'sqlalchemy.orm', 'pydantic'} & set(sys.modules)))"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"

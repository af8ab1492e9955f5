"""Write the migration that the tables of today ask for.

`python -m digest.store.migrations.draft` prints the operations that the migrations lack, to be
pasted into the next one. Until the first release there is only `versions/v0001_initial`, and
`--initial` writes that file anew from the tables; run `ruff format` on it afterwards.
"""

import sys
import tempfile
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, create_engine

from digest.store.migrations import FOLDER
from digest.store.tables import complete, metadata
from digest.store.upgrade import migrate

_INITIAL = '''"""All tables of the first release.

Written by `python -m digest.store.migrations.draft --initial`: until that release, change a table and
run it again.
"""

import sqlalchemy as sa
from alembic import op

from digest.store.tables import Key, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    {operations}
'''


def differences(connection: Connection) -> list[object]:
    """Return what differs between the tables behind `connection` and ours; empty when nothing does."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    complete()
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def draft(connection: Connection) -> str:
    """Return the operations that would remove the differences, as Python."""
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.migration import MigrationContext

    complete()
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    upgrade = produce_migrations(context, metadata).upgrade_ops
    written = render_python_code(upgrade, render_item=_own_types) if upgrade else ""
    return "\n".join(line for line in written.splitlines() if not line.lstrip().startswith("#")).strip()


def _own_types(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Write our two column types by their names."""
    if kind != "type":
        return False
    if type(thing).__name__ == "Moment":
        return "Moment()"
    return "Key" if thing is metadata.tables["editions"].c.key.type else False


def main(arguments: list[str]) -> None:
    """Print the draft for a database that all present migrations have run on, or write the first one."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'draft.db'}")
        with engine.begin() as connection:
            if arguments == ["--initial"]:
                text = _INITIAL.format(operations=draft(connection))
                (FOLDER / "versions" / "v0001_initial.py").write_text(text, encoding="utf-8")
            else:
                migrate(connection)
                print(draft(connection))  # noqa: T201
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])

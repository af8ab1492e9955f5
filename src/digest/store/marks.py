"""How far the database has come: two numbers that grow with every change that an open page shows."""

from sqlalchemy import Connection, func, select

from digest.store.tables.archive import history as _HISTORY
from digest.store.tables.archive import story_versions as _VERSIONS


def newest(connection: Connection) -> tuple[int, int]:
    """Return the numbers of the newest line of any edition's history and of the newest version of a story.

    Whoever changes an edition writes a line, whichever process it is. Both are the ends of an index.
    """
    line, version = select(func.max(_HISTORY.c.key)), select(func.max(_VERSIONS.c.key))
    return connection.execute(line).scalar() or 0, connection.execute(version).scalar() or 0

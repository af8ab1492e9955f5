"""The ledger's times: whole milliseconds since 1970, UTC."""

from datetime import UTC, datetime

from sqlalchemy import Connection, text

#: Later than anything that will ever be sent: a chunk without an end.
NEVER = 1 << 62

_SERVER_NOW = text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)")


def stamp(moment: datetime) -> int:
    """Return `moment`, which must be aware, in milliseconds."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()}: a moment needs a time zone")
    return round(moment.timestamp() * 1000)


def moment(milliseconds: int) -> datetime:
    """Return the moment again."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def drift(connection: Connection, now: datetime) -> int:
    """Return by how many milliseconds the database's clock is ahead of ours.

    Leases are compared between machines, so on a server its clock counts; SQLite has only ours.
    """
    if connection.dialect.name != "postgresql":
        return 0
    return int(connection.execute(_SERVER_NOW).scalar_one()) - stamp(now)

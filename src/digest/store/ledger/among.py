"""Many ids as one value: the statement stays the same however many there are, so it is prepared once."""

from collections.abc import Iterable

from sqlalchemy import Connection

SQLITE = "(SELECT value FROM json_each(:ids))"
POSTGRES = "(SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:ids AS json)))"


def among(connection: Connection) -> str:
    """Return the right side of `IN` for the parameter `ids`."""
    return POSTGRES if connection.dialect.name == "postgresql" else SQLITE


def listed(ids: Iterable[int]) -> str:
    """Return the value of the parameter `ids`."""
    return f"[{','.join(map(str, ids))}]"

"""Many ids as one value: the statement stays the same however many there are, so it is prepared once."""

import json
from collections.abc import Iterable

from sqlalchemy import Connection

_SQLITE = "(SELECT value FROM json_each(:ids))"
_POSTGRES = "(SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:ids AS json)))"


def among(connection: Connection) -> str:
    """Return the right side of `IN` for the parameter `ids`."""
    return _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE


def listed(ids: Iterable[int]) -> str:
    """Return the value of the parameter `ids`."""
    return json.dumps(list(ids), separators=(",", ":"))

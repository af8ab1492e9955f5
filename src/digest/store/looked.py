"""What checks outside of the program found, kept for exactly the words that they looked at."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from digest.model.finding import Finding
from digest.store.codec import from_plain, to_plain, written
from digest.store.tables.archive import editions as _EDITIONS
from digest.store.tables.archive import looked as _LOOKED
from digest.store.upsert import put


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One check's findings."""

    what: str
    at: datetime
    findings: tuple[Finding, ...]


def save_looked(connection: Connection, edition: str, hash: str, found: Sequence[Found]) -> None:
    """Keep what was found in the words named `hash`, in place of what was found in them before."""
    key = connection.execute(select(_EDITIONS.c.key).where(_EDITIONS.c.id == edition)).scalar_one()
    rows = [
        {
            "edition_key": key,
            "hash": hash,
            "what": one.what,
            "at": one.at,
            "findings": written([to_plain(finding) for finding in one.findings]),
        }
        for one in found
    ]
    put(connection, _LOOKED, rows, key=("edition_key", "hash", "what"))


def looked(connection: Connection, edition: str, hash: str) -> dict[str, Found]:
    """Return what was found in the words named `hash`, by check; of other words nothing is known."""
    rows = connection.execute(
        select(_LOOKED)
        .join(_EDITIONS, _EDITIONS.c.key == _LOOKED.c.edition_key)
        .where(_EDITIONS.c.id == edition, _LOOKED.c.hash == hash)
    )
    return {
        row.what: Found(
            what=row.what,
            at=row.at,
            findings=tuple(from_plain(Finding, plain) for plain in json.loads(row.findings)),
        )
        for row in rows
    }

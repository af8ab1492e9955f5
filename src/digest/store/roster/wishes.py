"""What a form asked for, kept until it is looked at.

A form is answered when its wish stands here, whoever the address belongs to: so neither the
words nor the time of the answer tell whether we know it, and a restart loses nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from digest.store.ledger.moments import moment, stamp
from digest.store.tables.doorstep import wishes

_W = wishes.c


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWish:
    """One wish."""

    number: int
    kind: str
    what: Mapping[str, Any]
    at: datetime


def keep(connection: Connection, kind: str, what: Mapping[str, Any], *, now: datetime) -> None:
    """Keep a wish."""
    row = {"kind": kind, "what": json.dumps(dict(what), ensure_ascii=False), "at": stamp(now)}
    connection.execute(insert(wishes).values(row))


def oldest(connection: Connection, *, after: int = 0, most: int = 100) -> list[KeptWish]:
    """Return up to `most` wishes with numbers above `after`, the oldest first."""
    query = select(wishes).where(_W.number > after).order_by(_W.number).limit(most)
    return [
        KeptWish(number=row.number, kind=row.kind, what=json.loads(row.what), at=moment(row.at))
        for row in connection.execute(query)
    ]


def done(connection: Connection, numbers: Sequence[int]) -> None:
    """Take wishes away that were looked at."""
    connection.execute(delete(wishes).where(_W.number.in_(numbers)))

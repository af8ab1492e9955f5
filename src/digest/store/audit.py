"""The audit log: who did what. Lines are added, never changed and never taken away.

What is about one edition stands in that edition's history; everything else (accounts, readers,
imports, the schedule) is noted here, in the transaction that does it. `lines` reads both as one.
Readers are named by number, never by address: the log outlives what somebody asks to forget.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from digest.store.tables.accounts import audit as _AUDIT
from digest.store.tables.archive import editions as _EDITIONS
from digest.store.tables.archive import history as _HISTORY


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the log, so that the next page begins where this one ended."""

    at: datetime
    source: int  #: 0 for the audit log, 1 for histories of editions
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """Who did what, about what, when."""

    place: Place
    who: str
    what: str
    about: str  #: `edition morning/2026-11-23`, `account ida`, `reader 17`, `schedule`

    @property
    def at(self) -> datetime:
        """Return when."""
        return self.place.at


def note(connection: Connection, *, at: datetime, who: str, what: str, about: str = "") -> None:
    """Add a line."""
    connection.execute(insert(_AUDIT).values(at=at, who=who, what=what, about=about))


def lines(
    connection: Connection,
    *,
    who: str = "",
    about: str = "",
    text: str = "",
    after: Place | None = None,
    limit: int = 50,
) -> list[LogLine]:
    """Return lines of the whole newsroom, the newest first.

    Args:
        who: only of this person.
        about: only about things that begin so: `edition`, `account ida`.
        text: only those that hold this text, in any case, in who, what or about.
        after: only those that are older than this place.
    """
    both = union_all(_of_audit(), _of_editions()).subquery()
    wanted: list[ColumnElement[bool]] = []
    if who:
        wanted.append(both.c.who == who)
    if about:
        wanted.append(both.c.about.startswith(about, autoescape=True))
    if text:
        wanted.append(
            or_(
                *(
                    func.lower(c).contains(text.lower(), autoescape=True)
                    for c in (both.c.who, both.c.what, both.c.about)
                )
            )
        )
    if after is not None:
        wanted.append(_older(both.c, after))
    found = connection.execute(
        select(both)
        .where(*wanted)
        .order_by(both.c.at.desc(), both.c.source.desc(), both.c.key.desc())
        .limit(limit)
    )
    return [
        LogLine(
            place=Place(at=row.at, source=row.source, key=row.key),
            who=row.who,
            what=row.what,
            about=row.about,
        )
        for row in found
    ]


def people(connection: Connection) -> list[str]:
    """Return who has lines, by name."""
    return sorted(
        {
            *connection.scalars(select(_AUDIT.c.who).distinct()),
            *connection.scalars(select(_HISTORY.c.who).distinct()),
        }
    )


def newest(connection: Connection, about: str) -> LogLine | None:
    """Return the newest line of the audit log about exactly this, if there is one."""
    row = connection.execute(
        select(_AUDIT).where(_AUDIT.c.about == about).order_by(_AUDIT.c.key.desc()).limit(1)
    ).first()
    if row is None:
        return None
    return LogLine(place=Place(at=row.at, source=0, key=row.key), who=row.who, what=row.what, about=row.about)


def _of_audit() -> Select[Any]:
    return select(
        _AUDIT.c.at,
        literal_column("0").label("source"),
        _AUDIT.c.key,
        _AUDIT.c.who,
        _AUDIT.c.what,
        _AUDIT.c.about,
    )


def _of_editions() -> Select[Any]:
    about = (literal("edition ") + _EDITIONS.c.id).label("about")
    return select(
        _HISTORY.c.at,
        literal_column("1").label("source"),
        _HISTORY.c.key,
        _HISTORY.c.who,
        _HISTORY.c.what,
        about,
    ).join(_EDITIONS, _EDITIONS.c.key == _HISTORY.c.edition_key)


def _older(columns: Any, place: Place) -> ColumnElement[bool]:
    same = columns.at == place.at
    return or_(
        columns.at < place.at,
        and_(same, columns.source < place.source),
        and_(same, columns.source == place.source, columns.key < place.key),
    )

"""Visits to sources: what came of them, and what makes the next one cheap."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from digest.model.finding import Finding
from digest.store.codec import from_plain, to_plain, written
from digest.store.tables.archive import bookmarks as _BOOKMARKS
from digest.store.tables.archive import visits as _VISITS
from digest.store.upsert import batches, put

#: Visits that are kept of each source: five days of one every 15 minutes.
KEPT = 480


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """What makes the next GET of an address conditional (RFC 9110, 13), and where it moved to."""

    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""  #: after a permanent redirect


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit to a source."""

    source: str
    at: datetime
    ok: bool
    why: str = ""  #: what went wrong, or that nothing had changed
    new: int = 0
    updated: int = 0
    same: int = 0
    findings: tuple[Finding, ...] = ()


def bookmarks(connection: Connection, urls: Iterable[str]) -> dict[str, Bookmark]:
    """Return the bookmarks there are, by address."""
    found: dict[str, Bookmark] = {}
    for batch in batches(urls):
        for row in connection.execute(select(_BOOKMARKS).where(_BOOKMARKS.c.url.in_(batch))):
            found[row.url] = Bookmark(etag=row.etag, last_modified=row.last_modified, moved_to=row.moved_to)
    return found


def set_bookmarks(connection: Connection, new: Mapping[str, Bookmark], *, now: datetime) -> None:
    """Keep these bookmarks; an empty one is forgotten, so that the next visit reads everything."""
    empty = Bookmark()
    forget_bookmarks(connection, [url for url, bookmark in new.items() if bookmark == empty])
    rows = [
        {
            "url": url,
            "etag": bookmark.etag,
            "last_modified": bookmark.last_modified,
            "moved_to": bookmark.moved_to,
            "at": now,
        }
        for url, bookmark in sorted(new.items())
        if bookmark != empty
    ]
    put(connection, _BOOKMARKS, rows, key=["url"])


def forget_bookmarks(connection: Connection, urls: Iterable[str]) -> None:
    """Make the next visit read everything: after a change of how a source is read, for example."""
    for batch in batches(urls):
        connection.execute(delete(_BOOKMARKS).where(_BOOKMARKS.c.url.in_(batch)))


def record_visit(connection: Connection, visit: Visit) -> None:
    """Note a visit; of each source the last KEPT are kept."""
    connection.execute(
        insert(_VISITS).values(
            source=visit.source,
            at=visit.at,
            ok=visit.ok,
            why=visit.why.replace("\0", "\N{REPLACEMENT CHARACTER}"),  # PostgreSQL has no NUL in text
            new=visit.new,
            updated=visit.updated,
            same=visit.same,
            findings=written([to_plain(finding) for finding in visit.findings]),
        )
    )
    oldest_kept = (
        select(_VISITS.c.key)
        .where(_VISITS.c.source == visit.source)
        .order_by(_VISITS.c.key.desc())
        .offset(KEPT - 1)
        .limit(1)
        .scalar_subquery()
    )
    connection.execute(delete(_VISITS).where(_VISITS.c.source == visit.source, _VISITS.c.key < oldest_kept))


def last_visits(connection: Connection) -> dict[str, Visit]:
    """Return the newest visit to each source."""
    newest = select(func.max(_VISITS.c.key)).group_by(_VISITS.c.source)
    rows = connection.execute(select(_VISITS).where(_VISITS.c.key.in_(newest)))
    return {row.source: _visit(row) for row in rows}


def last_good_visits(connection: Connection) -> dict[str, datetime]:
    """Return when each source was last visited with success; a source without one is left out."""
    rows = connection.execute(
        select(_VISITS.c.source, func.max(_VISITS.c.at).label("at"))
        .where(_VISITS.c.ok)
        .group_by(_VISITS.c.source)
    )
    return {row.source: row.at for row in rows}


def visits(connection: Connection, source: str, *, limit: int = 50) -> list[Visit]:
    """Return the last visits to a source, newest first."""
    rows = connection.execute(
        select(_VISITS).where(_VISITS.c.source == source).order_by(_VISITS.c.key.desc()).limit(limit)
    )
    return [_visit(row) for row in rows]


def _visit(row: Row[*tuple[Any, ...]]) -> Visit:
    return Visit(
        source=row.source,
        at=row.at,
        ok=row.ok,
        why=row.why,
        new=row.new,
        updated=row.updated,
        same=row.same,
        findings=tuple(from_plain(Finding, plain) for plain in json.loads(row.findings)),
    )

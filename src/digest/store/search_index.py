"""The index over the archive, as bytes that `selection/index` makes and reads.

Segments stand in the order of the versions in them; how far they reach is told by the last one.
Frequencies are kept in states that never change, so that an edition can be replayed with those
that it was chosen with.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, insert, select

from digest.model.story import Story
from digest.store.codec import from_json
from digest.store.tables.archive import frequencies as _FREQUENCIES
from digest.store.tables.archive import index_segments as _SEGMENTS
from digest.store.tables.archive import stories as _STORIES
from digest.store.tables.archive import story_versions as _VERSIONS
from digest.store.upsert import batches


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A segment of the index: the versions with keys from `first` to `last`."""

    first: int
    last: int
    texts: int
    body: bytes


def parts(connection: Connection) -> list[Part]:
    """Return all segments, the oldest first."""
    rows = connection.execute(select(_SEGMENTS).order_by(_SEGMENTS.c.first))
    return [Part(first=row.first, last=row.last, texts=row.texts, body=bytes(row.body)) for row in rows]


def reaches(connection: Connection) -> int:
    """Return the key of the newest version in the index; 0 when there is none."""
    return int(connection.execute(select(func.max(_SEGMENTS.c.last))).scalar_one() or 0)


def put_part(connection: Connection, *, first: int, last: int, texts: int, body: bytes) -> None:
    """Add a segment in the place of all that lie within it."""
    connection.execute(delete(_SEGMENTS).where(_SEGMENTS.c.first >= first, _SEGMENTS.c.last <= last))
    connection.execute(insert(_SEGMENTS).values(first=first, last=last, texts=texts, body=body))


def forget_parts(connection: Connection) -> None:
    """Take the whole index away: it is made anew from the stories."""
    connection.execute(delete(_SEGMENTS))


def versions_after(connection: Connection, key: int, *, most: int) -> Iterator[tuple[int, Story, bool]]:
    """Yield (key, story, whether it is its story's first) of the versions after `key`, in their order."""
    older = _VERSIONS.alias()
    again = exists().where(older.c.story_key == _VERSIONS.c.story_key, older.c.key < _VERSIONS.c.key)
    query = (
        select(_VERSIONS.c.key, _VERSIONS.c.document, again)
        .where(_VERSIONS.c.key > key)
        .order_by(_VERSIONS.c.key)
        .limit(most)
    )
    for number, document, told_before in connection.execute(query):
        yield number, from_json(Story, document), not told_before


def ids_of(connection: Connection, versions: Sequence[int]) -> dict[int, str]:
    """Return the id of the story that each of these versions is one of."""
    found: dict[int, str] = {}
    for some in batches(versions):
        query = select(_VERSIONS.c.key, _STORIES.c.id).join(_STORIES, _STORIES.c.key == _VERSIONS.c.story_key)
        found |= {row.key: row.id for row in connection.execute(query.where(_VERSIONS.c.key.in_(list(some))))}
    return found


def newest_frequencies(connection: Connection) -> tuple[int, int]:
    """Return (number, texts) of the newest state of the frequencies; zeros when there is none."""
    query = (
        select(_FREQUENCIES.c.number, _FREQUENCIES.c.texts).order_by(_FREQUENCIES.c.number.desc()).limit(1)
    )
    row = connection.execute(query).one_or_none()
    return (0, 0) if row is None else (int(row.number), int(row.texts))


def put_frequencies(connection: Connection, *, texts: int, body: bytes) -> int:
    """Keep a state of the frequencies; return its number."""
    statement = insert(_FREQUENCIES).values(texts=texts, body=body).returning(_FREQUENCIES.c.number)
    return int(connection.execute(statement).scalar_one())


def frequencies(connection: Connection, number: int) -> bytes | None:
    """Return a state of the frequencies, None when it is not there."""
    query = select(_FREQUENCIES.c.body).where(_FREQUENCIES.c.number == number)
    body = connection.execute(query).scalar_one_or_none()
    return None if body is None else bytes(body)

"""Stories and everything they ever said: put in by `flows/gather`, taken out by selection.

A story told by two sources is one story with a current version per source, so that two sources
that print it differently do not overwrite each other at every visit. A version, once written,
is never changed: an edition refers to versions and can be replayed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from digest.model.errors import NotFound
from digest.model.story import Completeness, PubStatus, Story
from digest.store import reused
from digest.store.codec import story_from, to_json
from digest.store.tables.archive import carried as _CARRIED
from digest.store.tables.archive import current_versions as _CURRENT
from digest.store.tables.archive import stories as _STORIES
from digest.store.tables.archive import story_versions as _VERSIONS
from digest.store.upsert import add_missing, batches, put

_Row = Row[*tuple[Any, ...]]
_Place = tuple[int, str]  #: key of a story, id of a source


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What became of the stories that were put into the archive, counted per source."""

    new: int = 0
    updated: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one source printed of a story, from `seen_at` on."""

    key: int  #: the database's number
    source: str
    fingerprint: str
    seen_at: datetime
    story: Story


def put_stories(connection: Connection, stories: Iterable[Story], *, now: datetime) -> Put:
    """Add stories, and new versions of those that are there; twice the same changes nothing.

    `first_seen` stays what it was when the story first came. A teaser never replaces the same
    source's full story, unless it says that the story may not be printed any more. Other news under
    the guid or path of a story that is there is a story of its own.
    """
    total = Put()
    for batch in batches(stories):
        named = reused.told_apart([_in_utc(story) for story in batch], partial(latest, connection))
        found = _put_batch(connection, named, now)
        total = Put(
            new=total.new + found.new, updated=total.updated + found.updated, same=total.same + found.same
        )
    return total


def candidates(
    connection: Connection, *, sources: Sequence[str], since: datetime, most: int | None = None
) -> list[Story]:
    """Return the newest version of every story that `sources` printed at or after `since`, newest first.

    Args:
        most: look at so many of the newest only.

    What several of them printed comes once: the killed one if any is (a kill holds for all), else
    a full one before a teaser, else the one that changed last.
    """
    wanted = (
        _current_versions()
        .where(_CURRENT.c.source.in_(sources), _CURRENT.c.sort_at >= since)
        .order_by(_CURRENT.c.sort_at.desc(), _CURRENT.c.version_key)
        .limit(most)
    )
    return [story_from(row.document) for row in _best(connection.execute(wanted))]


def retold(connection: Connection, *, sources: Sequence[str], since: datetime) -> list[Story]:
    """Return older stories that an edition has carried, and that `sources` have told anew since `since`.

    Few feeds say when they changed a story: without these, what is new in one from yesterday would be lost.
    """
    had = select(_VERSIONS.c.story_key).join(_CARRIED, _CARRIED.c.version_key == _VERSIONS.c.key)
    wanted = _current_versions().where(
        _CURRENT.c.source.in_(sources),
        _CURRENT.c.sort_at < since,
        _CURRENT.c.changed_at >= since,
        _CURRENT.c.story_key.in_(had),
    )
    return [story_from(row.document) for row in _best(connection.execute(wanted))]


def latest(connection: Connection, ids: Iterable[str]) -> dict[str, Story]:
    """Return the newest version of each story, by id, whoever printed it; unknown ids are left out."""
    found: dict[str, Story] = {}
    for batch in batches(sorted(set(ids))):
        rows = connection.execute(_current_versions().where(_STORIES.c.id.in_(batch)))
        found |= {row.id: story_from(row.document) for row in _best(rows)}
    return found


def story(connection: Connection, id: str, fingerprint: str | None = None) -> Story:
    """Return a story's newest version, or the one that `fingerprint` names.

    Raises:
        NotFound: there is no such story, or no such version of it.
    """
    if fingerprint is None:
        found = latest(connection, [id]).get(id)
    else:
        named = [version for version in versions(connection, id) if version.fingerprint == fingerprint]
        found = named[-1].story if named else None
    if found is None:
        raise NotFound(f"{id}: no such story in the archive" + (f": {fingerprint}" if fingerprint else ""))
    return found


def versions(connection: Connection, id: str) -> list[Version]:
    """Return everything that was ever printed of a story, oldest first; empty for an unknown id."""
    rows = connection.execute(
        select(_VERSIONS)
        .join(_STORIES, _STORIES.c.key == _VERSIONS.c.story_key)
        .where(_STORIES.c.id == id)
        .order_by(_VERSIONS.c.key)
    )
    return [
        Version(
            key=row.key,
            source=row.source,
            fingerprint=row.fingerprint,
            seen_at=row.seen_at,
            story=story_from(row.document),
        )
        for row in rows
    ]


def version_documents(connection: Connection, keys: Iterable[int]) -> dict[int, str]:
    """Return the stored words of versions, by their keys."""
    found: dict[int, str] = {}
    for batch in batches(sorted(set(keys))):
        rows = connection.execute(
            select(_VERSIONS.c.key, _VERSIONS.c.document).where(_VERSIONS.c.key.in_(batch))
        )
        found.update((row.key, row.document) for row in rows)
    return found


def version_keys(connection: Connection, stories: Iterable[Story]) -> dict[tuple[str, str, str], int]:
    """Return the key of each version that is in the archive, by (id, source, fingerprint)."""
    found: dict[tuple[str, str, str], int] = {}
    for batch in batches(sorted({story.id for story in stories})):
        rows = connection.execute(
            select(_STORIES.c.id, _VERSIONS.c.source, _VERSIONS.c.fingerprint, _VERSIONS.c.key)
            .join(_STORIES, _STORIES.c.key == _VERSIONS.c.story_key)
            .where(_STORIES.c.id.in_(batch))
        )
        found.update(((row.id, row.source, row.fingerprint), row.key) for row in rows)
    return found


def _current_versions() -> Select[Any]:
    return (
        select(
            _STORIES.c.id,
            _CURRENT.c.usable,
            _CURRENT.c.full,
            _CURRENT.c.changed_at,
            _CURRENT.c.source,
            _VERSIONS.c.document,
        )
        .select_from(_CURRENT)
        .join(_STORIES, _STORIES.c.key == _CURRENT.c.story_key)
        .join(_VERSIONS, _VERSIONS.c.key == _CURRENT.c.version_key)
    )


def _best(rows: Iterable[_Row]) -> list[_Row]:
    """Return one row a story, in the order in which the stories first appear."""
    best: dict[str, _Row] = {}
    for row in rows:
        other = best.get(row.id)
        if other is None or _rank(row) > _rank(other):
            best[row.id] = row
    return list(best.values())


def _rank(row: _Row) -> tuple[bool, bool, datetime, str]:
    return (not row.usable, row.full, row.changed_at, row.source)


def _in_utc(story: Story) -> Story:
    """Return `story` with an embargo in UTC: its fingerprint contains how the embargo is written."""
    if story.embargo is None or (story.embargo.tzinfo is UTC and not story.embargo.fold):
        return story
    return replace(story, embargo=story.embargo.astimezone(UTC).replace(fold=0))


def _put_batch(connection: Connection, stories: Sequence[Story], now: datetime) -> Put:
    ids = [story.id for story in stories]
    known = _story_rows(connection, dict(zip(ids, stories, strict=True)))
    told: dict[_Place, Story] = {}
    for id, story in zip(ids, stories, strict=True):
        key, first_seen = known[id]
        place = (key, story.source)
        if place not in told or not _keeps(told[place], story):
            told[place] = replace(story, first_seen=first_seen)
    current = _current_rows(connection, {key for key, _ in told})
    prints = {place: story.fingerprint for place, story in told.items()}
    changed = {
        place: story
        for place, story in told.items()
        if (row := current.get(place)) is None
        or (row.fingerprint != prints[place] and not (row.full and _is_teaser(story)))
    }
    _write_versions(connection, changed, prints, now)
    new = sum(1 for place in changed if place not in current)
    return Put(new=new, updated=len(changed) - new, same=len(told) - len(changed))


def _keeps(held: Story, offered: Story) -> bool:
    return held.completeness is Completeness.FULL and _is_teaser(offered)


def _is_teaser(story: Story) -> bool:
    return story.completeness is Completeness.PARTIAL and story.pubstatus is PubStatus.USABLE


def _story_rows(connection: Connection, stories: Mapping[str, Story]) -> dict[str, tuple[int, datetime]]:
    """Return key and first sight of each story, which is added when it is not there."""
    wanted = select(_STORIES.c.id, _STORIES.c.key, _STORIES.c.first_seen).where(_STORIES.c.id.in_(stories))
    known = {row.id: (row.key, row.first_seen) for row in connection.execute(wanted)}
    missing = sorted(stories.keys() - known.keys())  # in one order, so that two writers cannot deadlock
    if missing:
        rows = [{"id": id, "first_seen": stories[id].first_seen} for id in missing]
        add_missing(connection, _STORIES, rows)
        known = {row.id: (row.key, row.first_seen) for row in connection.execute(wanted)}
    return known


def _current_rows(connection: Connection, keys: Iterable[int]) -> dict[_Place, _Row]:
    rows = connection.execute(
        select(_CURRENT.c.story_key, _CURRENT.c.source, _CURRENT.c.full, _VERSIONS.c.fingerprint)
        .join(_VERSIONS, _VERSIONS.c.key == _CURRENT.c.version_key)
        .where(_CURRENT.c.story_key.in_(list(keys)))
    )
    return {(row.story_key, row.source): row for row in rows}


def _write_versions(
    connection: Connection, changed: Mapping[_Place, Story], prints: Mapping[_Place, str], now: datetime
) -> None:
    if not changed:
        return
    versions = [
        {
            "story_key": key,
            "source": source,
            "fingerprint": prints[key, source],
            "seen_at": now,
            "document": to_json(story),
        }
        for (key, source), story in sorted(changed.items(), key=lambda item: item[0])
    ]
    add_missing(connection, _VERSIONS, versions)
    keys = _version_keys(connection, {key for key, _ in changed})
    current = [
        {
            "story_key": key,
            "source": source,
            "version_key": keys[key, source, prints[key, source]],
            "sort_at": story.when,
            "full": story.completeness is Completeness.FULL,
            "usable": story.pubstatus is PubStatus.USABLE,
            "changed_at": now,
        }
        for (key, source), story in sorted(changed.items(), key=lambda item: item[0])
    ]
    put(connection, _CURRENT, current, key=("story_key", "source"))


def _version_keys(connection: Connection, stories: Iterable[int]) -> dict[tuple[int, str, str], int]:
    rows = connection.execute(
        select(_VERSIONS.c.key, _VERSIONS.c.story_key, _VERSIONS.c.source, _VERSIONS.c.fingerprint).where(
            _VERSIONS.c.story_key.in_(list(stories))
        )
    )
    return {(row.story_key, row.source, row.fingerprint): row.key for row in rows}

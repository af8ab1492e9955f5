"""Reading classes of editions: who gets whose words, and what each class has been shown."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select

from digest.model.cadence import is_round_up
from digest.model.classes import Frequency, Placement, ReadingClass, Shown
from digest.model.edition import Carried, Choice, EditionState
from digest.model.story import Story
from digest.store.codec import from_json, story_from, to_json
from digest.store.tables.archive import carried as _CARRIED
from digest.store.tables.archive import editions as _EDITIONS
from digest.store.tables.archive import reading_classes as _CLASSES
from digest.store.tables.archive import story_versions as _VERSIONS

_Row = Row[*tuple[Any, ...]]
#: Built, and not sent yet: what other editions of the same morning are about to show.
_ABOUT_TO = tuple(s.value for s in (EditionState.READY, EditionState.HELD, EditionState.APPROVED))
#: An edition that was due longer ago than this and is still not sent won't be.
_LATE = timedelta(hours=12)


def save_placements(connection: Connection, edition: str, placements: Sequence[Placement]) -> None:
    """Keep where each reading class stands in an edition, in place of what was kept before."""
    key = select(_EDITIONS.c.key).where(_EDITIONS.c.id == edition).scalar_subquery()
    connection.execute(delete(_CLASSES).where(_CLASSES.c.edition_key == key))
    for one in placements:
        values = {
            "name": one.reading.key, "document": to_json(one.reading), "readers": one.readers,
            "follows": one.follows, "variant": one.variant, "why": one.why,
        }  # fmt: skip
        connection.execute(insert(_CLASSES).values(edition_key=key, **values))


def placements(connection: Connection, edition: str) -> tuple[Placement, ...]:
    """Return where each reading class stands in an edition, those with most readers first."""
    rows = connection.execute(
        select(_CLASSES)
        .join(_EDITIONS, _EDITIONS.c.key == _CLASSES.c.edition_key)
        .where(_EDITIONS.c.id == edition)
        .order_by(_CLASSES.c.readers.desc(), _CLASSES.c.name)
    )
    return tuple(_placement(row) for row in rows)


def shown(
    connection: Connection,
    digests: Collection[str],
    *,
    since: datetime,
    before: datetime,
    first: Collection[str] = (),
) -> list[Shown]:
    """Return what editions of `digests` showed to whom, oldest first.

    Those that were published at or after `since`, and those that are built and come before an
    edition that is due at `before`: two editions of one morning are made before either is sent.

    Args:
        first: digests whose edition comes before one that is due at the same time.
    """
    published = _EDITIONS.c.published_at >= since
    earlier = or_(_EDITIONS.c.due < before, and_(_EDITIONS.c.due == before, _EDITIONS.c.digest.in_(first)))
    coming = and_(_EDITIONS.c.state.in_(_ABOUT_TO), _EDITIONS.c.due > before - _LATE, earlier)
    found = connection.execute(
        select(_EDITIONS)
        .where(_EDITIONS.c.digest.in_(digests), or_(published, coming))
        .order_by(_EDITIONS.c.published_at.is_(None), _EDITIONS.c.published_at, _EDITIONS.c.key)
    ).all()
    known: dict[int, Story] = {}
    return [_shown(connection, row, row.published_at or before, known) for row in found]


def _shown(connection: Connection, edition: _Row, at: datetime, known: dict[int, Story]) -> Shown:
    stories: dict[str, list[Carried]] = {}
    for row in _stories(connection, _CARRIED.c.edition_key == edition.key):
        if row.version_key not in known:
            known[row.version_key] = story_from(row.document)
        carried = Carried(story=known[row.version_key], edition=edition.id, at=at, featured=row.featured)
        stories.setdefault(row.variant, []).append(carried)
    classes = connection.execute(
        select(_CLASSES).where(_CLASSES.c.edition_key == edition.key).order_by(_CLASSES.c.name)
    )
    often = {Frequency.WEEKLY} if is_round_up(edition.id) else {Frequency.EACH}
    often |= {Frequency.BREAKING} if from_json(Choice, edition.choice).breaking else set()
    return Shown(
        edition=edition.id,
        digest=edition.digest,
        served=frozenset(often),
        placements=tuple(_placement(row) for row in classes),
        stories={variant: tuple(carried) for variant, carried in stories.items()},
    )


def _stories(connection: Connection, which: ColumnElement[bool]) -> Iterator[_Row]:
    yield from connection.execute(
        select(_CARRIED.c.variant, _CARRIED.c.version_key, _CARRIED.c.featured, _VERSIONS.c.document)
        .join(_VERSIONS, _VERSIONS.c.key == _CARRIED.c.version_key)
        .where(which)
        .order_by(_CARRIED.c.variant, _CARRIED.c.position)
    )


def _placement(row: _Row) -> Placement:
    return Placement(
        reading=from_json(ReadingClass, row.document),
        readers=row.readers,
        follows=row.follows,
        variant=row.variant,
        why=row.why,
    )

"""What the readers of a digest chose: counted before an edition is built, told of each when it is frozen.

A million readers cost a million short rows and no more: what the few thousand different rows
mean is worked out once each.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from json import loads
from typing import Any, Protocol

from sqlalchemy import Connection, Select, select

from digest.model.classes import Choices, Frequency
from digest.model.digest import Audience
from digest.model.subscriber import Standing
from digest.store.roster.audience import EVERYONE, conditions, suppressed
from digest.store.roster.pages import BATCH
from digest.store.tables.roster import subscribers, subscriptions
from digest.store.upsert import batches

_S, _N = subscribers.c, subscriptions.c
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose choices are asked for."""

    digest: str
    audience: Audience = EVERYONE
    frequencies: Collection[Frequency] = tuple(Frequency)  #: only readers who want it so often
    others: Sequence[str] = ()  #: digests that a reader may get beside it
    zones: bool = False  #: whether time zone and hour are told


class Place(Protocol):
    """Where readers are put who are alike."""

    readers: int  #: how many were put there

    @property
    def put(self) -> Callable[[int], object]:
        """Return what takes a reader's id."""


def count_choices(connection: Connection, asked: Asked) -> dict[Choices, int]:
    """Return how many readers chose what: those who would get an edition that is frozen now."""
    counted = Counter[tuple[int, tuple[Any, ...]]]()
    for rows in _pages(connection, _query(asked).order_by(_N.subscriber)):
        reads = _others(connection, asked, rows).get
        counted.update([(reads(row[0], 0), row[2:]) for row in rows])
    stopped = [row[0] for row in connection.execute(suppressed(asked.digest))]
    for some in batches(sorted(stopped), BATCH):
        found = connection.execute(_query(asked).where(_N.subscriber.in_(some)).order_by(_N.subscriber))
        rows = [tuple(row) for row in found]
        reads = _others(connection, asked, rows).get
        counted.subtract([(reads(row[0], 0), row[2:]) for row in rows])
    told = {_choices(row, also, asked): number for (also, row), number in counted.items() if number}
    return dict(sorted(told.items(), key=lambda pair: repr(pair[0])))


def sort_readers(
    connection: Connection, asked: Asked, place: Callable[[Choices, str], Place]
) -> Iterator[None]:
    """Put every reader's id, ascending, where `place` says for their choices and mailbox provider.

    Yields after every few thousand readers, so that what they were put into can be emptied.

    Args:
        place: called once for each different set of choices of each provider.
    """
    stopped = {row[0] for row in connection.execute(suppressed(asked.digest))}
    places: dict[int, _Places] = {}
    for rows in _pages(connection, _query(asked).order_by(_N.subscriber)):
        others = _others(connection, asked, rows)
        for also in {0, *others.values()}.difference(places):
            places[also] = _Places(also, asked, place)
        alone, reads = places[0], others.get
        for row in rows:
            if stopped and row[0] in stopped:
                continue
            also = reads(row[0], 0)
            found = (places[also] if also else alone)[row[1:]]
            found.put(row[0])
            found.readers += 1
        yield


def choices_of(connection: Connection, asked: Asked, subscriber: int) -> Choices | None:
    """Return what one reader chose, None when she is not among those asked for."""
    row = connection.execute(_query(asked).where(_N.subscriber == subscriber)).one_or_none()
    if row is None:
        return None
    also = _others(connection, asked, [tuple(row)]).get(subscriber, 0)
    return _choices(tuple(row[2:]), also, asked)


def clocks(connection: Connection, asked: Asked) -> frozenset[tuple[str, int | None]]:
    """Return every time zone and hour that the readers asked for have told; of none: empty, and None."""
    query = _query(asked).with_only_columns(_S.timezone, _S.hour).distinct()
    return frozenset((row[0], row[1]) for row in connection.execute(query))


class _Places(dict[tuple[Any, ...], Place]):
    """Where readers are put, by provider and choices; asked for at the first of each."""

    def __init__(self, also: int, asked: Asked, place: Callable[[Choices, str], Place]) -> None:
        super().__init__()
        self._also, self._asked, self._place = also, asked, place

    def __missing__(self, row: tuple[Any, ...]) -> Place:
        made = self[row] = self._place(_choices(row[1:], self._also, self._asked), row[0])
        return made


def _others(connection: Connection, asked: Asked, rows: Sequence[tuple[Any, ...]]) -> dict[int, int]:
    """Return which other digests the readers of a page get, a bit for each; who gets none is missing.

    A page of rows is a span of ids, so this is one short walk through an index for each digest.
    """
    found: dict[int, int] = {}
    if not rows:
        return found
    first, last = rows[0][0], rows[-1][0]
    for number, other in enumerate(asked.others):
        bit = 1 << number
        query = select(_N.subscriber).where(
            _N.digest == other,
            _N.standing == str(Standing.CONFIRMED),
            _N.subscriber.between(first, last),
        )
        for page in _pages(connection, query, "others"):
            for (subscriber,) in page:
                found[subscriber] = found.get(subscriber, 0) | bit
    return found


def _choices(row: tuple[Any, ...], also: int, asked: Asked) -> Choices:
    frequency, topics, language, plain, *clock = row
    timezone, hour = clock or ("", None)
    return Choices(
        frequency=Frequency(frequency),
        topics=tuple(loads(topics)) if topics else (),
        language=language,
        also=tuple(digest for number, digest in enumerate(asked.others) if also >> number & 1),
        plain=bool(plain),
        timezone=timezone,
        hour=hour,
    )


def _query(asked: Asked) -> Select[Any]:
    """Return the query for (subscriber, provider, choices ...) of the confirmed readers asked for."""
    query = select(_N.subscriber, _N.provider, _N.frequency, _S.topics, _S.language, _S.plain)
    query = query.join_from(subscriptions, subscribers, _S.id == _N.subscriber)
    if asked.zones:
        query = query.add_columns(_S.timezone, _S.hour)
    return query.where(
        _N.digest == asked.digest,
        _N.standing == str(Standing.CONFIRMED),
        _N.frequency.in_([each.value for each in asked.frequencies]),
        *conditions(asked.audience),
    )


def _pages(
    connection: Connection, query: Select[Any], name: str = "readers"
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield rows as plain tuples, some thousands at a time; memory stays flat.

    They are taken from the driver, which hands them out as they are found: SQLAlchemy would cost
    as much again. SQLite's own cursor does so; a server's has to be asked for by a name.
    """
    cursor: Any
    if connection.dialect.name == "sqlite":
        cursor = connection.execute(query).cursor
        while rows := cursor.fetchmany(_AT_ONCE):
            yield rows
        return
    compiled = query.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    cursor = connection.connection.cursor(name=name)
    with closing(cursor):
        cursor.execute(str(compiled), compiled.params)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield rows

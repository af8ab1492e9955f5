"""What the readers of a digest chose: counted before an edition is built, told of each when it is frozen.

A million readers cost a million short rows and no more: what the few thousand different rows
mean is worked out once each.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from json import loads
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, and_, literal, select

from digest.model.classes import Choices, Frequency
from digest.model.digest import Audience
from digest.model.subscriber import Standing
from digest.store.roster.audience import EVERYONE, conditions, suppressed
from digest.store.roster.pages import BATCH
from digest.store.tables.roster import subscribers, subscriptions
from digest.store.upsert import batches

_S, _N = subscribers.c, subscriptions.c
_Told = TypeVar("_Told")
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose choices are asked for."""

    digest: str
    audience: Audience = EVERYONE
    frequencies: Collection[Frequency] = tuple(Frequency)  #: only readers who want it so often
    others: Sequence[str] = ()  #: digests that a reader may get beside it
    zones: bool = False  #: whether time zone and hour are told


def count_choices(connection: Connection, asked: Asked) -> dict[Choices, int]:
    """Return how many readers chose what: those who would get an edition that is frozen now."""
    counted = Counter[tuple[Any, ...]]()
    for rows in _pages(connection, _query(asked)):
        counted.update([row[2:] for row in rows])
    stopped = [row[0] for row in connection.execute(suppressed(asked.digest))]
    for some in batches(stopped, BATCH):
        query = _query(asked).where(_N.subscriber.in_(some))
        counted.subtract([tuple(row[2:]) for row in connection.execute(query)])
    found = {_choices(row, asked.others): number for row, number in counted.items() if number}
    return dict(sorted(found.items(), key=lambda pair: repr(pair[0])))


def each_choice(
    connection: Connection, asked: Asked, tell: Callable[[Choices], _Told]
) -> Iterator[tuple[int, str, _Told]]:
    """Yield (subscriber id, mailbox provider, what `tell` makes of their choices), ids ascending.

    Args:
        tell: called once for each different set of choices.
    """
    stopped = {row[0] for row in connection.execute(suppressed(asked.digest))}
    told = _Remembered(lambda row: tell(_choices(row, asked.others)))
    for rows in _pages(connection, _query(asked).order_by(_N.subscriber)):
        if stopped:
            rows = [row for row in rows if row[0] not in stopped]
        for row in rows:
            yield row[0], row[1], told[row[2:]]


def choices_of(connection: Connection, asked: Asked, subscriber: int) -> Choices | None:
    """Return what one reader chose, None when she is not among those asked for."""
    row = connection.execute(_query(asked).where(_N.subscriber == subscriber)).one_or_none()
    return _choices(tuple(row[2:]), asked.others) if row is not None else None


def clocks(connection: Connection, asked: Asked) -> frozenset[tuple[str, int | None]]:
    """Return every time zone and hour that the readers asked for have told; of none: empty, and None."""
    query = _query(asked).with_only_columns(_S.timezone, _S.hour).distinct()
    return frozenset((row[0], row[1]) for row in connection.execute(query))


class _Remembered(dict[tuple[Any, ...], Any]):
    """What is made of a row's choices, made at its first need."""

    def __init__(self, make: Callable[[tuple[Any, ...]], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, row: tuple[Any, ...]) -> Any:
        self[row] = made = self._make(row)
        return made


def _choices(row: tuple[Any, ...], others: Sequence[str]) -> Choices:
    frequency, topics, language, plain, timezone, hour, *reads = row
    return Choices(
        frequency=Frequency(frequency),
        topics=tuple(loads(topics)) if topics else (),
        language=language,
        also=tuple(digest for digest, standing in zip(others, reads, strict=True) if standing),
        plain=bool(plain),
        timezone=timezone,
        hour=hour,
    )


def _query(asked: Asked) -> Select[Any]:
    """Return the query for (subscriber, provider, choices ...) of the confirmed readers asked for."""
    query = select(_N.subscriber, _N.provider, _N.frequency, _S.topics, _S.language, _S.plain)
    query = query.join_from(subscriptions, subscribers, _S.id == _N.subscriber)
    zones = (
        (_S.timezone, _S.hour) if asked.zones else (literal("").label("zone"), literal(None).label("hour"))
    )
    query = query.add_columns(*zones)
    for number, other in enumerate(asked.others):
        theirs = subscriptions.alias()
        reads = (theirs.c.digest == other, theirs.c.standing == str(Standing.CONFIRMED))
        query = query.outerjoin(theirs, and_(theirs.c.subscriber == _N.subscriber, *reads))
        query = query.add_columns(theirs.c.standing.label(f"other_{number}"))
    return query.where(
        _N.digest == asked.digest,
        _N.standing == str(Standing.CONFIRMED),
        _N.frequency.in_([each.value for each in asked.frequencies]),
        *conditions(asked.audience),
    )


def _pages(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """Yield rows as plain tuples, some thousands at a time; memory stays flat.

    SQLite's are taken from the driver, which hands them out as it finds them: SQLAlchemy would
    cost half as much again.
    """
    if connection.dialect.name == "sqlite":
        cursor = connection.execute(query).cursor
        assert cursor is not None
        while rows := cursor.fetchmany(_AT_ONCE):
            yield rows
        return
    result = connection.execute(query.execution_options(stream_results=True, yield_per=_AT_ONCE))
    for page in result.partitions():
        yield [tuple(row) for row in page]

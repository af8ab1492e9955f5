"""What came of an edition, in numbers: over time, by mailbox provider, by reason, by version of its words.

All of it is counted from chunks, receipts and exceptions as they stand; nobody's address is read.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row, text

from digest.model.delivery import DeliveryState
from digest.store.ledger import ids as id_list
from digest.store.ledger.fates import Fate, spread
from digest.store.ledger.moments import moment
from digest.store.ledger.receipts import read_group, times_of

_TIMES = text("SELECT times FROM chunks WHERE edition = :edition AND times IS NOT NULL")
_OPEN = text(
    "SELECT r.at AS at, r.body AS body FROM receipts r JOIN chunks c ON c.id = r.chunk"
    " WHERE c.edition = :edition"
)
_REASONS = text(
    "SELECT e.outcome AS outcome, e.rule AS rule, e.code AS code, e.enhanced AS enhanced,"
    " MIN(e.text) AS words, COUNT(*) AS number FROM exceptions e JOIN chunks c ON c.id = e.chunk"
    " WHERE c.edition = :edition AND e.moved_to IS NULL"
    " GROUP BY e.outcome, e.rule, e.code, e.enhanced ORDER BY number DESC, e.code"
)
_SENT = text("SELECT rendering, provider, size, bits FROM chunks WHERE edition = :edition")
_SETTLED_AS_SENT = text(
    "SELECT c.rendering AS rendering, c.provider AS provider, COUNT(*) AS number"
    " FROM exceptions e JOIN chunks c ON c.id = e.chunk"
    " WHERE c.edition = :edition AND e.outcome = 'sent' AND e.moved_to IS NULL"
    " GROUP BY c.rendering, c.provider"
)
_HAD = text(
    "SELECT id, rendering, provider, size, bits, ids FROM chunks WHERE edition = :edition"
    " ORDER BY first_id, id"
)
_SETTLED = text(
    "SELECT chunk, position FROM exceptions WHERE chunk = :chunk AND outcome IN ('sent', 'unknown')"
    " AND moved_to IS NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Deliveries that were not simply sent, for one reason."""

    outcome: DeliveryState
    rule: str  #: that judged the relay's answer; empty where there was none
    code: int
    enhanced: str
    words: str  #: of one relay's answer, as an example
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """How many of an edition were accepted, for one version of its words and one provider."""

    rendering: int
    provider: str
    number: int


def over_time(connection: Connection, edition: int, *, step: timedelta) -> list[tuple[datetime, int]]:
    """Return how many were accepted in each `step`, oldest first; empty steps between are there."""
    width, found = step // timedelta(milliseconds=1), Counter[int]()
    for (times,) in connection.execute(_TIMES, {"edition": edition}):
        for at, number in times_of(bytes(times)):
            found[at // width] += number
    for row in connection.execute(_OPEN, {"edition": edition}):
        found[row.at // width] += len(read_group(row.at, bytes(row.body)).replies)
    if not found:
        return []
    return [(moment(at * width), found[at]) for at in range(min(found), max(found) + 1)]


def reasons(connection: Connection, edition: int) -> list[Reason]:
    """Return why deliveries were deferred, refused, cancelled or are unknown, the most frequent first."""
    return [
        Reason(
            outcome=DeliveryState(row.outcome), rule=row.rule, code=row.code, enhanced=row.enhanced,
            words=row.words, number=row.number,
        )
        for row in connection.execute(_REASONS, {"edition": edition})
    ]  # fmt: skip


def accepted(connection: Connection, edition: int) -> list[Accepted]:
    """Return how many were accepted, by version of the words and by mailbox provider."""
    found = Counter[tuple[int, str]]()
    for row in connection.execute(_SENT, {"edition": edition}):
        found[row.rendering, row.provider] += spread(bytes(row.bits), row.size).count(Fate.SENT)
    for row in connection.execute(_SETTLED_AS_SENT, {"edition": edition}):
        found[row.rendering, row.provider] += row.number
    return [
        Accepted(rendering=rendering, provider=provider, number=number)
        for (rendering, provider), number in sorted(found.items())
        if number
    ]


def who_had(
    connection: Connection, edition: int, renderings: Collection[int]
) -> Iterator[tuple[int, str, int]]:
    """Yield (subscriber id, mailbox provider, rendering), ids ascending, of all who got one of `renderings`.

    Who perhaps got it (`unknown`, or settled as sent by an editor) is among them. Each is there once,
    with the newest of the words they had.
    """
    wanted = [
        _had(connection, row)
        for row in connection.execute(_HAD, {"edition": edition}).all()
        if row.rendering in renderings
    ]
    for _, times in groupby(merge(*wanted), key=itemgetter(0)):
        yield max(times, key=itemgetter(2))


def _had(connection: Connection, row: Row[*tuple[Any, ...]]) -> list[tuple[int, str, int]]:
    id, rendering, provider, size, bits, ids = row
    fates = spread(bytes(bits), size)
    sure = {position for position in range(size) if fates[position] == Fate.SENT}
    perhaps = {found.position for found in connection.execute(_SETTLED, {"chunk": id})}
    return [
        (who, provider, rendering)
        for at, who in enumerate(id_list.unpack(ids))
        if at in sure or at in perhaps
    ]

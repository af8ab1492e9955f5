"""The send history: who got what, in which version, when, with which words of the relay.

Read from chunks, receipts and mishaps as they stand; nothing is kept twice.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, text

from digest.model.delivery import DeliveryState
from digest.store.ledger import ids as id_list
from digest.store.ledger.fates import Fate, spread
from digest.store.ledger.moments import moment, stamp
from digest.store.ledger.receipts import Accepted, queue_id, read_group, unmerge
from digest.store.ledger.states import state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many recipients of an edition are in each state; who moved to a newer chunk is counted there."""

    queued: int = 0
    leased: int = 0
    sent: int = 0
    deferred: int = 0
    refused: int = 0
    unknown: int = 0
    cancelled: int = 0

    @property
    def total(self) -> int:
        """Return the number of recipients."""
        return self.unfinished + self.sent + self.refused + self.unknown + self.cancelled

    @property
    def unfinished(self) -> int:
        """Return how many keep the edition from being sent."""
        return self.queued + self.leased + self.deferred


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One delivery, as the history tells it."""

    subscriber: int
    state: DeliveryState
    chunk: int
    position: int
    rendering: int  #: key of the variant and version
    attempt: int
    at: datetime | None  #: when it came to this state; None when nothing was recorded
    reply: str  #: the relay's words, or ours; empty once they were dropped
    queue_id: str
    settled_by: str  #: who decided it, when it was not simply the relay
    relay: str = ""  #: the last one that its chunk was sent through
    rule: str = ""  #: of `delivery/replies.toml`, that judged the relay's words
    due: datetime | None = None  #: when it may be sent, while it waits for that


_CHUNKS = text(
    "SELECT id, rendering, attempt, size, mark, lease_until, closed_because, bits"
    " FROM chunks WHERE edition = :edition ORDER BY id"
)
_MISHAPS = text(
    "SELECT e.outcome AS outcome, COUNT(*) AS number FROM exceptions e JOIN chunks c ON c.id = e.chunk"
    " WHERE c.edition = :edition AND e.moved_to IS NULL GROUP BY e.outcome"
)


def counts(connection: Connection, edition: int, *, now: datetime) -> Counts:
    """Return how many recipients of `edition` are in each state."""
    at, found = stamp(now), Counter[DeliveryState]()
    for row in connection.execute(_CHUNKS, {"edition": edition}):
        fates = spread(bytes(row.bits), row.size)
        found[DeliveryState.SENT] += fates.count(Fate.SENT)
        for fates_there, below in ((fates[: row.mark], True), (fates[row.mark :], False)):
            number = fates_there.count(Fate.UNSENT)
            if number:
                leased = row.lease_until > at
                state = state_of(Fate.UNSENT, below_mark=below, leased=leased, closed=row.closed_because)
                found[state] += number
    for row in connection.execute(_MISHAPS, {"edition": edition}):
        found[DeliveryState(row.outcome)] += row.number
    found.pop(DeliveryState.MOVED, None)
    return Counts(**{state.value: number for state, number in found.items()})


_WHOLE = (
    "SELECT id, rendering, attempt, size, mark, lease_until, closed_because, bits, ids, times, replies,"
    " relay, not_before"
    " FROM chunks WHERE edition = :edition"
)
_ALL = text(f"{_WHOLE} AND id > :after ORDER BY id LIMIT 1")
_HERS = text(f"{_WHOLE} AND first_id <= :subscriber AND last_id >= :subscriber ORDER BY id DESC")
_GROUPS = text("SELECT at, body FROM receipts WHERE chunk = :chunk ORDER BY number")
_ROWS = text(
    "SELECT position, outcome, at, attempt, code, enhanced, text, rule, settled_by, moved_to"
    " FROM exceptions WHERE chunk = :chunk"
)


def deliveries(connection: Connection, edition: int, *, now: datetime) -> Iterator[Delivery]:
    """Yield every delivery of `edition`, chunk by chunk; who moved on is told where they stand now."""
    at, after = stamp(now), 0
    while (row := connection.execute(_ALL, {"edition": edition, "after": after}).one_or_none()) is not None:
        after = row.id
        told = _told(connection, row)
        for position, subscriber in enumerate(id_list.unpack(row.ids)):
            delivery = told.at(position, subscriber, at)
            if delivery.state is not DeliveryState.MOVED:
                yield delivery


def delivery(connection: Connection, edition: int, subscriber: int, *, now: datetime) -> Delivery | None:
    """Return what became of `edition` for one subscriber, None when she was not in its audience."""
    at = stamp(now)
    for row in connection.execute(_HERS, {"edition": edition, "subscriber": subscriber}).all():
        ids = id_list.unpack(row.ids)
        if subscriber in ids:
            found = _told(connection, row).at(ids.index(subscriber), subscriber, at)
            if found.state is not DeliveryState.MOVED:
                return found
    return None


@dataclass(frozen=True, slots=True)
class _Told:
    """Everything said about one chunk."""

    row: Row[tuple[object, ...]]
    fates: bytes
    accepted: Mapping[int, Accepted]
    mishaps: Mapping[int, Row[tuple[object, ...]]]

    def at(self, position: int, subscriber: int, now: int) -> Delivery:
        row, said, mishap = self.row._asdict(), self.accepted.get(position), self.mishaps.get(position)
        state = state_of(
            self.fates[position],
            below_mark=position < row["mark"],
            leased=row["lease_until"] > now,
            closed=row["closed_because"],
            outcome=mishap.outcome if mishap else "",
            moved=mishap is not None and mishap.moved_to is not None,
        )
        when = said.at if said else mishap.at if mishap else None
        reply = said.reply if said else _words(mishap) if mishap else ""
        return Delivery(
            subscriber=subscriber,
            state=state,
            chunk=row["id"],
            position=position,
            rendering=row["rendering"],
            attempt=row["attempt"],
            at=None if when is None else moment(when),
            reply=reply,
            queue_id=queue_id(reply) if state is DeliveryState.SENT else "",
            settled_by=(mishap.settled_by or "") if mishap else "",
            relay=row["relay"] or "",
            rule=mishap.rule if mishap else "",
            due=moment(row["not_before"]) if state is DeliveryState.QUEUED else None,
        )


def _told(connection: Connection, row: Row[tuple[object, ...]]) -> _Told:
    chunk = {"chunk": row.id}
    accepted = dict(unmerge(bytes(row.times or b""), bytes(row.replies or b"")))
    if row.closed_because is None:
        for at, body in connection.execute(_GROUPS, chunk):
            group = read_group(at, bytes(body))
            accepted.update((position, Accepted(group.at, reply)) for position, reply in group.replies)
    mishaps = {found.position: found for found in connection.execute(_ROWS, chunk)}
    return _Told(row, spread(bytes(row.bits), row.size), accepted, mishaps)


def _words(mishap: Row[tuple[object, ...]]) -> str:
    parts = (str(mishap.code) if mishap.code else "", mishap.enhanced, mishap.text)
    return " ".join(filter(None, parts))

"""What was not a plain 250: one row a place, the newest word about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from digest.model.delivery import DeliveryState, Reply

#: Kept of a relay's words, in characters.
LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """One delivery that is deferred, refused, cancelled or unknown."""

    position: int
    subscriber: int
    outcome: DeliveryState
    reply: Reply
    rule: str = ""  #: that judged the reply
    again: int | None = None  #: when a deferred one may be tried again, in milliseconds
    counts: bool = True  #: whether it was a try at the reader, and not a word about us


_INSERT = text(
    "INSERT INTO exceptions (chunk, position, subscriber, outcome, at, attempt, code, enhanced, text,"
    " rule, again)"
    " VALUES (:chunk, :position, :subscriber, :outcome, :at, :attempt, :code, :enhanced, :text,"
    " :rule, :again)"
)


def insert(connection: Connection, chunk: int, attempt: int, mishaps: Sequence[Mishap], at: int) -> None:
    """Write what happened to places of `chunk`, of which nothing was written yet.

    A row's `attempt` is the number of tries at the reader so far: one that says nothing of them is none.
    """
    if mishaps:
        connection.execute(_INSERT, [_row(chunk, attempt, mishap, at) for mishap in mishaps])


def _row(chunk: int, attempt: int, mishap: Mishap, at: int) -> dict[str, object]:
    reply = mishap.reply
    return {
        "chunk": chunk,
        "position": mishap.position,
        "subscriber": mishap.subscriber,
        "outcome": mishap.outcome.value,
        "at": at,
        "attempt": attempt if mishap.counts else attempt - 1,
        "code": reply.code,
        "enhanced": reply.enhanced,
        "text": reply.text[:LONGEST].replace("\0", "\N{REPLACEMENT CHARACTER}"),
        "rule": mishap.rule,
        "again": mishap.again,
    }

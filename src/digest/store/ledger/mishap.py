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


_INSERT = text(
    "INSERT INTO exceptions (chunk, position, subscriber, outcome, at, attempt, code, enhanced, text)"
    " VALUES (:chunk, :position, :subscriber, :outcome, :at, :attempt, :code, :enhanced, :text)"
)


def insert(connection: Connection, chunk: int, attempt: int, mishaps: Sequence[Mishap], at: int) -> None:
    """Write what happened to places of `chunk`, of which nothing was written yet."""
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
        "attempt": attempt,
        "code": reply.code,
        "enhanced": reply.enhanced,
        "text": reply.text[:LONGEST].replace("\0", "\N{REPLACEMENT CHARACTER}"),
    }

"""Receipts: when each group of deliveries was accepted, and what the relay said.

While a chunk is open each group is a row of its own, written fast. When it closes they are
merged into two packed columns: the times (about one byte a delivery) stay for ever, the
replies with their queue ids can be dropped after `keep_replies`.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise

from digest.store.ledger import varint

_QUEUE_ID = re.compile(
    r"queued(?: mail)? (?:as|for delivery.*?)\s*<?([\w.@-]+)>?"  # Postfix, qmail and kin
    r"|\bid=([\w-]+)"  # Exim
    r"|\bOk:? ([0-9a-f]{16}-[\w-]+)"  # Amazon SES
    r"|\b([\w.-]{8,}) Message accepted for delivery",  # Sendmail
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One group: recorded at `at`, milliseconds since 1970; replies by position."""

    at: int
    replies: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """When one delivery was accepted, and with which words; empty once these were dropped."""

    at: int
    reply: str


def write_group(replies: Sequence[tuple[int, str]]) -> bytes:
    """Return the body of one group's row: a line a delivery."""
    return "\n".join(f"{position} {_one_line(reply)}" for position, reply in replies).encode()


def read_group(at: int, body: bytes) -> Receipt:
    """Return the group again."""
    lines = (line.partition(" ") for line in body.decode().split("\n") if line)
    return Receipt(at, tuple((int(position), reply) for position, _, reply in lines))


def merge(groups: Sequence[Receipt]) -> tuple[bytes, bytes]:
    """Return (times, replies) of all groups of a chunk."""
    filled = [Receipt(group.at, tuple(sorted(group.replies))) for group in groups if group.replies]
    if not filled:
        return b"", b""
    ats = [group.at for group in filled]
    firsts = [group.replies[0][0] for group in filled]
    columns = [
        len(filled),
        *map(varint.fold, (ats[0], *(after - before for before, after in pairwise(ats)))),
        *(len(group.replies) for group in filled),
        *map(varint.fold, (firsts[0], *(after - before for before, after in pairwise(firsts)))),
    ]
    for group in filled:
        columns += (after[0] - before[0] for before, after in pairwise(group.replies))
    return _packed(varint.encode(columns)), _pack_replies([r for group in filled for _, r in group.replies])


def unmerge(times: bytes, replies: bytes) -> dict[int, Accepted]:
    """Return what `merge` packed, by position."""
    if not times:
        return {}
    numbers = varint.decode(zlib.decompress(times))
    groups = next(numbers)
    ats = accumulate(map(varint.unfold, islice(numbers, groups)))
    found: dict[int, Accepted] = {}
    at_of = list(ats)
    counts = list(islice(numbers, groups))
    firsts = list(accumulate(map(varint.unfold, islice(numbers, groups))))
    said = iter(_unpack_replies(replies, sum(counts)))
    for at, count, first in zip(at_of, counts, firsts, strict=True):
        for position in accumulate(islice(numbers, count - 1), initial=first):
            found[position] = Accepted(at, next(said))
    return found


def times_of(times: bytes) -> list[tuple[int, int]]:
    """Return (when, how many) of each group that `merge` packed; the positions are not read."""
    if not times:
        return []
    numbers = varint.decode(zlib.decompress(times))
    groups = next(numbers)
    ats = list(accumulate(map(varint.unfold, islice(numbers, groups))))
    return list(zip(ats, islice(numbers, groups), strict=True))


def queue_id(reply: str) -> str:
    """Return the name that the relay gave the message, or an empty string when it told none."""
    match = _QUEUE_ID.search(reply)
    return next(filter(None, match.groups()), "") if match else ""


def _one_line(reply: str) -> str:
    return " ".join(reply.split())


def _pack_replies(replies: Sequence[str]) -> bytes:
    """Return the replies, what they all begin with written once: queue ids are most of what is left."""
    stem = _common(min(replies), max(replies))
    return _packed("\n".join((stem, *(reply[len(stem) :] for reply in replies))).encode())


def _unpack_replies(data: bytes, count: int) -> list[str]:
    if not data:
        return [""] * count
    stem, *tails = zlib.decompress(data).decode().split("\n")
    return [stem + tail for tail in tails]


def _common(one: str, other: str) -> str:
    """Return what both begin with; of the first and the last of many, in order, all of them do."""
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    return min(one, other, key=len) if same is None else one[:same]


def _packed(data: bytes) -> bytes:
    return zlib.compress(data, 9)

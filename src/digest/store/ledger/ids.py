"""The recipients of a chunk: sorted subscriber ids, as differences, packed (0.2 bytes each when dense).

A recipient's position is its index in the sorted list; everything else in the ledger speaks
of positions.
"""

import zlib
from collections.abc import Sequence
from itertools import accumulate
from operator import sub

from digest.store.ledger import varint

#: Recipients in a chunk, at most: 250 bytes of bits, small enough to write anew with each group.
CHUNK = 1000


def pack(ids: Sequence[int]) -> bytes:
    """Return `ids`, which must be above 0, ascending and without repetition, as bytes.

    Raises:
        ValueError: they are not.
    """
    steps = [*ids[:1], *map(sub, ids[1:], ids)]
    if not steps or min(steps) < 1:
        raise ValueError("a chunk's subscriber ids must be above 0, ascending and each there once")
    return zlib.compress(varint.encode(steps))


def unpack(data: bytes) -> list[int]:
    """Return the ids, ascending."""
    return list(accumulate(varint.decode(zlib.decompress(data))))

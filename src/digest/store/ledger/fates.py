"""Two bits a recipient: what became of it, as far as the chunk's row knows.

Position p sits in byte p >> 2, shifted by (p & 3) * 2.
"""

from enum import IntEnum


class Fate(IntEnum):
    """The two bits; for EXCEPTION and HELD a row in `exceptions` says more."""

    UNSENT = 0
    SENT = 1  #: the relay said 250
    EXCEPTION = 2  #: deferred, refused, cancelled, or moved to a later chunk
    HELD = 3  #: unknown, and waiting for a person


_FOUR = [bytes((byte >> shift) & 3 for shift in (0, 2, 4, 6)) for byte in range(256)]


def blank(size: int) -> bytes:
    """Return the bits of `size` recipients to whom nothing has happened yet."""
    return bytes((size + 3) // 4)


def put(bits: bytearray, position: int, fate: Fate) -> None:
    """Write the fate of `position`."""
    shift = (position & 3) * 2
    bits[position >> 2] = bits[position >> 2] & ~(3 << shift) & 0xFF | fate << shift


def spread(bits: bytes, size: int) -> bytes:
    """Return one byte a recipient, in the order of positions; compare with `Fate`."""
    return b"".join(map(_FOUR.__getitem__, bits))[:size]

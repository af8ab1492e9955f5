"""Whole numbers in as few bytes as they need: seven bits a byte, low bits first, high bit = more follows."""

from collections.abc import Iterable, Iterator
from functools import cache


def encode(numbers: Iterable[int]) -> bytes:
    """Return `numbers`, none below 0, one behind the other."""
    listed = list(numbers)
    if not listed or max(listed) < 0x80:  # by far the most common case: one byte each
        return bytes(listed)
    known = _two_bytes()
    return b"".join([known[number] if number < 0x4000 else _encoded(number) for number in listed])


@cache
def _two_bytes() -> list[bytes]:
    """Return the numbers that need no more than two bytes, written: looking up is faster than writing."""
    return [_encoded(number) for number in range(0x4000)]


def _encoded(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def decode(data: bytes) -> Iterator[int]:
    """Yield the numbers in `data`.

    Raises:
        ValueError: the last number has no end.
    """
    if data.isascii():
        yield from data
        return
    number, shift = 0, 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield number
            number, shift = 0, 0
    if shift:
        raise ValueError("varint: cut off in the middle of a number")


def fold(number: int) -> int:
    """Return a number of either sign as one that `encode` takes, small ones staying small."""
    return number << 1 if number >= 0 else (-number << 1) - 1


def unfold(number: int) -> int:
    """Undo `fold`."""
    return -(number + 1 >> 1) if number & 1 else number >> 1

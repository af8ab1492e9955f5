import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.sources.unpack import Damaged, TooLarge, gunzip, unpacker_for

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "identity": bytes,
}
WORDS = b"A ferry lends books. " * 2_000


def unpack(coding: str, data: bytes, *, piece: int = 100, room: int = 1_000_000) -> bytes:
    unpacker, out = unpacker_for(coding), b""
    for start in range(0, len(data), piece):
        out += unpacker.take(data[start : start + piece], room - len(out))
    unpacker.end()
    return out


@pytest.mark.parametrize("coding", PACKERS)
@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_every_coding_comes_out_whatever_the_pieces(coding: str, piece: int) -> None:
    assert unpack(coding, PACKERS[coding](WORDS), piece=piece) == WORDS


@pytest.mark.parametrize("coding", PACKERS)
def test_what_comes_out_is_limited_to_the_byte(coding: str) -> None:
    packed = PACKERS[coding](WORDS)

    assert unpack(coding, packed, room=len(WORDS)) == WORDS
    with pytest.raises(TooLarge):
        unpack(coding, packed, room=len(WORDS) - 1)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_body_that_broke_off_is_damaged(coding: str) -> None:
    with pytest.raises(Damaged):
        unpack(coding, PACKERS[coding](WORDS)[:-9])


def test_raw_deflate_and_gzip_of_several_members_are_read() -> None:
    machine = zlib.compressobj(wbits=-15)
    raw = machine.compress(WORDS) + machine.flush()

    assert unpack("deflate", raw) == WORDS
    assert unpack("gzip", gzip.compress(WORDS) + gzip.compress(WORDS)) == WORDS * 2


def test_a_body_that_only_says_gzip_comes_out_as_it_is() -> None:
    assert unpack("gzip", WORDS) == WORDS


def test_a_coding_that_nobody_asked_for_is_refused() -> None:
    with pytest.raises(Damaged, match="zstd"):
        unpacker_for("zstd")


def test_a_bomb_takes_the_memory_of_its_limit_only() -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=1)

    with pytest.raises(TooLarge):
        gunzip(bomb, most=1_000_000)


@given(data=st.binary(max_size=300), coding=st.sampled_from(["gzip", "deflate", "br"]))
@settings(max_examples=100, deadline=None)
def test_garbage_is_damaged_or_plain_and_nothing_else(data: bytes, coding: str) -> None:
    try:
        unpack(coding, data)
    except Damaged:
        return

"""Unpacks a compressed body piece by piece, and stops at a size, not at the end of memory.

A megabyte of gzip can hold a gigabyte, so the limit is on what comes out.
Source: RFC 9110, 8.4 (content codings), RFC 1952, RFC 7932.
"""

import zlib
from typing import Protocol

import brotli


class TooLarge(Exception):
    """More came out than is allowed."""


class Damaged(Exception):
    """The body is not what its content coding says."""


class Unpacker(Protocol):
    """Takes a body apart as it arrives."""

    def take(self, piece: bytes, room: int) -> bytes:
        """Return what `piece` holds; raise TooLarge when that is more than `room` bytes."""

    def end(self) -> None:
        """Raise Damaged if the body broke off."""


def unpacker_for(coding: str) -> Unpacker:
    """Return an unpacker for a Content-Encoding; raise Damaged for one that nobody asked for."""
    name = coding.strip().lower()
    if name in ("", "identity", "none", "utf-8"):
        return _Plain()
    if name in ("gzip", "x-gzip", "deflate"):
        return _Zlib(gzip=name != "deflate")
    if name == "br":
        return _Brotli()
    raise Damaged(f"content coding {name[:40]!r} was not asked for")


def gunzip(data: bytes, *, most: int) -> bytes:
    """Return what a gzip file holds.

    Raises:
        TooLarge: more than `most` bytes.
        Damaged: it is no gzip, or broke off.
    """
    unpacker = _Zlib(gzip=True)
    unpacked = unpacker.take(data, most)
    unpacker.end()
    return unpacked


class _Plain:
    def take(self, piece: bytes, room: int) -> bytes:
        if len(piece) > room:
            raise TooLarge
        return piece

    def end(self) -> None:
        return


class _Zlib:
    """gzip and deflate; a body that says gzip and is none comes out as it is, since servers do that."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._machine: zlib._Decompress | None = None
        self._plain = False
        self._first = b""  # two bytes tell what it is

    def take(self, piece: bytes, room: int) -> bytes:
        if self._machine is None and not self._plain:
            piece = self._first = self._first + piece
            if len(piece) < 2:
                return b""
            self._begin(piece)
        if self._plain:
            return _Plain().take(piece, room)
        out = b""
        try:
            while piece and self._machine is not None:
                out += self._machine.decompress(piece, room - len(out) + 1)
                if len(out) > room:
                    raise TooLarge
                piece = self._machine.unconsumed_tail or self._next_member()
        except zlib.error as error:
            raise Damaged(f"damaged compression: {error}") from error
        return out

    def end(self) -> None:
        unfinished = self._machine is not None and not self._machine.eof
        if unfinished or (self._machine is None and not self._plain and self._first):
            raise Damaged("the compressed body broke off")

    def _begin(self, piece: bytes) -> None:
        if self._gzip:
            self._plain = not piece.startswith(b"\x1f\x8b")
            self._machine = None if self._plain else zlib.decompressobj(wbits=31)
        else:  # RFC 9110 means zlib; some servers send raw deflate
            is_zlib = piece[0] & 0x0F == 8 and (piece[0] * 256 + piece[1]) % 31 == 0
            self._machine = zlib.decompressobj(wbits=15 if is_zlib else -15)

    def _next_member(self) -> bytes:
        """Return what stands behind a finished gzip member, if it is another one."""
        if self._machine is None or not self._machine.eof:
            return b""
        rest = self._machine.unused_data
        if not self._gzip or not rest.startswith(b"\x1f\x8b"):
            return b""
        self._machine = zlib.decompressobj(wbits=31)
        return rest


class _Brotli:
    def __init__(self) -> None:
        self._machine = brotli.Decompressor()

    def take(self, piece: bytes, room: int) -> bytes:
        out: bytes = b""
        try:
            while True:
                out += self._machine.process(piece, output_buffer_limit=room - len(out) + 1)
                piece = b""
                if len(out) > room:
                    raise TooLarge
                if self._machine.is_finished() or self._machine.can_accept_more_data():
                    return out
        except brotli.error as error:
            raise Damaged(f"damaged compression: {error}") from error

    def end(self) -> None:
        if not self._machine.is_finished():
            raise Damaged("the compressed body broke off")

"""Bytes of a list of subscribers into numbered lines of text, whatever program wrote them.

UTF-8 with or without a byte order mark, UTF-16 (Excel's "Unicode text"), and for bytes that are
no UTF-8 Windows' code page 1252, line by line, since lists are often pasted together from two
sources. Memory does not grow with the file, and a line that never ends is cut and reported.
"""

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

#: Longest line, in characters, that can be a row.
MAX_LINE = 65_536

#: A line's number, from 1, and its text with the line end as LF; None when it is longer than MAX_LINE.
Line = tuple[int, str | None]

_ESCAPED = re.compile("[\udc80-\udcff]")


def encoding_of(file: BinaryIO) -> str:
    """Return `utf-8`, `utf-16-le` or `utf-16-be`, and leave `file` behind its byte order mark."""
    file.seek(0)
    head = file.read(4096)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            file.seek(len(mark))
            return name
    file.seek(0)
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and even < odd // 4:
        return "utf-16-le"
    if even > len(head) // 4 and odd < even // 4:
        return "utf-16-be"
    return "utf-8"


def lines_of(file: BinaryIO) -> Iterator[Line]:
    """Yield the lines of `file` from its beginning; it must be seekable and stays open.

    Bytes that no encoding explains come as U+FFFD.
    """
    encoding = encoding_of(file)
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    text = io.TextIOWrapper(file, encoding=encoding, errors=errors, newline=None)
    try:
        yield from _lines(text)
    finally:
        text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[Line]:
    number = 0
    while line := text.readline(MAX_LINE):
        number += 1
        if len(line) == MAX_LINE and not line.endswith("\n"):
            while line and not line.endswith("\n"):
                line = text.readline(MAX_LINE)
            yield number, None
        else:
            yield number, line if line.isascii() else _ESCAPED.sub(_as_cp1252, line)


def _as_cp1252(match: re.Match[str]) -> str:
    byte = bytes([ord(match[0]) - 0xDC00])
    return byte.decode("cp1252", errors="replace")

"""XML before it is parsed: mends what is often wrong, and refuses what is built to hurt a parser.

Everything here takes time in proportion to the document's length, whatever is in it.
"""

import re

MAX_DEPTH = 1_000
#: One is right, a few may stand in quoted text; each costs feedparser a look at the rest of the document.
MAX_DOCTYPES = 20
_STOPS = re.compile(rb"<!\[CDATA\[|<!--|&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{0,31};)")
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_TAG = re.compile(
    rb"<!\[CDATA\[|<!--|<(?P<close>/?)(?P<name>[A-Za-z_][\w:.-]{0,80})[^<>]{0,4000}?(?P<empty>/?)>"
)
#: Elements that HTML written into a feed leaves open: they say nothing about depth.
_LEFT_OPEN = frozenset((b"br", b"img", b"hr", b"p", b"li", b"input", b"meta", b"td", b"tr", b"option"))


def escape_ampersands(data: bytes) -> bytes:
    """Return the document with `&amp;` for every ampersand that begins no reference."""
    out, at = bytearray(), 0
    while found := _STOPS.search(data, at):
        stop = found[0]
        if stop == b"&":
            out += data[at : found.start()] + b"&amp;"
            at = found.end()
            continue
        end = data.find(_ENDS[stop], found.end())
        if end < 0:
            break
        out += data[at:end]
        at = end
    return bytes(out + data[at:]) if out else data


def unfit(data: bytes) -> str:
    """Return why the document is not given to a parser; empty when nothing speaks against it."""
    if data.count(b"<!DOCTYPE") > MAX_DOCTYPES:
        return f"more than {MAX_DOCTYPES} DOCTYPEs"
    depth, at = 0, 0
    while found := _TAG.search(data, at):
        at = found.end()
        if found["name"] is None:
            at = data.find(_ENDS[found[0]], at)
            if at < 0:
                return ""
        elif found["name"].lower() not in _LEFT_OPEN and not found["empty"]:
            depth = max(0, depth + (-1 if found["close"] else 1))
            if depth > MAX_DEPTH:
                return f"elements are nested deeper than {MAX_DEPTH:,}"
    return ""

"""Quoted-printable with places left open for readers' values (RFC 2045, 6.7).

A place always stands at the start of an encoded line and is followed by a soft break, so
whatever is filled in, no line grows beyond 76 columns and nothing of the value can begin
or end a line of the message. A dot at the start of a line is written `=2E`: what comes out
needs no dot-stuffing, and is the same as a file and on the wire.
"""

import re

#: Columns before the `=` of a soft break.
_ROOM = 75
_SAFE = re.compile(r"(?!\.|From )[ !-<>-~]{0,150}")  # at most two lines, nothing to encode
_BYTE = tuple(bytes([byte]) if 32 <= byte <= 126 and byte != 61 else b"=%02X" % byte for byte in range(256))
_PRINTABLE = re.compile(rb"[ !-<>-~]*")
_SOFT = b"=\r\n"


def value(text: str) -> bytes:
    """Return a reader's value, to stand where a line begins and to be followed by a soft break.

    Line breaks in it are kept exactly, as encoded octets. A lone surrogate becomes `?`.
    """
    if _SAFE.fullmatch(text):
        if len(text) <= _ROOM:
            return text.encode("ascii")
        if text[_ROOM] not in ".F":  # a link: two lines, and the second begins harmlessly
            return f"{text[:_ROOM]}=\r\n{text[_ROOM:]}".encode("ascii")
    return wrapped(text.encode("utf-8", "replace"))


def literal(text: str, *, after_place: bool, before_place: bool) -> bytes:
    """Return an author's text, its line ends made CRLF.

    Args:
        after_place: a value stands right before it; then it begins with a soft break.
        before_place: a value follows; then it ends where a line begins.
    """
    out = [_SOFT] if after_place else []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        last = number == len(lines)
        encoded = wrapped(line.encode("utf-8", "replace"))
        if last:
            if encoded and before_place:
                encoded += _SOFT
        else:
            encoded = _without_last_blank(encoded) + b"\r\n"
        out.append(encoded)
    return b"".join(out)


def _without_last_blank(line: bytes) -> bytes:
    """A blank at a line's end may be lost on the way, so it is encoded (RFC 2045, 6.7, rule 3)."""
    if not line.endswith(b" "):
        return line
    encoded = line[:-1] + _hexadecimal(line[-1])
    if len(encoded) - encoded.rfind(b"\n") - 1 <= _ROOM + 1:
        return encoded
    return line[:-1] + _SOFT + _hexadecimal(line[-1])


def wrapped(raw: bytes) -> bytes:
    """Return `raw` encoded, with soft breaks; what begins a line is no dot and no `From `."""
    encoded = raw if _PRINTABLE.fullmatch(raw) else b"".join([_BYTE[byte] for byte in raw])
    lines, at = [], 0
    while True:
        head = b""
        if encoded.startswith(b".", at) or encoded.startswith(b"From ", at):
            head, at = _hexadecimal(encoded[at]), at + 1
        end = at + _ROOM - len(head)
        if end >= len(encoded):
            lines.append(head + encoded[at:])
            return _SOFT.join(lines)
        if encoded[end - 1] == 61:  # never cut within =XX
            end -= 1
        elif encoded[end - 2] == 61:
            end -= 2
        lines.append(head + encoded[at:end])
        at = end


def _hexadecimal(byte: int) -> bytes:
    return b"=%02X" % byte

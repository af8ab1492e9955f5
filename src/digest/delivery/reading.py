"""Cuts what a relay says into replies, and never trusts its size or shape."""

import re
from collections.abc import Iterator

from digest.model.delivery import Phase, Reply

_LINE_LIMIT = 4096  # RFC 5321, 4.5.3.1.5 says 512; some relays say more
_REPLY_LIMIT = 64 * 1024
_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_TEXT_KEPT = 1000  # characters of a reply that are worth keeping


class NotSmtp(Exception):
    """The relay says something that is no reply; nothing it says after that can be placed."""


class ReplyReader:
    """Takes bytes as they come, gives whole replies: (code, lines without their codes)."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []
        self._size = self._code = 0  #: of the reply at hand

    def take(self, data: bytes) -> Iterator[tuple[int, list[bytes]]]:
        """Yield the replies that `data` completes, one by one: what came before nonsense still counts.

        Raises:
            NotSmtp: no reply code, a code that changes within a reply, or no end to it.
        """
        self._rest += data
        while True:
            line, end, rest = self._rest.partition(b"\n")
            if len(line) > _LINE_LIMIT:
                raise NotSmtp(f"a line of more than {_LINE_LIMIT} bytes")
            if not end:
                return
            self._rest = rest
            match = _LINE.fullmatch(line.removesuffix(b"\r"))
            if match is None:
                raise NotSmtp(f"no reply: {shown(line[:80])}")
            code = int(match[1])
            if self._lines and code != self._code:
                raise NotSmtp(f"a reply that changes its mind: {self._code}, then {code}")
            self._code = code
            self._lines.append(match[3] or b"")
            self._size += len(line)
            if self._size > _REPLY_LIMIT:
                raise NotSmtp(f"a reply of more than {_REPLY_LIMIT} bytes")
            if match[2] != b"-":
                whole, self._lines, self._size = self._lines, [], 0
                yield code, whole

    @property
    def empty(self) -> bool:
        """Whether nothing stands half-read."""
        return not self._rest and not self._lines


def reply(code: int, lines: list[bytes], phase: Phase) -> Reply:
    """Return the reply as a value: enhanced code apart, lines joined, nothing unprintable."""
    texts = [line.decode("utf-8", "replace") for line in lines]
    match = _ENHANCED.match(texts[0])
    if match is None:
        enhanced = ""
    else:
        enhanced = match[1]
        prefix = enhanced + " "
        texts = [text.removeprefix(prefix) if text != enhanced else "" for text in texts]
    text = " ".join(texts)
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    return Reply(code=code, enhanced=enhanced, text=text.strip()[:_TEXT_KEPT], phase=phase)


def shown(raw: bytes) -> str:
    """Return foreign bytes in a form that is safe to print."""
    return repr(raw)[2:-1]

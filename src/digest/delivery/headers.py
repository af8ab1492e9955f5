"""Writes mail headers: structured ones never carry encoded words, and nothing carries a line break.

The standard library's generator turns a long `List-Unsubscribe` into encoded words, after
which one-click unsubscribe no longer works; so headers are written here (RFC 5322, 2047, 2369).
Every function returns whole header lines with their CRLF.
"""

import binascii
import re

import idna

from digest.model.errors import AddressWrong

#: Lines are folded so that they stay within this many columns where the text allows (RFC 5322, 2.1.1).
COLUMNS = 76
#: No line may be longer, whatever it holds (RFC 5322, 2.1.1).
LIMIT = 998

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_PLAIN = re.compile(r"[ -~]*")
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ADDRESS = re.compile(
    r'[^\x00-\x20\x7f-\x9f<>()\[\],;:\\"@\s\ud800-\udfff]+@[^\x00-\x20\x7f-\x9f<>(),;:\\"@\s]+'
)
_TOKEN = re.compile(r"[!-;=?-~]{1,900}")  # printable ASCII, no blank, no angle brackets
_NAMED = re.compile(r"\s*(?P<name>.*?)\s*<(?P<address>[^<>]*)>\s*", re.DOTALL)
_Q_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")
_Q = tuple(chr(byte) if byte in _Q_SAFE else "_" if byte == 32 else f"={byte:02X}" for byte in range(256))
_WORD_ROOM = 75 - len("=?utf-8?q??=")  # an encoded word is at most 75 long (RFC 2047, 2)


def unstructured(name: str, text: str) -> bytes:
    """Return header `name` with free text, folded; encoded where it is not plain ASCII (RFC 2047).

    Control characters, line breaks included, become one blank: a header has no lines.
    """
    text = _CONTROL.sub(" ", text)
    return f"{name}: {_free_text(text, len(name) + 2)}\r\n".encode("ascii")


def mailbox(name: str, display: str, address: str) -> bytes:
    """Return header `name` with one mailbox, `display <address>` (RFC 5322, 3.4).

    Raises:
        AddressWrong: `address` could break out of its angle brackets, or is none.
    """
    address = header_address(address)
    words = _one_line(display)
    return phrased(name, words, f"<{address}>" if words else address)


def phrased(name: str, phrase: str, bracket: str) -> bytes:
    """Return header `name` with a phrase for people before `bracket`, which is taken as it is."""
    words = _one_line(phrase)
    if not words:
        return f"{name}: {bracket}\r\n".encode()
    written = _phrase(words, len(name) + 2)
    column = len(written) - written.rfind("\n") + (0 if "\n" in written else len(name) + 2)
    blank = " " if column + len(bracket) <= COLUMNS else "\r\n "
    return f"{name}: {written}{blank}{bracket}\r\n".encode()


def structured(name: str, text: str) -> bytes:
    """Return header `name` with machine-read text, folded after a comma only, never encoded.

    Raises:
        ValueError: a control or non-ASCII character, or a piece that fits into no line.
    """
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{name}: only printable ASCII may stand here: {text!r}")
    lines, line = [], f"{name}: "
    pieces = text.split(", ")
    for number, piece in enumerate(pieces):
        piece += "," if number < len(pieces) - 1 else ""
        glue = "" if number == 0 else " "
        if number and len(line) + len(glue) + len(piece) > COLUMNS:
            lines.append(line)
            line = " " + piece
        else:
            line += glue + piece
    lines.append(line)
    if any(len(each) > LIMIT for each in lines):
        raise ValueError(f"{name}: a line is longer than {LIMIT} characters")
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def bracketed(name: str, *addresses: str) -> bytes:
    """Return header `name` with addresses in angle brackets (RFC 2369, 2): the first wins.

    Raises:
        ValueError: an address holds a blank, a bracket or anything but printable ASCII.
    """
    for address in addresses:
        if not _TOKEN.fullmatch(address):
            raise ValueError(f"{name}: not an address that can stand in a header: {address!r}")
    return structured(name, ", ".join(f"<{address}>" for address in addresses))


def split_mailbox(text: str) -> tuple[str, str]:
    """Return name and address of `Name <address>`; quotes around the name are taken off."""
    match = _NAMED.fullmatch(text)
    if match is None:
        return "", text.strip()
    name = match["name"]
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, match["address"].strip()


def header_address(address: str) -> str:
    """Return `address` as a header may carry it: its domain in A-labels (RFC 5890).

    A local part outside ASCII stays as it is; such a message needs SMTPUTF8 (RFC 6532).

    Raises:
        AddressWrong: it is no address, or could break out of where it stands.
    """
    if not _ADDRESS.fullmatch(address) or len(address) > 320:
        raise AddressWrong(address[:80], "not an address that a mail header can carry")
    if address.isascii():
        return address
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as error:
        raise AddressWrong(address[:80], f"not a domain: {error}") from error


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _free_text(text: str, used: int) -> str:
    awkward = text != text.strip() or "=?" in text or not _PLAIN.fullmatch(text)
    if awkward:
        return encoded_words(text, used)
    if used + len(text) <= COLUMNS:
        return text
    if "  " in text or any(len(word) > COLUMNS for word in text.split(" ")):
        return encoded_words(text, used)
    lines, line, room = [], "", COLUMNS - used
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line, room = word, COLUMNS - 1
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])


def _phrase(text: str, used: int) -> str:
    if _PLAIN.fullmatch(text) and "=?" not in text and used + len(text) + 4 <= COLUMNS:
        if _PHRASE.fullmatch(text):
            return text
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        if used + len(escaped) + 2 <= COLUMNS:
            return f'"{escaped}"'
    return encoded_words(text, used)


def encoded_words(text: str, used: int) -> str:
    """Return `text` as encoded words, one a line, after `used` columns of the first (RFC 2047).

    No character is cut in two; the shorter of Q and B is chosen.
    """
    raw = text.encode("utf-8", "replace")
    quoted = sum(len(_Q[byte]) for byte in raw) <= (len(raw) + 2) // 3 * 4
    words: list[str] = []
    word, size, room = b"", 0, max(_WORD_ROOM - used, 24)
    for character in text:
        piece = character.encode("utf-8", "replace")
        size_after = (
            size + sum(len(_Q[byte]) for byte in piece) if quoted else (len(word + piece) + 2) // 3 * 4
        )
        if word and size_after > room:
            words.append(_word(word, quoted))
            word, room = b"", _WORD_ROOM - 1
            size_after = sum(len(_Q[byte]) for byte in piece)
        word, size = word + piece, size_after
    words.append(_word(word, quoted))
    return "\r\n ".join(words)


def _word(raw: bytes, quoted: bool) -> str:
    if quoted:
        return f"=?utf-8?q?{''.join(_Q[byte] for byte in raw)}?="
    return f"=?utf-8?b?{binascii.b2a_base64(raw, newline=False).decode('ascii')}?="

"""Makes a rendering ready for the wire, once; then a reader's message is a join of bytes.

`compile_mail` encodes what all readers share and leaves places for what they don't.
`Compiled.wire` fills the places. The standard library's generator is not used: it takes
milliseconds a message and breaks `List-Unsubscribe` (see `headers`).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from digest.delivery import headers, quoted
from digest.model.errors import AddressWrong, RenderError
from digest.model.mail import (
    READER_SLOTS,
    Addressed,
    Encoding,
    Letterhead,
    Rendering,
    name_in,
    pattern,
    written,
)

#: RFC 8058, 2: this value and no other.
ONE_CLICK = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
#: Name or none, address, Message-ID and link that can stand in a header as they are: nearly all.
_EASY = re.compile(
    r"(?=.{0,30}\n)(?:[A-Za-z0-9]+(?: [A-Za-z0-9]+)*)?\n[A-Za-z0-9.+_-]{1,24}@[A-Za-z0-9.-]{3,30}\n"
    r"[!-;=?-~]{1,200}\nhttps://[!-;=?-~]{1,400}"
)
#: Pages on this machine, for trying things out with the embedded inbox; a real relay is never given these.
LOOPBACK = ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")
_TOKEN = re.compile(r"[!-;=?-~]{1,900}")  # printable ASCII without blanks and angle brackets


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a reader's value stands, and how it is written there."""

    name: str
    encoding: Encoding
    html: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """All places of one value, by the way it is written there; numbers are indexes of parts."""

    name: str
    plain: tuple[int, ...] = ()
    escaped: tuple[int, ...] = ()  #: for HTML
    percent: tuple[int, ...] = ()  #: inside an address; needs no escaping in HTML


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A rendering as wire bytes with places; `wire` is the hot path of sending."""

    letterhead: Letterhead
    subject: tuple[str | Place, ...]  #: one string when no reader's value is in it
    parts: tuple[bytes, ...]  #: the first is the personal headers' place
    slots: tuple[Slot, ...]
    unsubscribe_mailto: str = ""  #: beside the one-click link

    def wire(self, addressed: Addressed) -> bytes:
        """Return the message for one reader: CRLF, lines of at most 76 but for long addresses, dot-stuffed.

        No line begins with a dot, so there is nothing to stuff. The last dot is not included.

        Raises:
            AddressWrong: the reader's address cannot stand in a header; refuse this one delivery.
            ValueError: a link or Message-ID is malformed, or a value for a slot of the product is missing.
        """
        parts = list(self.parts)
        parts[0] = self._personal_headers(addressed)
        values = addressed.values if addressed.values is not None else {}
        for slot in self.slots:
            try:
                text = values[slot.name]
            except KeyError:
                text = value_of(slot.name, addressed)
            filled = quoted.value(text)
            for spot in slot.plain:
                parts[spot] = filled
            if slot.escaped:
                if "&" in text or "<" in text or ">" in text or '"' in text or "'" in text:
                    filled = quoted.value(written(text, Encoding.TEXT, html=True))
                for spot in slot.escaped:
                    parts[spot] = filled
            if slot.percent:
                filled = quoted.value(written(text, Encoding.URL, html=True))
                for spot in slot.percent:
                    parts[spot] = filled
        return b"".join(parts)

    def message(self, addressed: Addressed) -> bytes:
        """Return what a reader's mail program sees, as an `.eml` file holds it."""
        return self.wire(addressed)  # no line begins with a dot, so stuffed and plain are the same

    def _personal_headers(self, addressed: Addressed) -> bytes:
        lines = self._addressed_to(addressed)
        if len(self.subject) != 1 or not isinstance(self.subject[0], str):
            lines += headers.unstructured("Subject", self._subject_for(addressed))
        return lines

    def _addressed_to(self, addressed: Addressed) -> bytes:
        name, email, link = addressed.name, addressed.email, addressed.unsubscribe_url
        one_click = bool(self.letterhead.bulk and link)
        if one_click and _EASY.fullmatch(f"{name}\n{email}\n{addressed.message_id}\n{link}"):
            more = ",\r\n <" + self.unsubscribe_mailto + ">" if self.unsubscribe_mailto else ""
            to = f"{name} <{email}>" if name else email
            return (
                f"To: {to}\r\nMessage-ID: <{addressed.message_id}>\r\n"
                f"List-Unsubscribe: <{link}>{more}\r\n{ONE_CLICK}"
            ).encode("ascii")
        if not _TOKEN.fullmatch(addressed.message_id):
            raise ValueError(f"not a Message-ID: {addressed.message_id!r}")
        lines = headers.mailbox("To", name, email if email.isascii() else addressed.envelope_to)
        lines += f"Message-ID: <{addressed.message_id}>\r\n".encode("ascii")
        if one_click:
            if not link.startswith(("https://", *LOOPBACK)):
                raise ValueError("List-Unsubscribe: one-click needs an https address (RFC 8058, 3.1)")
            mailto = (self.unsubscribe_mailto,) if self.unsubscribe_mailto else ()
            lines += headers.bracketed("List-Unsubscribe", link, *mailto) + ONE_CLICK.encode("ascii")
        return lines

    def _subject_for(self, addressed: Addressed) -> str:
        values = addressed.values if addressed.values is not None else {}
        return "".join(
            piece
            if isinstance(piece, str)
            else written(
                values.get(piece.name) or value_of(piece.name, addressed), piece.encoding, html=False
            )
            for piece in self.subject
        )


def value_of(name: str, addressed: Addressed) -> str:
    """Return what stands in slot `name` without a value of its own; a missing attribute is empty.

    Raises:
        ValueError: one of the product's own slots has no value: a mail with a hole must not leave.
    """
    if name in ("email", "name", "unsubscribe_url"):
        return str(getattr(addressed, name))
    if name in READER_SLOTS:
        raise ValueError(f"no value for the slot {name}")
    return ""


def compile_mail(rendering: Rendering, letterhead: Letterhead, *, date: datetime) -> Compiled:
    """Return `rendering` under `letterhead`, ready to be filled for any number of readers.

    Args:
        date: for the Date header; aware.

    Raises:
        RenderError: subject, sender or another shared header cannot be written as it is.
    """
    pieces: list[bytes | Place] = [b"", _shared_headers(rendering, letterhead, date), *_content(rendering)]
    parts, slots = _laid_out(pieces)
    mailto = letterhead.unsubscribe_mailto
    if mailto and not mailto.startswith("mailto:"):
        mailto = f"mailto:{mailto}"
    try:
        headers.bracketed("List-Unsubscribe", *filter(None, (mailto,)))
    except ValueError as error:
        raise RenderError(f"headers: cannot be written: {error}") from error
    return Compiled(
        letterhead=letterhead,
        subject=_split(rendering.subject, rendering.nonce, html=False),
        parts=parts,
        slots=slots,
        unsubscribe_mailto=mailto,
    )


def _shared_headers(rendering: Rendering, letterhead: Letterhead, date: datetime) -> bytes:
    if date.tzinfo is None:
        raise ValueError("the Date header needs a time zone")
    try:
        lines = [headers.structured("Date", format_datetime(date.astimezone(UTC)))]
        lines.append(headers.mailbox("From", *headers.split_mailbox(letterhead.sender)))
        if letterhead.reply_to:
            lines.append(headers.mailbox("Reply-To", *headers.split_mailbox(letterhead.reply_to)))
        subject = _split(rendering.subject, rendering.nonce, html=False)
        if len(subject) == 1 and isinstance(subject[0], str):
            lines.append(headers.unstructured("Subject", _one_line("Subject", subject[0])))
        if letterhead.bulk:
            lines += _list_headers(letterhead)
        if letterhead.auto_submitted:
            lines.append(headers.structured("Auto-Submitted", "auto-generated"))
        lines += [headers.unstructured(name, _one_line(name, text)) for name, text in letterhead.extra]
        lines.append(headers.structured("Content-Language", rendering.language))
    except (AddressWrong, ValueError) as error:
        raise RenderError(f"headers: cannot be written: {error}") from error
    lines.append(b"MIME-Version: 1.0\r\n")
    return b"".join(lines)


def _list_headers(letterhead: Letterhead) -> list[bytes]:
    lines = []
    if letterhead.list_id:
        name, identifier = headers.split_mailbox(letterhead.list_id)
        if not re.fullmatch(r"[A-Za-z0-9._-]+", identifier):
            raise ValueError(f"List-Id: not an identifier: {identifier!r}")
        lines.append(headers.phrased("List-Id", name, f"<{identifier}>"))
    if letterhead.archive_url:
        lines.append(headers.bracketed("List-Archive", letterhead.archive_url))
    if letterhead.help_url:
        lines.append(headers.bracketed("List-Help", letterhead.help_url))
    if letterhead.feedback_id:
        lines.append(headers.structured("Feedback-ID", letterhead.feedback_id))
    lines.append(b"Precedence: bulk\r\n")
    return lines


def _one_line(name: str, text: str) -> str:
    if re.search(r"[\r\n\0]", text):
        raise ValueError(f"{name}: a line break or NUL in a header: {text!r}")
    if not re.fullmatch(r"[!-9;-~]+", name):
        raise ValueError(f"{name!r}: not a header's name")
    return text


def _content(rendering: Rendering) -> list[bytes | Place]:
    """Return the text part beside the HTML, or alone where a rendering has no HTML."""
    text = _body(rendering.text, rendering.nonce, html=False)
    if not rendering.html:
        return [_part_headers("plain"), *text]
    boundary = f"=_{rendering.hash[:24]}"  # `=_` never occurs in quoted-printable (RFC 2045, 6.7)
    between = f"\r\n--{boundary}\r\n".encode("ascii")
    html = _body(rendering.html, rendering.nonce, html=True)
    return [
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode("ascii"),
        *(between, _part_headers("plain"), *text),
        *(between, _part_headers("html"), *html),
        f"\r\n--{boundary}--\r\n".encode("ascii"),
    ]


def _part_headers(kind: str) -> bytes:
    return (
        f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode("ascii")


def _split(text: str, nonce: str, *, html: bool) -> tuple[str | Place, ...]:
    """Return `text` cut at its slots; a text without slots is one string."""
    out: list[str | Place] = []
    at = 0
    for match in pattern(nonce).finditer(text) if nonce else ():
        out.append(text[at : match.start()])
        out.append(Place(name=name_in(match[2]), encoding=Encoding(match[1]), html=html))
        at = match.end()
    return (*out, text[at:])


def _body(text: str, nonce: str, *, html: bool) -> list[bytes | Place]:
    if not text.endswith("\n"):
        text += "\n"
    pieces = _split(text, nonce, html=html)
    last = len(pieces) - 1
    return [
        quoted.literal(piece, after_place=at > 0, before_place=at < last) if isinstance(piece, str) else piece
        for at, piece in enumerate(pieces)
    ]


def _laid_out(pieces: list[bytes | Place]) -> tuple[tuple[bytes, ...], tuple[Slot, ...]]:
    """Join neighbouring literals; the first part stays free for the personal headers."""
    parts: list[bytes] = [b""]
    spots: dict[str, dict[str, list[int]]] = {}
    run: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            run.append(piece)
            continue
        parts += [b"".join(run), b""]
        run = []
        kind = "percent" if piece.encoding is Encoding.URL else "escaped" if piece.html else "plain"
        spots.setdefault(piece.name, {}).setdefault(kind, []).append(len(parts) - 1)
    parts.append(b"".join(run))
    slots = tuple(
        Slot(
            name=name,
            plain=tuple(kinds.get("plain", ())),
            escaped=tuple(kinds.get("escaped", ())),
            percent=tuple(kinds.get("percent", ())),
        )
        for name, kinds in spots.items()
    )
    return tuple(parts), slots

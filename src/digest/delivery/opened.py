"""A mail opened: its parts, its headers, and whether its way out is what mailbox providers ask for."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

#: What stands in List-Unsubscribe-Post (RFC 8058, 3.1).
ONE_CLICK = "List-Unsubscribe=One-Click"
_ADDRESSES = re.compile(r"\s*<([^<>\s]+)>\s*(?:,|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A message as its reader's program takes it apart."""

    html: str
    text: str
    headers: tuple[tuple[str, str], ...]  #: decoded, in their order
    way_out: tuple["Point", ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is asked of a way out, and whether it is so; None: it could not be checked."""

    good: bool | None
    told: str


def opened(raw: bytes) -> Opened:
    """Return the message in `raw`; what is wrong in it is read as far as it goes."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    headers = tuple((name, str(value)) for name, value in message.items())
    return Opened(
        html=_content(message, "html"),
        text=_content(message, "plain"),
        headers=headers,
        way_out=way_out(headers),
    )


def way_out(headers: tuple[tuple[str, str], ...]) -> tuple[Point, ...]:
    """Return whether List-Unsubscribe is what Gmail and Yahoo ask of bulk mail (RFC 2369, RFC 8058)."""
    told = {name.lower(): value for name, value in headers}
    field = told.get("list-unsubscribe")
    if field is None:
        return (Point(None, "no List-Unsubscribe: a letter, or a test copy"),)
    addresses = _ADDRESSES.findall(field)
    whole = bool(addresses) and not _ADDRESSES.sub("", field).strip()
    points = [Point(whole, "List-Unsubscribe: addresses in angle brackets, commas between (RFC 2369)")]
    secure = [address for address in addresses if urlsplit(address).scheme == "https"]
    points.append(Point(bool(secure), "an https address to post to (RFC 8058)"))
    post = told.get("list-unsubscribe-post", "").strip()
    points.append(Point(post == ONE_CLICK, f"List-Unsubscribe-Post: {ONE_CLICK} (RFC 8058)"))
    return (*points, _signed(told.get("dkim-signature")))


def _signed(signature: str | None) -> Point:
    asked = "both headers are signed (DKIM, RFC 8058)"
    if signature is None:
        return Point(None, f"{asked}: not checked, this mail has no signature; relays sign on the way out")
    covered = re.search(r"(?:^|;)\s*h=([^;]*)", signature)
    names = {name.strip().lower() for name in covered[1].split(":")} if covered else set()
    return Point({"list-unsubscribe", "list-unsubscribe-post"} <= names, asked)


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):  # a character set that nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""

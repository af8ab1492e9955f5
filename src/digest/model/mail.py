"""A mail before it is anybody's: what is the same for all readers, and the slots that are not.

A slot is written into subject, HTML and text as a token that no author can type: it starts
with a nonce derived from a secret and the edition. `render` writes tokens, `delivery/compile`
and the preview fill them in.
"""

import hashlib
import html as markup
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote


class Encoding(StrEnum):
    """How a reader's value stands at its place, before the part's own escaping is applied."""

    TEXT = "text"  #: as it is; HTML-escaped in the HTML part
    URL = "url"  #: percent-encoded, to stand inside an address; then as above


#: The slots that the product itself fills. Templates may use any reader's attribute as well.
READER_SLOTS = ("email", "name", "greeting", "unsubscribe_url", "preferences_url", "view_url")


def token(nonce: str, name: str, encoding: Encoding = Encoding.TEXT) -> str:
    """Return the token for slot `name`: letters, digits and hyphens only, and it ends itself."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"{name}: not a name for a slot: lower-case letters, digits and underscores")
    return f"{nonce}-{encoding.value}-{name.replace('_', '--')}-z"


def pattern(nonce: str) -> re.Pattern[str]:
    """Return the pattern that finds every token of `nonce`: group 1 its encoding, group 2 its name."""
    return re.compile(rf"{re.escape(nonce)}-(text|url)-([a-z](?:[a-z0-9]|--)*)-z")


def name_in(found: str) -> str:
    """Return the slot's name from group 2 of `pattern`."""
    return found.replace("--", "_")


def written(value: str, encoding: Encoding, *, html: bool) -> str:
    """Return a reader's `value` as it stands at its place; preview and mail both use this one."""
    if encoding is Encoding.URL:
        return quote(value, safe="", errors="replace")
    return markup.escape(value, quote=True) if html else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """One variant of an edition, finished: every byte a reader sees but the slots."""

    subject: str
    preheader: str
    html: str  #: empty: the text is the whole mail
    text: str
    nonce: str
    language: str = "en"

    @property
    def hash(self) -> str:
        """What approval freezes: the name of exactly these words."""
        whole = "\0".join((self.subject, self.preheader, self.html, self.text, self.nonce, self.language))
        return hashlib.sha256(whole.encode()).hexdigest()

    @property
    def slots(self) -> frozenset[str]:
        """Return the names of the slots it uses."""
        whole = "\0".join((self.subject, self.html, self.text))
        return frozenset(name_in(match[2]) for match in pattern(self.nonce).finditer(whole))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What the headers of every message of an edition share."""

    sender: str  #: `Name <address>`
    reply_to: str = ""
    list_id: str = ""  #: `The Morning Brief <morning.harbourpost.example>` (RFC 2919)
    archive_url: str = ""  #: List-Archive (RFC 2369)
    help_url: str = ""  #: List-Help
    unsubscribe_mailto: str = ""  #: only when a mailbox for it is set
    feedback_id: str = ""  #: Feedback-ID, without per-message values
    auto_submitted: bool = False  #: letters and alerts (RFC 3834), never editions
    bulk: bool = True  #: an edition: List-* headers and one-click; False for a letter
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """One reader's values for one delivery."""

    position: int  #: in its chunk
    email: str  #: as typed, for To
    envelope_to: str  #: ASCII where possible, for RCPT
    mail_from: str  #: the return path, with this delivery's token
    message_id: str  #: without angle brackets; derived from the delivery
    unsubscribe_url: str = ""  #: one-click (RFC 8058)
    name: str = ""
    values: Mapping[str, str] | None = None  #: slot name -> value
    envid: str = ""  #: RFC 3461

"""A story: one piece of news, as printed, with its identity and its version.

A story is its canonical URL; without one it is its source and guid, or its source and
path, or, for an item of a "See more" block, its source and normalised headline. A guid or
path that is used again for other news names a second story beside the first. The
fingerprint names the *version*: what a reader would see, whoever delivered it.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as calendar_date
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from digest.model.finding import Finding
from digest.model.text import headline_key, plain

#: Parameters that say where a visitor came from, never which page it is.
TRACKING = re.compile(
    r"^(utm_\w+|mtm_\w+|pk_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|mc_[ce]id"
    r"|ns_\w+|at_\w+|_ga|_gl|ref|ref_src|cmpid|ocid|ito|spm|share|rss|src|s_cid|wt_mc|xtor)$",
    re.IGNORECASE,
)

#: An address in which nothing has to be looked at twice: most are.
_PLAIN = re.compile(r"https?://(?:www\.)?([a-z0-9.-]+)(/[\w/.~-]*)", re.ASCII)


class Completeness(StrEnum):
    """`full` has a body of its own; `partial` is a teaser, such as a "See more" item."""

    FULL = "full"
    PARTIAL = "partial"


class PubStatus(StrEnum):
    """Whether a story may be printed (IPTC ninjs `pubstatus`)."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture and the three things said about it, which are three things and stay three."""

    url: str | None = None  #: absolute, or a path inside the newsroom's folder; None when only words came
    alt: str = ""  #: what a reader who can't see it is told
    caption: str = ""  #: what it shows
    credit: str = ""  #: who made it
    width: int | None = None  #: pixels of the original
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """Place, agency and date at the head of the first paragraph; the date is what was printed."""

    place: str = ""
    agency: str = ""
    date: calendar_date | None = None  #: only when the dateline itself says day, month and year


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One piece of news, clean and ready to choose from. All text is plain but `body`."""

    source: str  #: id of the source it came from
    headline: str
    first_seen: datetime  #: aware, UTC; never None
    url: str | None = None  #: canonical, without tracking parameters
    guid: str | None = None  #: what its feed calls it
    path: str | None = None  #: the file it came from, relative to the source's folder
    again: int = 0  #: how many other stories had its guid or path before it; `store/reused` counts
    standfirst: str = ""  #: the summary under the headline (US: dek)
    byline: tuple[str, ...] = ()
    dateline: Dateline | None = None
    body: tuple[str, ...] = ()  #: paragraphs of cleaned inline HTML
    section: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""  #: BCP 47
    published: datetime | None = None  #: aware, UTC; wire copy may not say
    updated: datetime | None = None  #: aware, UTC
    completeness: Completeness = Completeness.FULL
    images: tuple[Image, ...] = ()
    sign_off: str = ""  #: the agency or author line at the end, as printed
    see_more: tuple[str, ...] = ()  #: ids of the stories that its own page offers, in its order
    priority: int = 0  #: the editors' own urgency; higher is more urgent
    pinned: bool = False  #: an editor wants it in
    embargo: datetime | None = None  #: aware, UTC; not to be printed before
    pubstatus: PubStatus = PubStatus.USABLE

    def __post_init__(self) -> None:
        for name in ("first_seen", "published", "updated", "embargo"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"{self.headline}: {name} has no time zone")
        if not (self.headline or self.body or self.url):
            raise ValueError(f"{self.source}: a story needs a headline, a text or a link")

    @property
    def identity(self) -> str:
        """What makes it this story and no other, readable; see the module's docstring."""
        if self.url:
            return identity_of_url(self.url)
        if self.guid:
            return f"guid{self._nth} {self.source} {self.guid}"
        if self.path and self.completeness is Completeness.FULL:
            return f"path{self._nth} {self.source} {self.path}"
        return f"headline {self.source} {headline_key(self.headline or plain(' '.join(self.body)))}"

    @property
    def _nth(self) -> str:
        return f"#{self.again + 1}" if self.again else ""

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits that stand for `identity`."""
        return _name_of(self.identity)

    @property
    def fingerprint(self) -> str:
        """Name of this version: changes when a reader would see something else."""
        seen = (
            self.headline, self.standfirst, self.byline, self.dateline, self.body, self.section, self.tags,
            self.language, self.images, self.sign_off, self.pubstatus, self.embargo, self.see_more,
            self.priority, self.pinned, self.completeness,
        )  # fmt: skip
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]

    @property
    def when(self) -> datetime:
        """The time to sort by: published, never later than when we first saw it."""
        return min(self.published, self.first_seen) if self.published else self.first_seen

    @property
    def text(self) -> str:
        """Headline, standfirst and body as plain text."""
        return "\n".join(filter(None, (self.headline, self.standfirst, *(plain(p) for p in self.body))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came out of one document: stories in their order, and what was noticed on the way."""

    stories: tuple[Story, ...] = ()
    findings: tuple[Finding, ...] = ()

    @staticmethod
    def joined(readings: Sequence["Reading"]) -> "Reading":
        """Return one reading of many."""
        return Reading(
            stories=tuple(story for reading in readings for story in reading.stories),
            findings=tuple(finding for reading in readings for finding in reading.findings),
        )


def canonical_url(url: str) -> str:
    """Return `url` as one story's address: lower-case host, no tracking, no fragment.

    The scheme and a trailing slash stay as given, since they must lead somewhere;
    `identity_of_url` makes them equal. An address without a host comes back stripped.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    if not parts.hostname:
        return url.strip()
    host = parts.hostname.lower()
    if ":" in host:
        host = f"[{host}]"
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    where = host if port in (None, default) else f"{host}:{port}"
    query = urlencode(
        [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(k)]
    )
    path = quote(
        unquote(parts.path, errors="surrogateescape"), safe="/%:@!$&'()*+,;=~-._", errors="surrogateescape"
    )
    return urlunsplit(SplitResult(parts.scheme.lower(), where, path or "/", query, ""))


@lru_cache(maxsize=1 << 16)
def _name_of(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


@lru_cache(maxsize=1 << 16)
def identity_of_url(url: str) -> str:
    """Return the identity behind a canonical URL: http, https, www. and a last slash make no difference."""
    if plainly := _PLAIN.fullmatch(url):
        return f"url {plainly[1]}{plainly[2].rstrip('/')}"
    parts = urlsplit(canonical_url(url))
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    tail = f"?{query}" if query else ""
    return f"url {parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}{tail}"


def renamed(story: Story, *, url: str | None) -> Story:
    """Return `story` under another address."""
    return replace(story, url=canonical_url(url) if url else None)

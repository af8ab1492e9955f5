"""What a newsroom publishes: its sources, its relays and its digests, as `schedule.yaml` says.

Every value here is already checked: `settings/schedule` reads the file, complains line by
line, and hands out these.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from digest.model.cadence import Cadence
from digest.model.errors import NotFound


class SourceKind(StrEnum):
    """The four things a newsroom can read stories from."""

    FEED = "feed"  #: RSS, Atom or JSON Feed; URL or path
    FOLDER = "folder"  #: wire copy, Markdown, HTML and ninjs files
    SITEMAP = "sitemap"  #: a news sitemap; its pages are read one by one
    PAGE = "page"  #: one article page; URL or path


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place that stories come from."""

    id: str
    kind: SourceKind
    location: str  #: URL, or a path relative to the newsroom's folder
    title: str = ""  #: what readers know it as; empty: its id
    section: str = ""
    weight: float = 1.0
    visit: timedelta = timedelta(minutes=15)
    language: str = ""  #: BCP 47; empty: told by the source, else detected
    select: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  #: field -> CSS selector
    allow_private_address: bool = False

    @property
    def remote(self) -> bool:
        """Whether it is reached over HTTP."""
        return self.location.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """A daily cap that grows: `start` on day `begins`, doubled every `double_every`."""

    begins: date
    start: int
    double_every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimRules:
    """Which domain signs, with which selectors (one or two: RSA, Ed25519); keys lie in `secrets/`."""

    domain: str
    selectors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayRules:
    """How one relay may be used. Its address and password are never here."""

    name: str
    connections: int = 10
    messages_per_connection: int = 100
    per_second: float | None = None
    per_day: int | None = None
    weight: float = 1.0
    warm_up: WarmUp | None = None
    dkim: DkimRules | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipRules:
    """When an edition is left out altogether."""

    on_holidays: tuple[str, ...] = ()  #: ISO 3166 countries, with subdivision after a hyphen
    on_dates: tuple[date, ...] = ()
    with_fewer_than: int = 1  #: stories


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRules:
    """Which stories are candidates at all."""

    sources: tuple[str, ...] = ()
    no_older_than: timedelta = timedelta(hours=24)
    never_repeat_within: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """One thing the lead should be: `tag front-page`, `source city-desk`, `section City` or `has image`."""

    kind: str  #: tag, source, section or has
    value: str

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRules:
    """What the lead should be, most important first, and what it must have."""

    prefer: tuple[Preference, ...] = ()
    must_have: tuple[str, ...] = ()  #: image, summary, author


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRules:
    """One block of the digest: how many stories, and which."""

    title: str
    take: int = 5
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    optional: bool = False  #: leave the heading out when nothing matches, without a finding
    half_life: timedelta | None = None  #: in which the recency of its stories halves; None: the digest's


class RelatedKind(StrEnum):
    """How a related story is related. Never call the third one "related" without saying so."""

    SAME_EVENT = "same event"  #: another report of what happened
    BACKGROUND = "background"  #: earlier or wider coverage that helps to understand
    MORE_FROM_SECTION = "more from section"  #: the same section, recent, something else


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedRules:
    """The "See more" block under a featured story."""

    at_most: int = 5  #: the whole block
    within: timedelta = timedelta(days=14)
    kinds: tuple[RelatedKind, ...] = tuple(RelatedKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom a digest is for; everything empty means everyone subscribed to it."""

    segment: str = ""  #: the name of these conditions, where they have one
    topics: tuple[str, ...] = ()
    language: str = ""
    joined_before: date | None = None
    joined_after: date | None = None


class AtDeadline(StrEnum):
    """What to do when nobody has approved in time, in the order given."""

    SEND_IF_CLEAN = "send if clean"
    SAFE_EDITION = "safe edition"
    SKIP = "skip"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """How many editors must agree; 0 is automatic."""

    editors: int = 0
    remind: timedelta = timedelta(minutes=20)
    at_deadline: tuple[AtDeadline, ...] = (AtDeadline.HOLD,)


class UnknownPolicy(StrEnum):
    """What becomes of a delivery that was cut off between the last dot and the answer."""

    HOLD = "hold"  #: listed for an editor; nobody gets it twice
    RESEND = "resend"  #: sent again under the same Message-ID; nobody misses it


class Tracking(StrEnum):
    """Whether links are counted, and for whom."""

    OFF = "off"
    ANONYMOUS = "anonymous"
    INDIVIDUAL = "individual"


#: When round-ups go out unless a digest says otherwise.
WEEKLY = Cadence(written="saturdays at 09:00", times=(time(9),), weekdays=frozenset({5}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A publication: what it is called, when it goes out, what is in it and whom it is for."""

    id: str
    title: str
    cadence: Cadence
    stories: StoryRules
    about: str = ""  #: what it is, for whoever may sign up
    language: str = "en"
    timezone: ZoneInfo = ZoneInfo("UTC")
    sender: str = ""  #: `Name <address>`
    reply_to: str = ""
    return_path: str = ""  #: envelope sender; a per-recipient token is added
    send_through: str = "local"
    also_through: tuple[str, ...] = ()  #: relays that share the work with that one, and stand in for it
    build_before: timedelta = timedelta(minutes=45)
    catch_up: timedelta = timedelta(hours=2)
    valid_for: timedelta | None = timedelta(
        hours=4
    )  #: nothing of the edition leaves later than this after due
    in_reader_timezone: bool = False
    round_up: Cadence | None = WEEKLY  #: when those get theirs who chose weekly; None: the digest itself is
    reading_classes: int = 24  #: words that an edition comes in, at most
    skip: SkipRules = SkipRules()
    lead: LeadRules = LeadRules()
    sections: tuple[SectionRules, ...] = ()  #: none: the six best stories are featured
    related: RelatedRules = RelatedRules()
    template: str = "brief"
    audience: Audience = Audience()
    approval: Approval = Approval()
    unknown: UnknownPolicy = UnknownPolicy.HOLD
    keep_replies: timedelta = timedelta(days=90)
    tracking: Tracking = Tracking.OFF

    @property
    def relays(self) -> tuple[str, ...]:
        """Return the names of all relays that its mail may go through."""
        return (self.send_through, *self.also_through)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """Who publishes: printed in every mail."""

    name: str
    website: str = ""
    pages: str = ""  #: public address of our pages, https, no trailing slash
    postal_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """All of `schedule.yaml`, checked."""

    newsroom: Newsroom
    sources: tuple[Source, ...] = ()
    relays: tuple[RelayRules, ...] = ()
    digests: tuple[Digest, ...] = ()

    def digest(self, name: str) -> Digest:
        """Return the digest called `name`, or raise NotFound naming those there are."""
        for digest in self.digests:
            if digest.id == name:
                return digest
        known = ", ".join(digest.id for digest in self.digests) or "none"
        raise NotFound(f"{name}: no digest of that name: there are {known}")

    def relay(self, name: str) -> RelayRules:
        """Return the rules of the relay called `name`; one that is not described has those of every relay."""
        return next((rules for rules in self.relays if rules.name == name), RelayRules(name=name))

    def relays_of(self, digest: Digest) -> tuple[RelayRules, ...]:
        """Return the rules of the relays that `digest` is sent through."""
        return tuple(self.relay(name) for name in digest.relays)

    def relays_in_use(self) -> tuple[RelayRules, ...]:
        """Return the rules of every relay that some digest is sent through."""
        used = dict.fromkeys(name for digest in self.digests for name in digest.relays)
        return tuple(self.relay(name) for name in used)

    def source(self, name: str) -> Source:
        """Return the source called `name`, or raise NotFound."""
        for source in self.sources:
            if source.id == name:
                return source
        raise NotFound(f"{name}: no source of that name")

    def sources_of(self, digest: Digest) -> tuple[Source, ...]:
        """Return the sources that `digest` reads: those it names, else all of them."""
        if not digest.stories.sources:
            return self.sources
        return tuple(source for source in self.sources if source.id in digest.stories.sources)

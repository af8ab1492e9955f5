"""Subscribers: an address and its preferences, its standing with a digest, and its yes and no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from digest.model.errors import StepForbidden


class Standing(StrEnum):
    """A subscription: the standing of an address with one digest."""

    UNCONFIRMED = "unconfirmed"  #: asked for, by somebody; gets no edition
    CONFIRMED = "confirmed"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"  #: back only by the person, with new consent


_STEPS: dict[Standing, frozenset[Standing]] = {
    Standing.UNCONFIRMED: frozenset({Standing.CONFIRMED, Standing.UNSUBSCRIBED}),
    Standing.CONFIRMED: frozenset({Standing.PAUSED, Standing.UNSUBSCRIBED}),
    Standing.PAUSED: frozenset({Standing.CONFIRMED, Standing.UNSUBSCRIBED}),
    Standing.UNSUBSCRIBED: frozenset(),
}


def step(who: str, old: Standing, new: Standing, *, by_person: bool = False) -> Standing:
    """Return `new`, or raise StepForbidden.

    Only the person's own word (`by_person`) leads back from unsubscribed, and only to confirmed.
    """
    if new is old:
        return new
    back = by_person and old is Standing.UNSUBSCRIBED and new is Standing.CONFIRMED
    if not back and new not in _STEPS[old]:
        raise StepForbidden(who, old, new)
    return new


class SuppressionReason(StrEnum):
    """Why an address is not mailed at all; the gravest first."""

    COMPLAINT = "complaint"
    EDITOR = "editor"
    ERASED = "erased"
    HARD_BOUNCE = "hard bounce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A yes and its evidence."""

    at: datetime  #: aware, UTC
    source: str  #: `paper form 2024`, `sign-up page`
    wording: str = ""  #: the sentence that was agreed to
    address: str = ""  #: of the browser, where one was involved
    asked: datetime | None = None  #: when a form asked for it; None: it was not asked for here
    asked_from: str = ""  #: the browser's address then
    confirmation: str = ""  #: the letter that was answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A person who may be mailed: one address and what we were told about it."""

    email: str  #: as typed
    key: str  #: what two spellings of the address share; see `audience/address`
    envelope: str  #: what SMTP is told: domain in A-labels
    name: str = ""
    language: str = ""
    timezone: str = ""
    topics: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    consent: Consent | None = None
    id: int = 0  #: the database's; 0 before it is there
    provider: str = "other"  #: of the mailbox; half of a lane's name
    joined: datetime | None = None  #: aware, UTC
    hour: int | None = None  #: at which editions should come, in their time zone
    plain: bool = False  #: wants the text part only
    untracked: bool = False  #: wants no link counted


class Word(StrEnum):
    """What a person said, as the opt-out file keeps it."""

    NO = "no"
    YES = "yes"


#: Scope of a no that means every digest.
EVERYTHING = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One word of a person, kept outside the database; the newest per address and scope wins."""

    at: datetime  #: aware, UTC
    who: str  #: keyed hash of the address's key
    scope: str  #: a digest's id, EVERYTHING, or what `consent.stop_scope` says
    word: Word
    source: str  #: one-click, page, complaint, erasure, confirmation ...

"""Judges what a relay's answer means: whose fault it is, and what to do about it.

The rules are data, `replies.toml`; the first one that fits decides. "5xx means gone for good"
is wrong more often than right, so an address is suppressed only by rules that say so.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from digest.model.delivery import Phase, Reply

#: A receiver that wants us back sooner, or later, than this is not taken at its word.
SHORTEST_ASKED = timedelta(seconds=30)
LONGEST_ASKED = timedelta(hours=4)
_ASKED = r"(?:again|back|retry|wait|later)\b[^.;]{0,40}?"
_CLOCK = re.compile(rf"{_ASKED}\b([0-9]{{1,2}}):([0-5][0-9]):([0-5][0-9])\b", re.IGNORECASE)
_SPAN = re.compile(
    rf"{_ASKED}\b([0-9]{{1,5}}) ?(s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b", re.IGNORECASE
)


class Action(StrEnum):
    """What to do about an answer."""

    PAUSE = "pause"  #: the edition: nothing of it will get through as things are
    SLOW = "slow"  #: the lane: more than the receiver takes now
    LATER = "later"  #: this message, again later
    SUPPRESS = "suppress"  #: the address: nobody is there
    SCORE = "score"  #: a point against the address; again later after a 4xx
    GIVE_UP = "give_up"  #: this message, without a word against the address


class Scope(StrEnum):
    """What slows down."""

    LANE = "lane"  #: the mail to one mailbox provider: it was the provider's word
    RELAY = "relay"  #: everything that goes through the relay: it was the relay's own word


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer means."""

    rule: str  #: id of the rule that decided
    cause: str  #: for people
    action: Action
    again: bool  #: whether the same message may be sent to the same reader later
    rest: timedelta = timedelta(0)  #: how long what slows down does nothing, or the message at least waits
    scope: Scope = Scope.LANE  #: of `slow`
    alarms: bool = False  #: whether too many of this kind are a reason to stop

    @property
    def our_fault(self) -> bool:
        """Whether the answer says nothing about the reader: the message waits for us to mend something."""
        return self.action in (Action.PAUSE, Action.SLOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the file."""

    id: str
    cause: str
    action: Action
    rest: timedelta
    scope: Scope
    again: bool | None  #: None: as the action and the code have it
    alarms: bool
    providers: frozenset[str]
    phases: frozenset[Phase]
    codes: frozenset[int]
    enhanced: tuple[str, ...]
    text: re.Pattern[str] | None
    unless_veto: bool
    examples: tuple[str, ...]

    def fits(self, reply: Reply, provider: str, veto: re.Pattern[str]) -> bool:
        """Whether everything the rule states is so."""
        return (
            (not self.codes or reply.code in self.codes)
            and (not self.providers or provider in self.providers)
            and (not self.phases or reply.phase in self.phases)
            and (not self.enhanced or any(_is(reply.enhanced, code) for code in self.enhanced))
            and (self.text is None or self.text.search(reply.text) is not None)
            and not (self.unless_veto and veto.search(reply.text))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The whole file."""

    rules: tuple[Rule, ...]
    veto: re.Pattern[str]
    providers: dict[str, tuple[str, ...]]  #: name -> endings of the names of its mail servers


def judge(reply: Reply, *, provider: str = "") -> Verdict:
    """Return what `reply` means.

    Args:
        provider: who answers in the end: the mailbox provider; unknown names fit general rules only.
    """
    book = rules()
    for rule in book.rules:
        if rule.fits(reply, provider, book.veto):
            break
    again = rule.again
    if again is None:
        mends = rule.action in (Action.PAUSE, Action.SLOW, Action.LATER)
        again = mends or (rule.action is Action.SCORE and reply.code < 500)
    return Verdict(
        rule=rule.id,
        cause=rule.cause,
        action=rule.action,
        again=again,
        rest=rule.rest if rule.action is Action.SLOW else asked_to_wait(reply) or rule.rest,
        scope=rule.scope,
        alarms=rule.alarms,
    )


def asked_to_wait(reply: Reply) -> timedelta:
    """Return how long a temporary answer asks to wait, within reason; 0 where it does not say."""
    if reply.code >= 500:
        return timedelta(0)
    asked = timedelta(0)
    if clock := _CLOCK.search(reply.text):
        hours, minutes, seconds = (int(part) for part in clock.groups())
        asked = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    elif span := _SPAN.search(reply.text):
        unit = {"s": "seconds", "m": "minutes", "h": "hours"}[span[2][0].lower()]
        asked = timedelta(**{unit: int(span[1])})
    return min(max(asked, SHORTEST_ASKED), LONGEST_ASKED) if asked else asked


def provider_of(mail_server: str) -> str:
    """Return the provider whose mail server that is, told by the end of its name; empty if unknown."""
    name = "." + mail_server.rstrip(".").lower()
    for provider, endings in rules().providers.items():
        if any(name.endswith("." + ending) for ending in endings):
            return provider
    return ""


def ids_of(action: Action) -> frozenset[str]:
    """Return the ids of the rules that lead to `action`."""
    return frozenset(rule.id for rule in rules().rules if rule.action is action)


@cache
def rules() -> Rules:
    """Return the rules of the file that comes with the program."""
    raw = tomllib.loads(files(__package__).joinpath("replies.toml").read_text(encoding="utf-8"))
    return Rules(
        rules=tuple(_rule(each) for each in raw["rule"]),
        veto=re.compile(raw["veto"], re.IGNORECASE),
        providers={name: tuple(endings) for name, endings in raw["providers"].items()},
    )


def _rule(raw: dict[str, object]) -> Rule:
    """Return one rule; a key that is not known is an error, for it would say nothing."""
    known = dict(raw)

    def words(key: str) -> list[str]:
        value = known.pop(key, [])
        if not isinstance(value, list):
            raise ValueError(f"{raw['id']}: {key}: not a list")
        return [str(each) for each in value]

    rule = Rule(
        id=str(known.pop("id")),
        cause=str(known.pop("cause")),
        action=Action(str(known.pop("action"))),
        rest=_duration(str(known.pop("rest", "0 minutes"))),
        scope=Scope(str(known.pop("scope", Scope.LANE))),
        again=None if "again" not in known else bool(known.pop("again")),
        alarms=bool(known.pop("alarms", False)),
        providers=frozenset(words("providers")),
        phases=frozenset(Phase(phase) for phase in words("phases")),
        codes=frozenset(code for text in words("codes") for code in _codes(text)),
        enhanced=tuple(words("enhanced")),
        text=re.compile(str(known.pop("text")), re.IGNORECASE) if "text" in known else None,
        unless_veto=bool(known.pop("unless_veto", False)),
        examples=tuple(words("examples")),
    )
    if known:
        raise ValueError(f"{rule.id}: unknown keys: {', '.join(known)}")
    return rule


def _is(enhanced: str, wanted: str) -> bool:
    return enhanced.startswith(wanted) if wanted.endswith(".") else enhanced == wanted


def _codes(text: str) -> range:
    if text.endswith("xx"):
        return range(int(text[0]) * 100, int(text[0]) * 100 + 100)
    return range(int(text), int(text) + 1)


def _duration(text: str) -> timedelta:
    number, _, unit = text.partition(" ")
    return timedelta(**{unit if unit.endswith("s") else unit + "s": int(number)})

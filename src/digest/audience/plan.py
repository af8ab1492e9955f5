"""Decide what a row of a list does to the roster. Here lives the rule that a file never takes back a no.

`decide` looks at one row and at what is known of the person. It may describe, add and lower; it
raises nobody whose newest word on a digest is no, and it touches nothing of a suppressed address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from digest.audience.consent import Asked, standing_by
from digest.audience.row import Lowered, Row
from digest.model.consent import refuses, stopped_by, word_on
from digest.model.subscriber import EVERYTHING, Saying, Standing, Subscriber, SuppressionReason, Word


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT_ALONE = "left alone"  #: they unsubscribed from all that the row asks for
    SUPPRESSED = "suppressed"
    LOWERED = "lowered"  #: the file itself says no
    DUPLICATE = "duplicate"  #: the address stood in the file before


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the roster knows of the person behind a row."""

    subscriber: Subscriber | None = None  #: None: nobody of that address
    standings: Mapping[str, Standing] = field(default_factory=dict)  #: by digest
    words: Sequence[Saying] = ()
    own_choice: bool = False  #: language, time zone and topics were set by the person


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do for one row."""

    verdict: Verdict
    subscriber: Subscriber | None = None  #: as it should stand afterwards; None: as it is
    subscribe: Mapping[str, Standing] = field(default_factory=dict)  #: new subscriptions
    confirm: tuple[str, ...] = ()  #: unconfirmed until now, and the row brings a yes
    stop: SuppressionReason | None = None  #: of the whole address
    leave: tuple[str, ...] = ()  #: scopes of the no: digests, or EVERYTHING
    refused: tuple[str, ...] = ()  #: digests that the row asks for, and the person does not want

    @property
    def asks(self) -> bool:
        """Whether the person gets a confirmation letter."""
        return self.verdict is Verdict.NEW and Standing.UNCONFIRMED in self.subscribe.values()


_SAME = Decision(verdict=Verdict.SAME)
_SUPPRESSED = Decision(verdict=Verdict.SUPPRESSED)


def decide(row: Row, asked: Asked, known: Known, *, additions_only: bool = False) -> Decision:
    """Return what `row` does to a person who is `known`.

    Args:
        additions_only: describe newcomers and fill blanks, and overwrite nothing.
    """
    if row.lowered is not None:
        return _lower(row.lowered, asked, known, additions_only)
    if known.words and stopped_by(known.words) is not None:
        return _SUPPRESSED
    wanted, refused = _sorted_out(row, asked, known)
    leave = _leaving(asked.left, known, additions_only)
    if known.subscriber is not None and (wanted or not refused):
        decision = _update(row, known, known.subscriber, wanted, asked.named, additions_only)
    elif known.subscriber is None and wanted:
        decision = Decision(verdict=Verdict.NEW, subscriber=_described(row), subscribe=wanted)
    else:
        decision = _LEFT_ALONE if refused or not leave else _SAME
    if leave and decision.verdict in (Verdict.SAME, Verdict.LEFT_ALONE):
        decision = Decision(verdict=Verdict.LOWERED)
    return replace(decision, leave=leave, refused=refused) if leave or refused else decision


_LEFT_ALONE = Decision(verdict=Verdict.LEFT_ALONE)


def _sorted_out(row: Row, asked: Asked, known: Known) -> tuple[Mapping[str, Standing], tuple[str, ...]]:
    """Return the digests that may be had, with their standing, and those that the person does not want."""
    wanted = _all_of(asked, standing_by(row.consent))
    if not known.words and not known.standings and not asked.left:
        return wanted, ()
    refused = tuple(
        digest
        for digest in wanted
        if known.standings.get(digest) is Standing.UNSUBSCRIBED or refuses(digest, known.words)
    )
    return {d: s for d, s in wanted.items() if d not in refused and d not in asked.left}, refused


@lru_cache(maxsize=256)
def _all_of(asked: Asked, standing: Standing) -> Mapping[str, Standing]:
    return {
        **dict.fromkeys(asked.unconfirmed, Standing.UNCONFIRMED),
        **dict.fromkeys(asked.digests, standing),
    }


def _leaving(scopes: tuple[str, ...], known: Known, additions_only: bool) -> tuple[str, ...]:
    """Return those of `scopes` on which the file's no is news.

    A file that is read again and again does not override what the person has told us since.
    """
    if not scopes:
        return ()
    said = {scope: word_on(scope, known.words) for scope in scopes}
    return tuple(
        scope
        for scope, word in said.items()
        if word is None or (word.word is Word.YES and not additions_only)
    )


def _lower(lowered: Lowered, asked: Asked, known: Known, additions_only: bool) -> Decision:
    """Return the no that a row's status says: of everything, unless the row names digests."""
    if lowered is Lowered.UNSUBSCRIBED:
        named = (*asked.digests, *asked.unconfirmed, *asked.left) if asked.by_name else (EVERYTHING,)
        leave = _leaving(named, known, additions_only)
        return Decision(verdict=Verdict.LOWERED, leave=leave) if leave else _SAME
    stopped = stopped_by(known.words)
    reason = SuppressionReason.COMPLAINT if lowered is Lowered.COMPLAINED else SuppressionReason.HARD_BOUNCE
    came_back = additions_only and any(saying.word is Word.YES for saying in known.words)
    if stopped is reason or came_back:
        return _SUPPRESSED if stopped is not None else _SAME
    return Decision(verdict=Verdict.LOWERED, stop=reason)


def _described(row: Row) -> Subscriber:
    address = row.address
    return Subscriber(
        email=address.email,
        key=address.key,
        envelope=address.envelope,
        name=row.name,
        language=row.language,
        timezone=row.timezone,
        topics=row.topics,
        attributes=row.attributes,
        consent=row.consent,
        provider=address.provider,
        joined=row.joined or (row.consent.at if row.consent else None),
    )


def _update(
    row: Row, known: Known, old: Subscriber, wanted: Mapping[str, Standing], named: bool, additions_only: bool
) -> Decision:
    """Return what the row adds to somebody who is there: who named no digest gets no further one."""
    have = known.standings
    add = {d: standing for d, standing in wanted.items() if d not in have and (named or not have)}
    confirm = tuple(
        digest
        for digest, standing in wanted.items()
        if standing is Standing.CONFIRMED and have.get(digest) is Standing.UNCONFIRMED
    )
    new = _redescribed(row, old, known.own_choice, additions_only)
    if not add and not confirm and new == old:
        return _SAME
    return Decision(
        verdict=Verdict.CHANGED, subscriber=None if new == old else new, subscribe=add, confirm=confirm
    )


def _redescribed(row: Row, old: Subscriber, own_choice: bool, additions_only: bool) -> Subscriber:
    """Return `old` as the row describes them: what the row leaves blank stays, and what the person chose."""

    def pick(new: str, before: str, *, chosen: bool = False) -> str:
        return before if not new or chosen or (additions_only and before) else new

    topics = old.topics if own_choice else tuple(dict.fromkeys((*old.topics, *row.topics)))
    attributes = dict(old.attributes)
    for name, value in row.attributes.items():
        attributes[name] = pick(value, attributes.get(name, ""))
    return replace(
        old,
        name=pick(row.name, old.name, chosen=own_choice and bool(old.name)),
        language=pick(row.language, old.language, chosen=own_choice),
        timezone=pick(row.timezone, old.timezone, chosen=own_choice),
        topics=topics,
        attributes=attributes if attributes != dict(old.attributes) else old.attributes,
    )

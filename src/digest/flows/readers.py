"""The readers of an edition by class: who they are, what each class has had, what it may be shown.

Nobody gets words that were not looked at: readers are counted before the edition is built, each
class is made into words, and whoever comes or chooses anew after that gets the nearest of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from digest.flows.slots import as_made, served
from digest.model.cadence import is_round_up
from digest.model.classes import (
    EVERYBODY,
    Choices,
    Frequency,
    Offer,
    Placement,
    ReadingClass,
    Shown,
    had_by,
    merged,
    offer_of,
    place_of,
    suits,
)
from digest.model.digest import Digest, Schedule
from digest.model.errors import NotFound
from digest.store import classes, editions
from digest.store.compositions import Inputs
from digest.store.roster.choices import Asked, choices_of, count_choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Readership:
    """Whom one edition is for, and how their choices become classes."""

    asked: Asked
    offer: Offer
    base: ReadingClass  #: of those who chose nothing in particular
    rare: bool  #: the digest is no more often than weekly, so weekly is as good as each

    def class_of(self, choices: Choices) -> ReadingClass:
        """Return the class of a reader of the edition who chose `choices`."""
        often = choices.frequency
        return self.offer.class_of(
            choices, Frequency.EACH if self.rare and often is Frequency.WEEKLY else often
        )

    def counted(self, connection: Connection) -> dict[ReadingClass, int]:
        """Return how many readers each class has now."""
        found = Counter[ReadingClass]()
        for choices, number in count_choices(connection, self.asked).items():
            found[self.class_of(choices)] += number
        return dict(found)

    def class_of_reader(self, connection: Connection, subscriber: int) -> ReadingClass:
        """Return the class of one reader; that of everybody for whom the edition is not for."""
        choices = choices_of(connection, self.asked, subscriber)
        return self.base if choices is None else self.class_of(choices)


def readership(schedule: Schedule, digest: Digest, edition: str, *, breaking: bool = False) -> Readership:
    """Return whom `edition` of `digest` is for."""
    frequencies = served(digest, edition, breaking=breaking)
    return Readership(
        asked=Asked(
            digest=digest.id,
            audience=digest.audience,
            frequencies=frequencies,
            others=[other.id for other in schedule.digests if other.id != digest.id],
            zones=digest.in_reader_timezone,
        ),
        offer=offer_of(digest, schedule.sources_of(digest)),
        base=ReadingClass(frequency=Frequency.WEEKLY if is_round_up(edition) else Frequency.EACH),
        rare=digest.round_up is None,
    )


def shown_before(
    connection: Connection, schedule: Schedule, digest: Digest, edition: str, *, due: datetime, now: datetime
) -> list[Shown]:
    """Return what readers of `edition` may have had by then, of this digest and of all others.

    Of two editions that are due at the same time, that of the digest which stands first in the
    schedule comes first.
    """
    names = [each.id for each in schedule.digests]
    since = now - as_made(digest, edition).stories.never_repeat_within
    first = names[: names.index(digest.id)] if digest.id in names else names
    found = classes.shown(connection, {*names, digest.id}, since=since, before=due, first=first)
    return [one for one in found if one.edition != edition]  # an edition does not repeat itself


def inputs_for(reading: ReadingClass, whole: Inputs, shown: Sequence[Shown]) -> Inputs:
    """Return what is to be chosen from for one class: stories it asked for, and what it has had.

    Sections that its topics leave empty are left out without a word.
    """
    digest, by_id = whole.digest, {source.id: source for source in whole.sources}
    carried = had_by(reading, digest.id, shown)
    if not reading.topics and not reading.language:
        return replace(whole, carried=carried)
    narrow = digest
    if reading.topics:
        sections = tuple(replace(rules, optional=True) for rules in digest.sections)
        narrow = replace(digest, sections=sections, skip=replace(digest.skip, with_fewer_than=1))
    return replace(
        whole,
        digest=narrow,
        candidates=tuple(s for s in whole.candidates if suits(s, reading, digest, by_id)),
        archive=tuple(s for s in whole.archive if suits(s, reading, digest, by_id)),
        carried=carried,
    )


def kept_for(connection: Connection, edition: str, readers: Readership) -> dict[ReadingClass, Placement]:
    """Return where the classes stand for which an edition was built; that of everybody is among them."""
    kept = {one.reading: one for one in classes.placements(connection, edition)}
    base = readers.base
    return kept or {base: Placement(reading=base, readers=0, follows=base.key, variant=EVERYBODY)}


def place_of_reader(
    connection: Connection, schedule: Schedule, digest: Digest, edition: str, subscriber: int
) -> Placement:
    """Return whose words of a kept edition one reader would get, and why.

    Who is none of its readers is shown what everybody gets.
    """
    record = editions.edition(connection, edition)
    readers = readership(schedule, digest, edition, breaking=record.breaking)
    reading = readers.class_of_reader(connection, subscriber)
    return place_of(reading, kept_for(connection, edition, readers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """The classes of an edition's readers."""

    counted: Mapping[ReadingClass, int]  #: readers of each
    into: Mapping[ReadingClass, ReadingClass]  #: class -> the one whose words it gets
    wanted: Sequence[ReadingClass]  #: those that words are made for, that of everybody first


def classes_now(
    connection: Connection,
    schedule: Schedule,
    digest: Digest,
    edition: str,
    *,
    breaking: bool,
    only: str | None = None,
) -> Classes:
    """Return the classes of those who are readers of an edition now.

    Args:
        only: the key of the class that words are wanted for; None: for all.

    Raises:
        NotFound: `only` is none of them; the message names those there are.
    """
    readers = readership(schedule, digest, edition, breaking=breaking)
    counted = {} if only == EVERYBODY else readers.counted(connection)
    into = _sorted(merged(counted, readers.base, digest.reading_classes), readers.base)
    if only is None:
        return Classes(counted=counted, into=into, wanted=list(dict.fromkeys(into.values())))
    end = next((end for reading, end in into.items() if reading.key == only), None)
    if end is None:
        there = ", ".join(reading.key for reading in into)
        raise NotFound(f"{only}: no reading class of {edition}: there are {there}")
    return Classes(counted=counted, into=into, wanted=[end])


def classes_kept(connection: Connection, schedule: Schedule, digest: Digest, edition: str) -> Classes:
    """Return the classes that an edition was built for."""
    base = readership(schedule, digest, edition).base
    kept = classes.placements(connection, edition)
    by_key = {one.reading.key: one.reading for one in kept}
    into = {one.reading: by_key[one.follows] for one in kept} or {base: base}
    counted = {one.reading: one.readers for one in kept}
    into = _sorted(into, base)
    return Classes(counted=counted, into=into, wanted=list(dict.fromkeys(into.values())))


def _sorted(
    into: Mapping[ReadingClass, ReadingClass], base: ReadingClass
) -> dict[ReadingClass, ReadingClass]:
    return dict(sorted(into.items(), key=lambda pair: (pair[0] != base, pair[0].key)))

"""A mail that corrects an edition: an edition of its own, to exactly those who had the wrong words.

It has words for each language in which the wrong ones were read, and everybody gets it in theirs, as
text alone where they had text alone. Topics make no difference: it tells one story.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from digest.flows.compose import keep
from digest.flows.desk.correcting import MARK, WENT
from digest.flows.desk.workshop import Workshop
from digest.flows.freezing import rendering_key
from digest.flows.readers import kept_for, readership
from digest.flows.slots import count_readers
from digest.model.classes import EVERYBODY, PLAIN, Placement, ReadingClass, place_of
from digest.model.digest import Digest, Schedule
from digest.model.edition import Choice, EditionState, StoryEdit
from digest.model.errors import NotFound, StepForbidden
from digest.model.text import primary
from digest.store import archive, classes, compositions, editions
from digest.store.compositions import Inputs
from digest.store.corrections import Correction, corrections
from digest.store.editions import EditionKind, EditionRecord
from digest.store.engine import Store
from digest.store.ledger import names, outcomes
from digest.store.ledger.chunk import Terms
from digest.store.ledger.enlist import Enlisting, terms

#: Readers that are enlisted before full chunks are written.
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Somebody who had the wrong words, and so gets the mail."""

    subscriber: int
    provider: str  #: of the mailbox
    language: str  #: of the words they had: primary subtag
    plain: bool  #: they had the text part alone


def write_correction(
    store: Store, workshop: Workshop, edition: str, number: int, *, who: str, now: datetime
) -> str:
    """Make the mail of correction `number`; return the edition that it is. One that is there stays.

    It waits on the desk like any edition: it can be changed, must be approved, and is sent by hand.

    Raises:
        NotFound: no such edition, or no such correction.
        StepForbidden: nothing of it has left.
    """
    name = f"{edition}{MARK}{number}"
    with store.write() as connection:
        parent = editions.lock(connection, edition)
        if parent.state not in WENT:
            raise StepForbidden(edition, parent.state, EditionState.SENT)
        about = _correction(connection, edition, number)
        digest = workshop.schedule.digest(parent.digest)
        record = editions.open_edition(
            connection, name, digest=digest.id, day=parent.day, who=who, now=now,
            kind=EditionKind.CORRECTION,
        )  # fmt: skip
        if record.state is not EditionState.COLLECTING:
            return name
        inputs = _inputs(connection, workshop, digest, parent, about, now)
        editions.set_choice(connection, name, inputs.choice, now=now)
        base = readership(workshop.schedule, digest, name).base
        counted = Counter(_class_of(one, digest, base) for one in owed(connection, name))
        places = [_placement(reading, counted[reading]) for reading in {base: None, **counted}]
        classes.save_placements(connection, name, places)
        keep(connection, workshop.set_anew(connection, name, inputs), who=who, now=now)
    return name


def enlist_correction(connection: Connection, digest: Digest, edition: str, *, now: datetime) -> int:
    """Enlist exactly those who had the words that `edition` corrects; return their number."""
    until = None if digest.valid_for is None else now + digest.valid_for
    variant_of = {one.reading.language: one.variant for one in classes.placements(connection, edition)}
    key = names.edition_key(connection, edition)
    lots: dict[str, Terms] = {}
    enlisting = Enlisting(connection)
    for at, one in enumerate(owed(connection, edition), start=1):
        language = "" if one.language == primary(digest.language) else one.language
        variant = (variant_of.get(language) or EVERYBODY) + (PLAIN if one.plain else "")
        if variant not in lots:
            rendering = rendering_key(connection, edition, variant, now=now)
            lots[variant] = terms(key, rendering, not_before=now, valid_until=until, policy=digest.unknown)
        enlisting.open(lots[variant], one.provider).append(one.subscriber)
        if at % _AT_ONCE == 0:
            enlisting.cut()
    return enlisting.finish()


def owed(connection: Connection, edition: str) -> Iterator[Owed]:
    """Yield, ids ascending, who had the words that `edition` corrects."""
    parent, _, number = edition.rpartition(MARK)
    about = _correction(connection, parent, int(number))
    variants = {key: variant for key, (variant, _) in names.versions(connection, parent).items()}
    language = _languages(connection, parent)
    for subscriber, provider, rendering in outcomes.who_had(
        connection, names.edition_key(connection, parent), about.wrong
    ):
        variant = variants[rendering]
        yield Owed(
            subscriber=subscriber,
            provider=provider,
            language=language[variant.removesuffix(PLAIN)],
            plain=variant.endswith(PLAIN),
        )


def readers_of(connection: Connection, schedule: Schedule, digest: Digest, record: EditionRecord) -> int:
    """Return how many would get an edition now; a correction, those who had the wrong words.

    Who would get nothing, having had all of it elsewhere, is not among them.
    """
    if record.kind is EditionKind.CORRECTION:
        return sum(1 for _ in owed(connection, record.id))
    if all(one.variant for one in classes.placements(connection, record.id)):
        return count_readers(connection, digest, record.id)
    readers = readership(schedule, digest, record.id, breaking=record.breaking)
    kept = kept_for(connection, record.id, readers)
    counted = readers.counted(connection)
    return sum(number for reading, number in counted.items() if place_of(reading, kept).variant)


def _languages(connection: Connection, edition: str) -> Mapping[str, str]:
    """Return the language of each variant."""
    made = compositions.compositions(connection, edition)
    return {variant: primary(one.language) for variant, one in made.items()}


def _class_of(one: Owed, digest: Digest, base: ReadingClass) -> ReadingClass:
    return base if one.language == primary(digest.language) else replace(base, language=one.language)


def _placement(reading: ReadingClass, readers: int) -> Placement:
    return Placement(reading=reading, readers=readers, follows=reading.key, variant=reading.key)


def _correction(connection: Connection, edition: str, number: int) -> Correction:
    for one in corrections(connection, edition):
        if one.number == number:
            return one
    raise NotFound(f"{edition}: no correction {number}")


def _inputs(
    connection: Connection,
    workshop: Workshop,
    digest: Digest,
    parent: EditionRecord,
    about: Correction,
    now: datetime,
) -> Inputs:
    """Return what the mail is made from: the story as it reads now, and what was wrong, on top."""
    made = compositions.compositions(connection, parent.id).values()
    carried = (story for one in made for story in one.selection.carried)
    held = next((story for story in carried if story.id == about.story), None)
    if held is None:
        raise NotFound(f"{parent.id}: no such story in it: {about.story}")
    edit = next((one for one in parent.choice.edits if one.story == held.id), StoryEdit(story=held.id))
    story = archive.story(connection, held.id, edit.version) if edit.version else held
    return Inputs(
        digest=replace(digest, sections=(), skip=replace(digest.skip, with_fewer_than=0)),
        candidates=(story,),
        sources=workshop.schedule.sources_of(digest),
        choice=Choice(lead=story.id, letter=about.told, edits=(edit,), corrects=True),
        now=now,
    )

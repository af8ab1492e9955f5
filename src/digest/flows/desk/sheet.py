"""Everything that the page of one edition shows, read in one go: its words, its stories, its history."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from digest.flows.checks import Checks, checks_among
from digest.flows.desk.correction_mail import readers_of
from digest.flows.desk.today import waits_for_person
from digest.flows.pictures import placed
from digest.model.classes import EVERYBODY, Placement, foremost
from digest.model.digest import Digest, Schedule
from digest.model.edition import Composition, PassedOver, Slot, edited, printed
from digest.model.errors import NotFound
from digest.model.finding import Finding
from digest.model.mail import Rendering
from digest.model.story import Story
from digest.render.pictures import PlacedPicture
from digest.store import classes, compositions, editions, renderings
from digest.store.editions import EditionRecord, HistoryLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One story in its place."""

    number: int  #: in the order of reading, from 1
    slot: Slot  #: as it was chosen
    story: Story  #: as it is printed
    lead: bool
    pinned: bool  #: by an editor
    up: str | None  #: before which story it stands when it is moved up; None: it is the first
    down: str | None  #: the same, moved down; empty: the last; None: it is the last

    @property
    def edited(self) -> bool:
        """Whether an editor's words stand in it."""
        return self.story != self.slot.story


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the edition, in which stories are moved; the featured block has no title."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One edition on the desk."""

    record: EditionRecord
    digest: Digest
    readers: int  #: who would get it now
    version: int  #: of everything that is shown
    main: str  #: the variant that stands for it: see `model.classes.foremost`
    composition: Composition | None  #: of that variant; None while nothing is built
    words: Mapping[str, Rendering]  #: by variant
    placements: tuple[Placement, ...]  #: whose words each reading class gets
    hash: str  #: names the words of all variants
    checks: Checks | None
    blocks: tuple[Block, ...]
    left_out: tuple[PassedOver, ...]  #: by an editor
    passed_over: tuple[PassedOver, ...]  #: by the rules, the best first
    pictures: Mapping[str, PlacedPicture]
    history: tuple[HistoryLine, ...]
    agreed: tuple[str, ...]  #: who has said yes to these words

    @property
    def rendering(self) -> Rendering | None:
        """Return the words that most readers get."""
        return self.words.get(self.main)

    @property
    def unserved(self) -> tuple[Placement, ...]:
        """Return the classes that get nothing of it, though they have readers."""
        return tuple(one for one in self.placements if one.readers and not one.variant)

    @property
    def stories(self) -> int:
        """Return how many stories have a place of their own."""
        return sum(len(block.lines) for block in self.blocks)

    @property
    def waits(self) -> bool:
        """Whether it leaves only after somebody's word."""
        return waits_for_person(self.digest, self.record)


def sheet(
    connection: Connection,
    schedule: Schedule,
    edition: str,
    *,
    now: datetime,
    ready_of: Callable[[Digest], Sequence[Finding]] = lambda digest: (),
) -> Sheet:
    """Return the page of `edition`.

    Args:
        ready_of: what else keeps an edition of a digest from leaving (`flows.readiness`).

    Raises:
        NotFound: there is no such edition, or its digest is in the schedule no more.
    """
    record = editions.edition(connection, edition)
    digest = schedule.digest(record.digest)
    words = renderings.renderings(connection, edition)
    hash = renderings.hash_of(words) if words else ""
    history = tuple(editions.history(connection, edition))
    try:
        all_made = compositions.compositions(connection, edition)
    except NotFound:
        all_made = {}
    placed_in = classes.placements(connection, edition)
    main = foremost(list(words) or [EVERYBODY], placed_in)
    made = all_made.get(main)
    passed = made.selection.passed_over if made else ()
    return Sheet(
        record=record,
        digest=digest,
        readers=readers_of(connection, schedule, digest, record),
        version=history[-1].number if history else 0,
        main=main,
        composition=made,
        words=words,
        placements=placed_in,
        hash=hash,
        checks=checks_among(
            connection, schedule.newsroom, edition, all_made, words, now=now, ready=ready_of(digest)
        )
        if made
        else None,
        blocks=tuple(_blocks(made, record)) if made else (),
        left_out=tuple(one for one in passed if one.story.id in record.choice.excluded),
        passed_over=tuple(one for one in passed if one.story.id not in record.choice.excluded),
        pictures=placed(connection, printed(made).selection.carried, pages=schedule.newsroom.pages)
        if made
        else {},
        history=history,
        agreed=tuple(who for who, _, agreed in renderings.approvals(connection, edition) if agreed == hash),
    )


def _blocks(made: Composition, record: EditionRecord) -> Iterator[Block]:
    edits = {edit.story: edit for edit in record.choice.edits}  # with what was corrected since
    selection, number = made.selection, 0
    for title, slots in [("", selection.featured), *((s.title, s.stories) for s in selection.sections)]:
        lines = []
        for at, slot in enumerate(slots):
            number += 1
            lead, id = number == 1, slot.story.id
            first = 1 if not title else 0  # the lead keeps its place
            lines.append(
                Line(
                    number=number,
                    slot=slot,
                    story=edited(slot.story, edits[id]) if id in edits else slot.story,
                    lead=lead,
                    pinned=id in record.choice.pinned,
                    up=slots[at - 1].story.id if at > first and not lead else None,
                    down=None if at == len(slots) - 1 or lead else _after(slots, at + 1),
                )
            )
        if lines:
            yield Block(title=title, lines=tuple(lines))


def _after(slots: Sequence[Slot], at: int) -> str:
    return slots[at + 1].story.id if at + 1 < len(slots) else ""

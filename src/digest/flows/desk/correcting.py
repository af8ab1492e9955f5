"""Correct an edition that has begun to leave: who has not been reached gets the new words, and no one else.

Who has the old ones is known exactly, by the version of the words behind each delivery; the archive
page says what was wrong, and a mail of its own can go to exactly those who read it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.flows.correct import corrected_words
from digest.flows.desk.picturing import fetch_picture
from digest.flows.desk.saying import said
from digest.flows.desk.values import settled
from digest.flows.desk.workshop import Workshop
from digest.flows.sending import control
from digest.model.change import OF_WORDS, Change, Field, applied, value_of
from digest.model.classes import foremost
from digest.model.edition import Choice, EditionState, StoryEdit, edited
from digest.model.errors import AskedWrongly, NotFound, StepForbidden
from digest.model.mail import Rendering
from digest.model.story import Story
from digest.render.slots import fill
from digest.store import archive, classes, compositions, editions
from digest.store.corrections import Correction, corrections, save_correction
from digest.store.engine import Store
from digest.store.ledger import names, outcomes

#: What stands between an edition's name and the number of its correction, in the name of the mail.
MARK = "/correction-"
#: States in which readers may have an edition already.
WENT = (EditionState.SENDING, EditionState.PAUSED, EditionState.SENT)
#: Characters of what readers are told.
LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    choice: Choice
    steps: tuple[tuple[Change, str | None, str], ...]
    words: Mapping[str, Rendering]
    subject: str  #: of the words that stand for the edition; empty: as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Correctable:
    """A story that readers of an edition were shown, in whosever words."""

    id: str
    printed: Story  #: as it stands there now, with editors' words
    newer: bool  #: its source has changed it since


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A correction, and how many had the words that it corrects."""

    correction: Correction
    had: int
    letter: str  #: the mail that was made to them, by name; empty: none yet


def correct(
    store: Store,
    workshop: Workshop,
    edition: str,
    story: str,
    changes: Sequence[Change],
    *,
    take_newest: bool,
    told: str,
    who: str,
    clock: Callable[[], datetime],
    wait: timedelta = timedelta(minutes=2),
) -> int:
    """Correct one story of an edition on its way, or sent; return the number of the correction.

    Args:
        changes: the editor's own words for it.
        take_newest: print it as its source says now, below the editor's words.
        told: what was wrong, for readers; stands on the archive page with the date.

    Raises:
        AskedWrongly: nothing changes by it, nothing is told, or there is no such picture.
        StepForbidden: nothing of it has left: change it then, or its life is over.
        NotFound: no such edition, or no such story in it.
        Busy: a sender did not let go in time; the edition stays paused.
    """
    for one in changes:
        if one.field is Field.IMAGE and one.value:
            fetch_picture(store, workshop, one.story, one.value, now=clock())
    words = " ".join(told.split())
    if not words or len(words) > LONGEST:
        raise AskedWrongly(f"{edition}: say what was wrong, in at most {LONGEST} characters: readers see it")
    with store.read() as connection:
        plan = _plan(connection, workshop, edition, story, changes, take_newest, clock())
    numbers: list[int] = []

    def keep(connection: Connection) -> None:
        editions.set_choice(connection, edition, plan.choice, now=clock())
        if plan.subject:
            editions.set_subject(connection, edition, plan.subject, now=clock())
        for change, before, what in plan.steps:
            editions.note_change(
                connection, edition, change, before=before, who=who, what=f"corrected: {what}", now=clock()
            )
        editions.note(connection, edition, who=who, what=f"readers are told: “{words}”", now=clock())
        numbers.append(
            save_correction(
                connection, edition, variants=plan.words, story=story, told=words, who=who, now=clock()
            )
        )

    control.correct(store, edition, plan.words, who=who, clock=clock, wait=wait, within=keep)
    return numbers[0]


def _plan(
    connection: Connection,
    workshop: Workshop,
    edition: str,
    story: str,
    changes: Sequence[Change],
    take_newest: bool,
    now: datetime,
) -> _Plan:
    record = editions.edition(connection, edition)
    if record.state not in WENT:
        raise StepForbidden(edition, record.state, EditionState.SENDING)
    made = compositions.compositions(connection, edition)
    carried = {one.id: one for old in made.values() for one in old.selection.carried}
    if story not in carried:
        raise NotFound(f"{edition}: no such story in it: {story}")
    asked = [one for one in changes if one.field in OF_WORDS and one.story == story]
    newest = archive.latest(connection, [story]).get(story)
    printed_now = _taken(connection, record.choice).get(story, carried[story])
    if take_newest and newest is not None and newest.fingerprint != printed_now.fingerprint:
        asked.append(Change(field=Field.VERSION, story=story, value=newest.fingerprint))
    choice, steps = record.choice, list[tuple[Change, str | None, str]]()
    for one in asked:
        wanted = settled(one, carried, edition)
        before = value_of(choice, wanted.field, story, ())
        if before != wanted.value:
            choice = applied(choice, wanted, ())
            steps.append((wanted, before, said(wanted, carried)))
    words = corrected_words(
        connection, workshop.schedule, workshop.schedule.digest(record.digest), edition,
        templates=workshop.templates, nonce=workshop.nonce, now=now,
        newest=_taken(connection, choice), edits=choice.edits,
    )  # fmt: skip
    main = foremost(list(made), classes.placements(connection, edition))
    subject = _bare(words[main]) if main in words else ""
    return _Plan(choice=choice, steps=tuple(steps), words=words, subject=subject)


def _bare(words: Rendering) -> str:
    """Return the subject, with nobody's name in it."""
    return fill(words.subject, words.nonce, dict.fromkeys(words.slots, ""), html=False)


def _taken(connection: Connection, choice: Choice) -> dict[str, Story]:
    """Return the versions that corrections have taken, this one and those before it."""
    return {
        edit.story: archive.story(connection, edit.story, edit.version)
        for edit in choice.edits
        if edit.version is not None
    }


def standings(connection: Connection, edition: str) -> tuple[Standing, ...]:
    """Return the corrections of an edition, the newest first, and how many had the wrong words."""
    accepted = outcomes.accepted(connection, names.edition_key(connection, edition))
    return tuple(
        Standing(
            correction=one,
            had=sum(each.number for each in accepted if each.rendering in one.wrong),
            letter=_letter(connection, edition, one.number),
        )
        for one in reversed(corrections(connection, edition))
    )


def _letter(connection: Connection, edition: str, number: int) -> str:
    name = f"{edition}{MARK}{number}"
    return name if editions.there(connection, name) else ""


def correctables(connection: Connection, edition: str) -> tuple[Correctable, ...]:
    """Return every story of an edition, in any of its words, those with a place of their own first.

    Raises:
        NotFound: there is no such edition, or nothing in it.
    """
    made = compositions.compositions(connection, edition).values()
    choice = editions.edition(connection, edition).choice
    taken, edits = _taken(connection, choice), {edit.story: edit for edit in choice.edits}
    shown = [slot.story for one in made for slot in one.selection.slots]
    shown += [story for one in made for story in one.selection.carried]
    by_id = {story.id: taken.get(story.id, story) for story in reversed(shown)}
    newest = archive.latest(connection, list(by_id))
    return tuple(
        Correctable(
            id=id,
            printed=edited(by_id[id], edits.get(id, StoryEdit(story=id))),
            newer=id in newest and newest[id].fingerprint != by_id[id].fingerprint,
        )
        for id in dict.fromkeys(story.id for story in shown)
    )

"""A mail that corrects an edition: an edition of its own, to exactly those who had the wrong words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from digest.flows.compose import keep
from digest.flows.desk.correcting import WENT
from digest.flows.desk.workshop import Workshop
from digest.model.classes import EVERYBODY
from digest.model.digest import Digest
from digest.model.edition import Choice, EditionState, StoryEdit
from digest.model.errors import NotFound, StepForbidden
from digest.render.template import load_template
from digest.store import archive, compositions, editions
from digest.store.compositions import Inputs
from digest.store.corrections import Correction, corrections
from digest.store.editions import EditionKind
from digest.store.engine import Store
from digest.store.ledger import names, outcomes
from digest.store.ledger.enlist import enlist

#: What stands between an edition's name and the number of its correction.
MARK = "/correction-"


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
        inputs = _inputs(connection, workshop, digest, edition, about, parent.choice, now)
        editions.set_choice(connection, name, inputs.choice, now=now)
        keep(connection, workshop.set_anew(connection, name, inputs), who=who, now=now)
    return name


def enlist_correction(connection: Connection, digest: Digest, edition: str, *, now: datetime) -> int:
    """Enlist exactly those who had the words that `edition` corrects; return their number."""
    keys = names.rendering_keys(connection, edition)
    rendering = keys.get(EVERYBODY) or next(iter(keys.values()))
    return enlist(
        connection, names.edition_key(connection, edition), rendering, owed(connection, edition),
        not_before=now, valid_until=None if digest.valid_for is None else now + digest.valid_for,
        policy=digest.unknown,
    )  # fmt: skip


def owed(connection: Connection, edition: str) -> Iterator[tuple[int, str]]:
    """Yield (subscriber id, mailbox provider) of who had the words that `edition` corrects, ids ascending."""
    parent, _, number = edition.rpartition(MARK)
    about = _correction(connection, parent, int(number))
    return outcomes.who_had(connection, names.edition_key(connection, parent), about.wrong)


def _correction(connection: Connection, edition: str, number: int) -> Correction:
    for one in corrections(connection, edition):
        if one.number == number:
            return one
    raise NotFound(f"{edition}: no correction {number}")


def _inputs(
    connection: Connection,
    workshop: Workshop,
    digest: Digest,
    edition: str,
    about: Correction,
    choice: Choice,
    now: datetime,
) -> Inputs:
    """Return what the mail is made from: the story as it reads now, and what was wrong, on top."""
    made = compositions.composition(connection, edition)
    held = next((one for one in made.selection.carried if one.id == about.story), None)
    if held is None:
        raise NotFound(f"{edition}: no such story in it: {about.story}")
    edit = next((one for one in choice.edits if one.story == held.id), StoryEdit(story=held.id))
    story = archive.story(connection, held.id, edit.version) if edit.version else held
    headline = edit.headline or story.headline
    say = load_template(digest.template, workshop.templates).words.say
    return Inputs(
        digest=replace(digest, sections=()),
        candidates=(story,),
        sources=workshop.schedule.sources_of(digest),
        choice=Choice(
            lead=story.id,
            subject=say(made.language, "correction", headline=headline),
            letter=about.told,
            edits=(edit,),
        ),
        now=now,
    )

"""Make an edition: choose its stories, set them, look them over, keep the result.

`draft` only reads: the same store, schedule and time give the same words, which is what
the preview shows and `build` writes. `keep` puts a draft into the archive, from where it is
approved and sent as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from digest import __version__
from digest.flows.checks import look_over
from digest.flows.headline import preheader, subject
from digest.flows.inputs import choice_of, inputs_of, source_findings
from digest.flows.pictures import placed
from digest.model.cadence import Occurrence
from digest.model.cadence import due as due_between
from digest.model.digest import Digest, Schedule
from digest.model.edition import (
    Choice,
    Composition,
    EditionState,
    Selection,
    before_sending,
    edition_id,
    printed,
)
from digest.model.errors import NotFound, StepForbidden
from digest.model.finding import Finding
from digest.model.mail import Rendering
from digest.render.edition import Rendered, render
from digest.render.template import load_template
from digest.selection.select import select
from digest.sources.clean import inline
from digest.store import compositions, editions, renderings
from digest.store.compositions import Inputs
from digest.store.editions import EditionRecord

#: The variant of an edition that everybody gets; more come with reading classes.
EVERYBODY = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Which edition is meant: its id, its day and when it is due, if it is."""

    edition: str
    digest: str
    day: date
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An edition, made but not kept."""

    occasion: Occasion
    composition: Composition
    variants: Mapping[str, Rendering]
    findings: tuple[Finding, ...]
    inputs: Inputs
    skip: str = ""  #: why the digest's own rules leave this edition out

    @property
    def rendering(self) -> Rendering:
        """Return the words that everybody gets."""
        return self.variants[EVERYBODY]


def occasion(digest: Digest, at: datetime, *, slot: str = "") -> Occasion:
    """Return the edition of `digest` on the local day of `at`.

    Where a digest has several slots a day, it is the newest one that is due at `at`, else the
    day's first. `slot` names one out of turn: `morning/2026-11-23/extra`.
    """
    day = at.astimezone(digest.timezone).date()
    slots = _slots(digest, day)
    if slot or not slots:
        return Occasion(
            edition=edition_id(digest.id, day.isoformat(), slot), digest=digest.id, day=day, due=None
        )
    now = [each for each in slots if each.due <= at] or slots[:1]
    return Occasion(edition=now[-1].edition, digest=digest.id, day=day, due=now[-1].due)


def occasion_named(digest: Digest, edition: str) -> Occasion:
    """Return the occasion of the edition called `edition`.

    Raises:
        NotFound: the name has no date in it.
    """
    parts = edition.split("/")
    try:
        day = date.fromisoformat(parts[1])
    except (IndexError, ValueError) as error:
        raise NotFound(f"{edition}: not an edition's name: write {digest.id}/2026-11-23") from error
    if edition_id(digest.id, day.isoformat(), "/".join(parts[2:])) != edition or "" in parts:
        raise NotFound(f"{edition}: not how an edition is called: write {digest.id}/{day.isoformat()}")
    due = next((each.due for each in _slots(digest, day) if each.edition == edition), None)
    return Occasion(edition=edition, digest=digest.id, day=day, due=due)


def _slots(digest: Digest, day: date) -> list[Occurrence]:
    start = datetime.combine(day, datetime.min.time(), UTC)
    around = due_between(
        digest.cadence, digest.id, digest.timezone,
        after=start - timedelta(days=2), until=start + timedelta(days=3),
    )  # fmt: skip
    return [occurrence for occurrence in around if occurrence.day == day]


def draft(
    connection: Connection,
    schedule: Schedule,
    digest: Digest,
    when: Occasion,
    *,
    now: datetime,
    templates: Sequence[Path],
    nonce: Callable[[str, str], str],
    choice: Choice | None = None,
) -> Draft:
    """Return the edition as it would be made at `now`; nothing is written.

    Args:
        templates: folders in which templates are looked for, the newsroom's own first.
        nonce: (edition, variant) -> what every slot of the rendering starts with.
        choice: what editors decided; what is kept with the edition when None.

    Raises:
        RenderError: the template, or a story in it, is wrong.
    """
    decided = choice or choice_of(connection, when.edition)
    inputs = inputs_of(connection, schedule, digest, when.edition, now=now, choice=decided)
    return made_of(connection, schedule, digest, when, inputs, templates=templates, nonce=nonce)


def made_of(
    connection: Connection,
    schedule: Schedule,
    digest: Digest,
    when: Occasion,
    inputs: Inputs,
    *,
    templates: Sequence[Path],
    nonce: Callable[[str, str], str],
) -> Draft:
    """Return the edition that is chosen from exactly `inputs`; nothing is written. Raises as `draft` does."""
    selection = chosen(inputs)
    composition = _composition(connection, digest, when, inputs, selection)
    rendered = typeset(connection, schedule, digest, composition, templates=templates, nonce=nonce)
    composition = replace(composition, findings=(*composition.findings, *rendered.findings))
    variants = {EVERYBODY: rendered.rendering}
    return Draft(
        occasion=when,
        composition=composition,
        variants=variants,
        findings=look_over(connection, composition, variants, newsroom=schedule.newsroom),
        inputs=inputs,
        skip=too_few(selection, digest),
    )


def chosen(given: Inputs) -> Selection:
    """Return what is chosen from `given`: always the same from the same."""
    return select(
        given.candidates, digest=given.digest, sources=given.sources, archive=given.archive,
        carried=given.carried, choice=given.choice, now=given.now,
    )  # fmt: skip


def _composition(
    connection: Connection, digest: Digest, when: Occasion, inputs: Inputs, selection: Selection
) -> Composition:
    """Return what the edition says: the editors' words where they wrote some, else made from its stories."""
    choice = inputs.choice
    bare = Composition(
        edition=when.edition,
        digest=digest.id,
        title=digest.title,
        language=digest.language,
        date=(when.due or inputs.now).astimezone(digest.timezone),
        subject="",
        preheader="",
        selection=selection,
        letter=letter_of(choice.letter),
        findings=source_findings(connection, inputs),
        edits=choice.edits,
    )
    shown, about = printed(bare).selection, {"title": digest.title, "language": digest.language}
    return replace(
        bare,
        subject=subject(shown, **about) if choice.subject is None else choice.subject,
        preheader=preheader(shown, **about) if choice.preheader is None else choice.preheader,
    )


def letter_of(written: str) -> str:
    """Return an editor's few words as clean inline HTML; a new line is a new line."""
    return "<br>".join(inline(line) for line in written.strip().splitlines())


def typeset(
    connection: Connection,
    schedule: Schedule,
    digest: Digest,
    composition: Composition,
    *,
    templates: Sequence[Path],
    nonce: Callable[[str, str], str],
) -> Rendered:
    """Return the words that everybody gets of what an edition is made of."""
    return render(
        composition,
        newsroom=schedule.newsroom,
        template=load_template(digest.template, templates),
        pictures=placed(connection, printed(composition).selection.carried, pages=schedule.newsroom.pages),
        nonce=nonce(composition.edition, EVERYBODY),
    )


def keep(
    connection: Connection, made: Draft, *, who: str, now: datetime, by_editor: bool = False
) -> EditionRecord:
    """Put a draft into the archive as the edition's newest words, ready to be looked at.

    What an editor has held or approved is left alone, unless an editor rebuilds it (`by_editor`):
    then an approval is taken back, since the words may be others, and a hold stays a hold.

    Raises:
        StepForbidden: an editor's word stands, the edition is being sent, or its life is over.
    """
    when = made.occasion
    record = editions.open_edition(
        connection, when.edition, digest=when.digest, day=when.day, due=when.due, who=who, now=now
    )
    decided = record.state in (EditionState.HELD, EditionState.APPROVED)
    if not before_sending(record.state) or (decided and not by_editor):
        raise StepForbidden(when.edition, record.state, EditionState.READY)
    number = len(made.composition.selection.slots)
    editions.set_state(
        connection, when.edition, record.state, EditionState.READY, who=who, now=now,
        what=f"built: {number} stories from {len(made.inputs.candidates)}",
    )  # fmt: skip
    save(connection, made, now=now)
    if record.state is EditionState.HELD:
        editions.set_state(
            connection,
            when.edition,
            EditionState.READY,
            EditionState.HELD,
            who=who,
            now=now,
            what="still held",
        )
    return editions.edition(connection, when.edition)


def save(connection: Connection, made: Draft, *, now: datetime) -> int:
    """Put the words of a draft into the archive, and return the number of this save.

    Raises:
        StepForbidden: the words are frozen.
    """
    number = compositions.save_composition(
        connection, made.composition, now=now, program=__version__, inputs=made.inputs
    )
    for variant, rendering in made.variants.items():
        renderings.save_rendering(connection, made.occasion.edition, variant, rendering, now=now)
    return number


def replayed(saved: compositions.Saved) -> Selection | None:
    """Return the selection that this program makes of what an edition was chosen from.

    None when another version of the program chose, or when its inputs were not kept.
    """
    if saved.program != __version__ or saved.inputs is None:
        return None
    return chosen(saved.inputs)


def too_few(selection: Selection, digest: Digest) -> str:
    """Return why an edition with this selection is left out, or nothing."""
    number, wanted = len(selection.slots), digest.skip.with_fewer_than
    if number >= max(1, wanted):
        return ""
    return "no stories" if number == 0 else f"{number} of at least {wanted} stories"

"""Make an edition: choose its stories, set them, look them over, keep the result.

`draft` only reads: the same store, schedule and time give the same words, which is what
the preview shows and `build` writes. `keep` puts a draft into the archive, from where it is
approved and sent as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from digest import __version__
from digest.flows import indexing
from digest.flows.checks import look_over
from digest.flows.choosing import chosen
from digest.flows.inputs import inputs_of, source_findings
from digest.flows.press import part_for, placements_of, set_parts, too_few, typeset
from digest.flows.readers import Classes, classes_kept, classes_now, inputs_for, shown_before
from digest.flows.slots import as_made, slots_on
from digest.model.classes import Placement, Shown, foremost
from digest.model.digest import Digest, Schedule
from digest.model.edition import Choice, Composition, EditionState, Selection, before_sending, edition_id
from digest.model.errors import AskedWrongly, NotFound, StepForbidden
from digest.model.finding import Finding
from digest.model.mail import Rendering
from digest.store import classes, compositions, editions, renderings
from digest.store.compositions import Inputs, Made
from digest.store.editions import EditionKind, EditionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Which edition is meant: its id, its day and when it is due, if it is."""

    edition: str
    digest: str
    day: date
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An edition, made but not kept, in the words of each reading class."""

    occasion: Occasion
    made: Mapping[str, Made]  #: by variant, that of everybody first
    variants: Mapping[str, Rendering]  #: the words, by variant; classes whose words are the same share one
    placements: tuple[Placement, ...]  #: every class of its readers
    findings: tuple[Finding, ...]
    skip: str = ""  #: why the digest's own rules leave this edition out

    @property
    def composition(self) -> Composition:
        """Return what the first variant is made of: that of everybody, unless another was asked for."""
        return next(iter(self.made.values())).composition

    @property
    def inputs(self) -> Inputs:
        """Return what the first variant was chosen from."""
        inputs = next(iter(self.made.values())).inputs
        assert inputs is not None
        return inputs

    @property
    def rendering(self) -> Rendering:
        """Return the words of the first variant."""
        return next(iter(self.variants.values()))

    def words_of(self, key: str) -> str:
        """Return the variant that the reading class called `key` gets.

        Raises:
            NotFound: it is none of its readers', or there is nothing in the edition for it.
        """
        edition = self.occasion.edition
        place = next((one for one in self.placements if one.reading.key == key), None)
        if place is None:
            there = ", ".join(one.reading.key for one in self.placements)
            raise NotFound(f"{key}: no reading class of {edition}: there are {there}")
        if not place.variant:
            raise NotFound(f"{key}: nothing in {edition} for it: {place.why}")
        return place.variant


def occasion(digest: Digest, at: datetime, *, slot: str = "") -> Occasion:
    """Return the edition of `digest` on the local day of `at`.

    Where a digest has several slots a day, it is the newest one that is due at `at`, else the
    day's first. `slot` names one out of turn: `morning/2026-11-23/extra`; `weekly` is the round-up.
    """
    day = at.astimezone(digest.timezone).date()
    slots = [each for each in slots_on(digest, day) if not each.name]
    if slot or not slots:
        return occasion_named(digest, edition_id(digest.id, day.isoformat(), slot))
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
    due = next((each.due for each in slots_on(digest, day) if each.edition == edition), None)
    return Occasion(edition=edition, digest=digest.id, day=day, due=due)


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
    only: str | None = None,
) -> Draft:
    """Return the edition as it would be made at `now`; nothing is written.

    Args:
        templates: folders in which templates are looked for, the newsroom's own first.
        nonce: (edition, variant) -> what every slot of the rendering starts with.
        choice: what editors decided; what is kept with the edition when None.
        only: the key of the one reading class whose words are wanted, for a look at them.

    Raises:
        AskedWrongly: it is the mail that corrects another one.
        RenderError: the template, or a story in it, is wrong.
        NotFound: `only` is no class of its readers.
    """
    record = editions.there(connection, when.edition)
    if record and record.kind is EditionKind.CORRECTION:
        raise AskedWrongly(f"{when.edition}: it is made of what it corrects alone, and not built anew")
    decided = choice or (record.choice if record else Choice())
    rules = as_made(digest, when.edition, breaking=decided.breaking)
    shown = shown_before(connection, schedule, rules, when.edition, due=when.due or now, now=now)
    had = {carried.story for one in shown for some in one.stories.values() for carried in some}
    inputs = inputs_of(connection, schedule, rules, now=now, choice=decided, had=had)
    readers = classes_now(connection, schedule, digest, when.edition, breaking=decided.breaking, only=only)
    return _made(connection, schedule, digest, when, inputs, readers, shown, templates=templates, nonce=nonce)


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
    """Return a kept edition as it is chosen from exactly `inputs`, for the classes it was built for.

    Its readers are counted anew where `inputs` makes it breaking news, or breaking news no more.
    Nothing is written, and nothing looked over: `checks_of` does that with what is kept. Raises as
    `draft` does.
    """
    breaking = inputs.choice.breaking
    if editions.edition(connection, when.edition).breaking is breaking:
        readers = classes_kept(connection, schedule, digest, when.edition)
    else:
        readers = classes_now(connection, schedule, digest, when.edition, breaking=breaking)
    due = when.due or inputs.now
    shown = shown_before(connection, schedule, inputs.digest, when.edition, due=due, now=inputs.now)
    return _made(
        connection, schedule, digest, when, inputs, readers, shown,
        templates=templates, nonce=nonce, look=False,
    )  # fmt: skip


def _made(
    connection: Connection,
    schedule: Schedule,
    digest: Digest,
    when: Occasion,
    inputs: Inputs,
    readers: Classes,
    shown: Sequence[Shown],
    *,
    templates: Sequence[Path],
    nonce: Callable[[str, str], str],
    look: bool = True,
) -> Draft:
    due = when.due or inputs.now
    findings = source_findings(connection, inputs)
    background = indexing.frequencies(connection, inputs.frequencies)
    parts = [
        part_for(
            reading, inputs_for(reading, inputs, shown), digest,
            edition=when.edition, date=due, findings=findings, background=background, templates=templates,
        )
        for reading in readers.wanted
    ]  # fmt: skip
    words = set_parts(parts, partial(typeset, connection, schedule, digest, templates=templates, nonce=nonce))
    made = {variant: one.composition for variant, one in words.made.items()}
    return Draft(
        occasion=when,
        made=words.made,
        variants=words.variants,
        placements=placements_of(words, readers.into, readers.counted),
        findings=look_over(connection, made, words.variants, newsroom=schedule.newsroom) if look else (),
        skip=too_few(parts[0].composition.selection, parts[0].inputs.digest),
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
        what=f"built: {number} {'story' if number == 1 else 'stories'} from {len(made.inputs.candidates)}",
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
    edition = made.occasion.edition
    number = compositions.save_compositions(
        connection, made.made, now=now, program=__version__,
        foremost=foremost(list(made.made), made.placements),
    )  # fmt: skip
    classes.save_placements(connection, edition, made.placements)
    renderings.keep_only(connection, edition, list(made.variants))
    for variant, rendering in made.variants.items():
        renderings.save_rendering(connection, edition, variant, rendering, now=now)
    return number


def replayed(connection: Connection, saved: compositions.Saved) -> Selection | None:
    """Return the selection that this program makes of what an edition was chosen from.

    None when another version of the program chose, or when its inputs were not kept.
    """
    if saved.program != __version__ or saved.inputs is None:
        return None
    return chosen(saved.inputs, indexing.frequencies(connection, saved.inputs.frequencies))

"""Change an edition before it is sent: merge with what others changed, set it anew, keep both together.

The stories it was chosen from stay as they were when it was built, so that a new headline brings
no new candidates; a rebuild does that. Setting takes a while and is done before the transaction
that keeps it; what somebody else changed meanwhile makes it start again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from digest.flows.compose import Draft, save
from digest.flows.desk.saying import said
from digest.flows.desk.values import refuse_breaking, settled
from digest.flows.desk.workshop import Workshop
from digest.model.change import Change, Field, Made, applied, clash, value_of
from digest.model.classes import foremost
from digest.model.edition import Choice, EditionState, before_sending
from digest.model.errors import AskedWrongly, NotFound, StepForbidden
from digest.model.story import Story
from digest.store import classes, compositions, editions, renderings
from digest.store.editions import HistoryLine
from digest.store.engine import Store

#: Attempts to set an edition outside the transaction, before it is done within.
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A change that was not made, because somebody else has changed the same since."""

    mine: Change
    theirs: Made


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What became of the changes that an editor asked for."""

    made: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    withdrawn: bool  #: an approval was taken back, since the words, or their readers, are others now


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Changes worked out against one version of an edition."""

    version: int
    state: EditionState
    steps: tuple[tuple[Change, str | None, str], ...]  #: with the value before, and the line of history
    conflicts: tuple[Conflict, ...]
    choice: Choice
    draft: Draft | None  #: None: nothing is to be changed


def change(
    store: Store,
    workshop: Workshop,
    edition: str,
    changes: Sequence[Change],
    *,
    version: int,
    who: str,
    now: datetime,
    undoes: bool = False,
    added: Sequence[Story] = (),
) -> Changed:
    """Make `changes` to an edition, as far as nobody has changed the same since `version`.

    Args:
        version: of the edition, as the editor saw it.
        undoes: they undo an earlier change, which the history says.
        added: stories that become candidates of this edition first.

    Raises:
        NotFound: there is no such edition, nothing in it, or no such story.
        AskedWrongly: a value is too long, or the edition keeps no inputs: rebuild it.
        StepForbidden: it is being sent, or its life is over.
        RenderError: it cannot be set with these changes; nothing was changed.
    """
    for _ in range(_TRIES):
        with store.read() as connection:
            plan = _plan(connection, workshop, edition, changes, version, undoes, added)
        with store.write() as connection:
            editions.lock(connection, edition)
            if editions.versions(connection, [edition])[edition] == plan.version:
                return _keep(connection, edition, plan, who, now)
    with store.write() as connection:
        editions.lock(connection, edition)
        plan = _plan(connection, workshop, edition, changes, version, undoes, added)
        return _keep(connection, edition, plan, who, now)


def _plan(
    connection: Connection,
    workshop: Workshop,
    edition: str,
    changes: Sequence[Change],
    version: int,
    undoes: bool,
    added: Sequence[Story],
) -> _Plan:
    record = editions.edition(connection, edition)
    if not before_sending(record.state):
        raise StepForbidden(edition, record.state, EditionState.READY)
    if any(asked.field is Field.BREAKING for asked in changes):
        refuse_breaking(record)
    saved = compositions.saved(connection, edition)
    if saved.inputs is None:
        raise AskedWrongly(f"{edition}: what it was chosen from was not kept: rebuild it first")
    there = {story.id for story in saved.inputs.candidates}
    fresh = tuple(story for story in added if story.id not in there)
    inputs = replace(saved.inputs, candidates=(*saved.inputs.candidates, *fresh))
    known = {story.id: story for story in (*inputs.archive, *inputs.candidates)}
    lines = editions.history(connection, edition)
    later = [line.change for line in lines if line.change and line.number > version]
    choice, conflicts, steps = record.choice, list[Conflict](), list[tuple[Change, str | None, str]]()
    shown = _shown(connection, edition)
    for asked in changes:
        wanted = settled(asked, known, edition)
        if (theirs := clash(wanted, later)) is not None:
            conflicts.append(Conflict(mine=wanted, theirs=theirs))
            continue
        before = value_of(choice, wanted.field, wanted.story, shown)
        if before != wanted.value:
            choice = applied(choice, wanted, shown)
            steps.append((wanted, before, ("undid: " if undoes else "") + said(wanted, known)))
    return _Plan(
        version=_version(lines),
        state=record.state,
        steps=tuple(steps),
        conflicts=tuple(conflicts),
        choice=choice,
        draft=workshop.set_anew(connection, edition, replace(inputs, choice=choice)) if steps else None,
    )


def _keep(connection: Connection, edition: str, plan: _Plan, who: str, now: datetime) -> Changed:
    withdrawn = False
    if plan.draft is not None:
        before = renderings.hash_of(renderings.renderings(connection, edition))
        other = renderings.hash_of(plan.draft.variants) != before
        readers = any(made.field is Field.BREAKING for made, _, _ in plan.steps)
        withdrawn = (other or readers) and plan.state is EditionState.APPROVED
        if withdrawn:
            editions.set_state(
                connection, edition, plan.state, EditionState.READY, who=who, now=now,
                what=f"approval withdrawn: {'its content has' if other else 'its readers have'} changed",
            )  # fmt: skip
        for made, old, what in plan.steps:
            editions.note_change(connection, edition, made, before=old, who=who, what=what, now=now)
        editions.set_choice(connection, edition, plan.choice, now=now)
        save(connection, plan.draft, now=now)
    return Changed(
        made=tuple(made for made, _, _ in plan.steps), conflicts=plan.conflicts, withdrawn=withdrawn
    )


def undo(store: Store, workshop: Workshop, edition: str, number: int, *, who: str, now: datetime) -> Changed:
    """Take back the change that stands in the history under `number`.

    What somebody has changed since in the same place is a conflict, as with any change.

    Raises:
        NotFound: no such line, or it changed nothing. Raises as `change` does, too.
    """
    with store.read() as connection:
        lines: Mapping[int, HistoryLine] = {
            line.number: line for line in editions.history(connection, edition)
        }
    made = lines[number].change if number in lines else None
    if made is None:
        raise NotFound(f"{edition}: no change of that number in its history: {number}")
    back = Change(field=made.field, story=made.story, value=made.before)
    return change(store, workshop, edition, [back], version=number, who=who, now=now, undoes=True)


def _version(lines: Sequence[HistoryLine]) -> int:
    return lines[-1].number if lines else 0


def _shown(connection: Connection, edition: str) -> tuple[str, ...]:
    """Return the stories in the order in which the page shows them."""
    made = compositions.compositions(connection, edition)
    main = foremost(list(made), classes.placements(connection, edition))
    return tuple(slot.story.id for slot in made[main].selection.slots)

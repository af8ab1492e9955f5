"""The safe edition: what may go out though no editor has looked, since nothing in it is in doubt.

It is made of the same stories by the same rules, but for two things. Only complete stories stand in
it, those of which a check says that something is odd left out; and nothing stands under them, for
related stories are the machine's own suggestion. What editors have decided stays decided, as far
as it names such stories.
"""

from collections.abc import Callable
from dataclasses import replace

from digest.flows.compose import Draft
from digest.model.digest import Digest
from digest.model.edition import Choice
from digest.model.finding import Level
from digest.model.story import Completeness

#: Rounds of leaving out what is in doubt, before it is given up.
_TRIES = 8


def safe_edition(make: Callable[[Digest, Choice], Draft], digest: Digest, choice: Choice) -> Draft | None:
    """Return an edition without anything in doubt, or None when there is none.

    Args:
        make: makes the edition by these rules, with these decisions.
    """
    plain = replace(digest, related=replace(digest.related, at_most=0))
    made = make(plain, choice)
    partial = {s.id for s in made.inputs.candidates if s.completeness is not Completeness.FULL}
    barred = set(choice.excluded) | partial
    for _ in range(_TRIES):
        made = make(plain, _without(choice, barred))
        doubtful = _doubtful(made) - barred
        if not doubtful:
            return None if made.skip or _blocked(made) else made
        barred |= doubtful
    return None


def _without(choice: Choice, barred: set[str]) -> Choice:
    return replace(
        choice,
        lead=None if choice.lead in barred else choice.lead,
        pinned=tuple(id for id in choice.pinned if id not in barred),
        excluded=tuple(sorted(barred)),
    )


def _doubtful(made: Draft) -> set[str]:
    """Return the stories that a warning, or worse, is about."""
    grave = {f.where for f in made.findings if f.level in (Level.BLOCKER, Level.WARNING)}
    shown = [story for one in made.made.values() for story in one.composition.selection.carried]
    return {story.id for story in shown if story.headline in grave}


def _blocked(made: Draft) -> bool:
    return any(finding.level is Level.BLOCKER for finding in made.findings)

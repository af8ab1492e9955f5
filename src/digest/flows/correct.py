"""Correct an edition on its way: its stories as they read now, for everybody whom it has not reached.

The selection stays; only what its stories say changes. Who has the old words keeps them, and the
history tells who that is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from digest.flows.headline import preheader, subject
from digest.flows.press import typeset
from digest.flows.withdrawn import withdrawn
from digest.model.classes import PLAIN
from digest.model.digest import Digest, Schedule
from digest.model.edition import Composition, FilledSection, Selection, Slot, StoryEdit, printed
from digest.model.errors import AskedWrongly
from digest.model.mail import Rendering
from digest.model.story import Story
from digest.store import archive, compositions, renderings


def corrected_words(
    connection: Connection,
    schedule: Schedule,
    digest: Digest,
    edition: str,
    *,
    templates: Sequence[Path],
    nonce: Callable[[str, str], str],
    now: datetime,
    newest: Mapping[str, Story] | None = None,
    edits: tuple[StoryEdit, ...] | None = None,
) -> Mapping[str, Rendering]:
    """Return the edition's words with its stories in their newest versions, for each variant that changes.

    Args:
        newest: the versions to print, by story; None: what the archive has of all of them.
        edits: editors' own words; None: those that it was built with.

    Raises:
        NotFound: there is no such edition.
        AskedWrongly: nothing in it has changed, or a story in it was killed or embargoed since.
    """
    made = compositions.compositions(connection, edition)
    carried = [story for old in made.values() for story in old.selection.carried]
    if newest is None:
        newest = archive.latest(connection, list(dict.fromkeys(story.id for story in carried)))
    if gone := withdrawn(connection, edition, made, now=now):
        raise AskedWrongly(
            f"{edition}: {gone[0].message.partition(':')[0]}: digest edition withdraw {edition}"
        )
    held = {name: words for (name, _), words in renderings.all_renderings(connection, edition).items()}
    fresh: dict[str, Rendering] = {}
    for variant, old in made.items():
        composition = _with_newest(old, newest, old.edits if edits is None else edits)
        laid_out = typeset(connection, schedule, digest, composition, templates=templates, nonce=nonce)
        if variant in held and laid_out.rendering.hash != held[variant].hash:
            fresh[variant] = laid_out.rendering
            if variant + PLAIN in held:
                fresh[variant + PLAIN] = replace(laid_out.rendering, html="")
    if not fresh:
        raise AskedWrongly(f"{edition}: nothing in it has changed: mend the story first, then digest gather")
    return fresh


def _with_newest(old: Composition, newest: Mapping[str, Story], edits: tuple[StoryEdit, ...]) -> Composition:
    fresh = replace(old, selection=with_newest(old.selection, newest), edits=edits)
    was, now = printed(old).selection, printed(fresh).selection
    return replace(
        fresh,
        subject=_kept(old.subject, subject, old, was, now),
        preheader=_kept(old.preheader, preheader, old, was, now),
    )


def with_newest(selection: Selection, newest: Mapping[str, Story]) -> Selection:
    """Return `selection` with the stories of `newest` in place of their older versions."""

    def slot(old: Slot) -> Slot:
        related = tuple(replace(r, story=newest.get(r.story.id, r.story)) for r in old.related)
        return replace(old, story=newest.get(old.story.id, old.story), related=related)

    return replace(
        selection,
        featured=tuple(slot(old) for old in selection.featured),
        sections=tuple(
            FilledSection(title=section.title, stories=tuple(slot(old) for old in section.stories))
            for section in selection.sections
        ),
    )


def _kept(told: str, make: Callable[..., str], old: Composition, was: Selection, now: Selection) -> str:
    """Return `told` made anew, unless an editor had written it."""
    about = {"title": old.title, "language": old.language}
    return make(now, **about) if told == make(was, **about) else told

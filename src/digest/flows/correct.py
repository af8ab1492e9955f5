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
from digest.model.edition import Composition, FilledSection, Selection, Slot
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
) -> Mapping[str, Rendering]:
    """Return the edition's words with every story in its newest version.

    Raises:
        NotFound: there is no such edition.
        AskedWrongly: nothing in it has changed, or a story in it was killed or embargoed since.
    """
    made = compositions.compositions(connection, edition)
    carried = [story for old in made.values() for story in old.selection.carried]
    newest = archive.latest(connection, list(dict.fromkeys(story.id for story in carried)))
    if gone := withdrawn(connection, edition, now=now):
        raise AskedWrongly(
            f"{edition}: {gone[0].message.partition(':')[0]}: digest edition withdraw {edition}"
        )
    held = {name: words for (name, _), words in renderings.all_renderings(connection, edition).items()}
    fresh: dict[str, Rendering] = {}
    for variant, old in made.items():
        composition = _with_newest(old, newest)
        printed = typeset(connection, schedule, digest, composition, templates=templates, nonce=nonce)
        if variant in held and printed.rendering.hash != held[variant].hash:
            fresh[variant] = printed.rendering
            if variant + PLAIN in held:
                fresh[variant + PLAIN] = replace(printed.rendering, html="")
    if not fresh:
        raise AskedWrongly(f"{edition}: nothing in it has changed: mend the story first, then digest gather")
    return fresh


def _with_newest(old: Composition, newest: Mapping[str, Story]) -> Composition:
    selection = with_newest(old.selection, newest)
    return replace(
        old,
        selection=selection,
        subject=_kept(old.subject, subject, old, selection),
        preheader=_kept(old.preheader, preheader, old, selection),
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


def _kept(told: str, make: Callable[..., str], old: Composition, selection: Selection) -> str:
    """Return `told` made anew, unless an editor had written it."""
    about = {"title": old.title, "language": old.language}
    return make(selection, **about) if told == make(old.selection, **about) else told

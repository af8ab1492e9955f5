"""Correct an edition on its way: its stories as they read now, for everybody whom it has not reached.

The selection stays; only what its stories say changes. Who has the old words keeps them, and the
history tells who that is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from digest.flows.compose import EVERYBODY, typeset
from digest.flows.headline import preheader, subject
from digest.flows.withdrawn import withdrawn
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
    old = compositions.composition(connection, edition)
    newest = archive.latest(connection, [story.id for story in old.selection.carried])
    if gone := withdrawn(connection, edition, now=now):
        raise AskedWrongly(
            f"{edition}: {gone[0].message.partition(':')[0]}: digest edition withdraw {edition}"
        )
    selection = with_newest(old.selection, newest)
    fresh = replace(
        old,
        selection=selection,
        subject=_kept(old.subject, subject, old, selection),
        preheader=_kept(old.preheader, preheader, old, selection),
    )
    words = typeset(connection, schedule, digest, fresh, templates=templates, nonce=nonce).rendering
    if words.hash == renderings.renderings(connection, edition)[EVERYBODY].hash:
        raise AskedWrongly(f"{edition}: nothing in it has changed: mend the story first, then digest gather")
    return {EVERYBODY: words}


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

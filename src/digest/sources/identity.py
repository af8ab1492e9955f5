"""Keeps the items of one document apart: two stories must not share an identity by mistake.

Some feeds give every item the address of the front page, or one guid to all. The item
that was published first keeps the shared name; the others are known by what is theirs.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from digest.model.finding import Finding, Level
from digest.model.story import Story, identity_of_url
from digest.model.text import headline_key

_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


def told_apart(stories: Sequence[Story], *, where: str) -> tuple[tuple[Story, ...], tuple[Finding, ...]]:
    """Return the stories with distinct identities, in their order, and what had to be done for it."""
    order = sorted(range(len(stories)), key=lambda n: (stories[n].published or _ALWAYS, -n))
    kept: dict[int, Story] = {}
    seen: dict[str, Story] = {}
    doubled, shared = 0, 0
    for number in order:
        story, changed = _own(stories[number], seen)
        if story is None:
            doubled += 1
            continue
        shared += changed
        seen[story.identity] = kept[number] = story
    notes = []
    if doubled:
        message = f"{doubled} items stand there more than once, and were read once"
        notes.append(Finding(level=Level.NOTE, code="item-doubled", message=message, where=where))
    if shared:
        message = f"{shared} items share address or guid with another, and are told apart by headline"
        notes.append(Finding(level=Level.WARNING, code="identity-shared", message=message, where=where))
    return tuple(kept[number] for number in sorted(kept)), tuple(notes)


def _own(story: Story, seen: dict[str, Story]) -> tuple[Story | None, bool]:
    """Return the story under a name of its own and whether that is another; None for a copy."""
    for candidate in _names(story):
        other = seen.get(candidate.identity)
        if other is None:
            return candidate, candidate is not story
        if _same(other, story):
            return None, False
    return None, False


def _names(story: Story) -> list[Story]:
    names = [story]
    if (
        story.url
        and story.guid
        and (story.headline or story.body)
        and not _is_address_of(story.guid, story.url)
    ):
        names.append(replace(story, url=None))
    if story.headline or story.body:
        names.append(replace(story, url=None, guid=None))
    return names


def _is_address_of(guid: str, url: str) -> bool:
    return guid.startswith("http") and identity_of_url(guid) == identity_of_url(url)


def _same(one: Story, other: Story) -> bool:
    return headline_key(one.headline) == headline_key(other.headline) and (
        one.body == other.body or bool(one.headline)
    )

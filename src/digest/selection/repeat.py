"""Once only: what readers have had, by story and by event, and when it may come again.

A story that comes again under another address, guid or headline is still that story; one
that uses an old guid for other news is not. It may come again once it tells materially
more, and is then labelled as updated.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model.edition import Carried
from digest.model.story import Story
from digest.model.text import plain
from digest.selection.cluster import CERTAIN, VERSION
from digest.selection.pool import Item, Pool
from digest.selection.text import words_of

REUSED = 0.1  #: cosine below which one id stands for two stories
NEW_SENTENCE = 0.6  #: share of a sentence's words that must be known for it to be an old one
NEW_SHARE = 0.2  #: share of the text that must be new for an update to be material
NEW_WORDS = 12  #: and at least so many words, stop words apart, in new sentences

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？।])|\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """How a candidate stands to what readers have had."""

    carried: Carried
    updated: bool  #: it tells materially more: may run, labelled
    reason: str  #: in words, either way


def earlier(item: Item, carried: Sequence[tuple[Item, Carried]], pool: Pool) -> Earlier | None:
    """Return what readers have had of `item`, or None when it is new to them.

    Args:
        carried: newest first, within the time in which nothing may be repeated.
    """
    best: Earlier | None = None
    for had, shown in carried:
        event = pool.mates.of(item.row, had.row)
        if not event and item.id != had.id:
            continue
        found = _judged(item, had, shown, pool.alike(item.row, had.row), event)
        if found is not None and not found.updated:
            return found
        best = best or found
    return best


def recent(
    items: Sequence[Item], carried: Sequence[Carried], *, now: datetime, within: timedelta
) -> list[tuple[Item, Carried]]:
    """Return what was carried within `within` before `now`, the newest first."""
    pairs = [(item, shown) for item, shown in zip(items, carried, strict=True) if now - shown.at <= within]
    return sorted(pairs, key=lambda pair: (-pair[1].at.timestamp(), pair[0].id, pair[1].edition))


def _judged(item: Item, had: Item, shown: Carried, cosine: float, event: float) -> Earlier | None:
    where = f"carried in {shown.edition}"
    if item.row == had.row and item.story.text == had.story.text:
        return Earlier(carried=shown, updated=False, reason=f"already {where}")
    same_id = item.id == had.id
    if same_id and cosine < REUSED and item.story.headline != had.story.headline:
        return None
    if same_id or cosine >= VERSION:  # also where another source has the newer version
        if tells_more(item.story, than=had.story):
            return Earlier(carried=shown, updated=True, reason=f"Updated since it was {where}")
        if same_id or item.story.source == had.story.source:
            return Earlier(carried=shown, updated=False, reason=f"already {where}, nothing material is new")
    if cosine >= VERSION or (shown.featured and event >= CERTAIN):
        return Earlier(
            carried=shown, updated=False, reason=f"the same event as “{had.story.headline}”, {where}"
        )
    return None


def tells_more(story: Story, *, than: Story) -> bool:
    """Whether `story` tells materially more than its earlier version; a new headline alone does not."""
    known = set(words_of(than.text))
    new = total = 0
    for sentence in _SENTENCE.split(plain_text(story)):
        found = words_of(sentence)
        total += len(found)
        if found and sum(term in known for term in found) < NEW_SENTENCE * len(found):
            new += len(found)
    return new >= NEW_WORDS and new >= NEW_SHARE * total


def plain_text(story: Story) -> str:
    """Return standfirst and body, paragraphs on lines of their own."""
    return "\n".join((story.standfirst, *(plain(paragraph) for paragraph in story.body)))

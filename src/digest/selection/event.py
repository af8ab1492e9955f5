"""Candidates grouped by event: one story stands for each, the other reports are named."""

from collections.abc import Sequence
from dataclasses import dataclass

from digest.model.edition import Choice, Term
from digest.model.story import Completeness, Story
from digest.selection.admission import Admission, wished
from digest.selection.cluster import clusters
from digest.selection.pool import Item, Pool
from digest.selection.repeat import Earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event among the candidates: the story that stands for it, and the other reports."""

    item: Item
    others: tuple[Item, ...]
    sources: tuple[str, ...]  #: independent ones: each has a text of its own
    earlier: Earlier | None  #: set when readers had an earlier version
    pinned: bool
    score: float = 0.0
    terms: tuple[Term, ...] = ()

    @property
    def story(self) -> Story:
        """Return the story that stands for the event."""
        return self.item.story

    @property
    def full(self) -> bool:
        """Whether it has a text of its own."""
        return self.item.story.completeness is Completeness.FULL


def events_of(admission: Admission, pool: Pool, choice: Choice) -> list[Event]:
    """Return one event per cluster of the admitted stories, in no telling order."""
    by_row: dict[int, list[Item]] = {}
    for item, _ in admission.admitted:
        by_row.setdefault(item.row, []).append(item)
    before = {item.id: earlier for item, earlier in admission.admitted}
    return [
        _event([sorted(by_row[row], key=_standing) for row in rows], before, choice)
        for rows in clusters(by_row, pool.mates)
    ]


def _event(texts: Sequence[list[Item]], before: dict[str, Earlier | None], choice: Choice) -> Event:
    """Return the event of these texts; of each text the best story comes first."""
    items = sorted((item for text in texts for item in text), key=_standing)
    wanted = [item for item in items if wished(item, choice)] or items
    best = wanted[0]
    first = {text[0].story.source for text in texts}
    return Event(
        item=best,
        others=tuple(item for item in items if item is not best),
        sources=tuple(sorted(first)),
        earlier=before[best.id],
        pinned=wished(best, choice) or best.story.pinned,
    )


def _standing(item: Item) -> tuple[object, ...]:
    """Return the key that puts the story first that should stand for its event."""
    story = item.story
    return (
        story.completeness is not Completeness.FULL,
        not story.pinned,
        -item.weight,
        -(story.updated or story.when).timestamp(),
        -len(story.images),
        item.id,
    )

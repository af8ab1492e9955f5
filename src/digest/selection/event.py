"""Candidates grouped by event: one story stands for each, the other reports are named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.model.edition import Choice, Term
from digest.model.story import Completeness, Story
from digest.selection.admission import Admission, wished
from digest.selection.cluster import VERSION, clusters
from digest.selection.pool import Item, Pool, standing
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
    """Return one event per cluster of the admitted stories, in no telling order.

    What an editor asks for by name stands for its event; of two of one event each has its own.
    """
    by_row: dict[int, list[Item]] = {}
    for item, _ in admission.admitted:
        by_row.setdefault(item.row, []).append(item)
    before = {item.id: earlier for item, earlier in admission.admitted}
    found = []
    for rows in clusters(by_row, pool.mates):
        items = sorted((item for row in rows for item in by_row[row]), key=standing)
        asked = sorted((item for item in items if wished(item, choice)), key=lambda i: i.id != choice.lead)
        found += [_event([item], pool, before, choice) for item in asked[1:]]
        best = [*asked[:1], *(item for item in items if item not in asked)]
        found.append(_event(best, pool, before, choice))
    return found


def _event(items: Sequence[Item], pool: Pool, before: Mapping[str, Earlier | None], choice: Choice) -> Event:
    """Return the event of these reports; the first stands for it."""
    best = items[0]
    return Event(
        item=best,
        others=tuple(items[1:]),
        sources=_independent(items, pool),
        earlier=next((found for item in items if (found := before[item.id]) is not None), None),
        pinned=wished(best, choice) or best.story.pinned,
    )


def _independent(items: Sequence[Item], pool: Pool) -> tuple[str, ...]:
    """Return the sources that have a text of their own; a version of another's text is none."""
    own: list[Item] = []
    for item in sorted(items, key=standing):
        if all(pool.alike(item.row, other.row) < VERSION for other in own):
            own.append(item)
    return tuple(sorted({item.story.source for item in own}))

"""What stands under a story: what its page offers, then typed relations, each above a floor.

Most blocks of related links are a list of the same section; here that is one of three
kinds, it is called what it is, and a kind whose floor nothing reaches stays empty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from digest.model.digest import Digest, RelatedKind, RelatedRules
from digest.model.edition import Choice, Related
from digest.model.text import fold
from digest.selection.cluster import EVENT, same_event
from digest.selection.event import Event
from digest.selection.gate import CLOCKS_DIFFER, forbidden, span
from digest.selection.pool import Item, Pool
from digest.selection.vectors import Floats

FLOOR = 0.12  #: cosine from which a story is background
SAYS_THE_SAME = 0.8  #: cosine from which two stories say the same: only one is offered

OFFERED = "offered by the page itself"


@dataclass(slots=True, kw_only=True)
class Shelf:
    """What may still be offered as related in one edition; what is taken once is gone."""

    pool: Pool
    rules: RelatedRules
    now: datetime
    free: dict[str, Item]  #: by id: neither placed nor refused
    rows_used: set[int]  #: of everything the edition already says
    taken: set[str] = field(default_factory=set)  #: ids of what is offered

    @staticmethod
    def fit(item: Item, *, digest: Digest, choice: Choice, now: datetime) -> bool:
        """Whether a story of the archive may be offered at all."""
        age = now - item.story.when
        if age > digest.related.within or (item.story.published or now) > now + CLOCKS_DIFFER:
            return False
        return forbidden(item.story, item.id, choice=choice, now=now) is None

    def block(self, event: Event, *, section_too: bool) -> tuple[Related, ...]:
        """Return the related block of `event`, and take its stories off the shelf.

        Args:
            section_too: also fill up with more from its section.
        """
        cosines = self.pool.rows.cosines(event.item.row)
        chosen: list[Related] = []
        rows = [event.item.row]
        for related, item in self._wanted(event, cosines, section_too=section_too):
            if len(chosen) == self.rules.at_most:
                break
            offered = related.why == OFFERED
            if item.id not in self.free or (not offered and self._said(item.row, rows)):
                continue
            del self.free[item.id]
            chosen.append(related)
            rows.append(item.row)
            self.rows_used.add(item.row)
            self.taken.add(item.id)
        return tuple(chosen)

    def _said(self, row: int, rows: Sequence[int]) -> bool:
        """Whether a story of this block, or a slot of the edition, says the same."""
        if row in self.rows_used:
            return True
        return any(row == other or self.pool.rows.cosine(row, other) > SAYS_THE_SAME for other in rows)

    def _wanted(self, event: Event, cosines: Floats, *, section_too: bool) -> Iterator[tuple[Related, Item]]:
        """Yield what could be offered, in the order in which it should be."""
        yield from self._offered(event, cosines)
        for kind in self.rules.kinds:
            if kind is RelatedKind.SAME_EVENT:
                yield from self._same_event(event, cosines)
            elif kind is RelatedKind.BACKGROUND:
                yield from self._background(event, cosines)
            elif section_too:
                yield from self._more(event, cosines)

    def _offered(self, event: Event, cosines: Floats) -> Iterator[tuple[Related, Item]]:
        for name in event.story.see_more:
            if item := self.free.get(name):
                same = self._event(event, item, cosines) >= EVENT
                kind = RelatedKind.SAME_EVENT if same else RelatedKind.MORE_FROM_SECTION
                yield Related(kind=kind, score=1.0, why=OFFERED, story=item.story), item

    def _same_event(self, event: Event, cosines: Floats) -> Iterator[tuple[Related, Item]]:
        others = {item.id for item in event.others}
        for item in self._alike(cosines):
            likely = self._event(event, item, cosines)
            if item.id in others or likely >= EVENT:
                why = f"another report of it, from {item.story.source}, {self._age(item)} old"
                score = round(float(cosines[item.row]), 4)
                yield Related(kind=RelatedKind.SAME_EVENT, score=score, why=why, story=item.story), item

    def _background(self, event: Event, cosines: Floats) -> Iterator[tuple[Related, Item]]:
        others = {item.id for item in event.others}
        for item in self._alike(cosines):
            if item.id not in others and self._event(event, item, cosines) < EVENT:
                score = round(float(cosines[item.row]), 4)
                why = f"earlier or wider coverage, {self._age(item)} old, alike by {score:.2f}"
                yield Related(kind=RelatedKind.BACKGROUND, score=score, why=why, story=item.story), item

    def _more(self, event: Event, cosines: Floats) -> Iterator[tuple[Related, Item]]:
        section = fold(event.item.section)
        if not section:
            return
        mates = [item for item in self.free.values() if fold(item.section) == section]
        for item in sorted(mates, key=lambda item: (-item.story.when.timestamp(), item.id)):
            score = round(float(cosines[item.row]), 4)
            why = f"also in {event.item.section}, {self._age(item)} old"
            yield Related(kind=RelatedKind.MORE_FROM_SECTION, score=score, why=why, story=item.story), item

    def _alike(self, cosines: Floats) -> list[Item]:
        near = [item for item in self.free.values() if cosines[item.row] >= FLOOR]
        return sorted(near, key=lambda item: (-round(float(cosines[item.row]), 6), item.id))

    def _event(self, event: Event, item: Item, cosines: Floats) -> float:
        hours = self.pool.hours
        apart = np.array([abs(hours[event.item.row] - hours[item.row])])
        return float(same_event(cosines[item.row : item.row + 1], apart)[0])

    def _age(self, item: Item) -> str:
        return span(self.now - item.story.when)

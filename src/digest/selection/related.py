"""What stands under a story: what its page offers, then typed relations, each above a floor.

Most blocks of related links are a list of the same section; here that is one of three
kinds, it is called what it is, and a kind whose floor nothing reaches stays empty.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from digest.model.digest import Digest, RelatedKind, RelatedRules
from digest.model.edition import RELATED_IN_ROW, Choice, Related
from digest.model.text import fold
from digest.selection.cluster import EVENT, closeness
from digest.selection.event import Event
from digest.selection.gate import CLOCKS_DIFFER, forbidden, span
from digest.selection.pool import Item, Pool

#: Closeness from which a story is related at all: below it, readers of the sample newsroom saw no relation.
FLOOR = 0.32
#: Reports of one event come within this of each other; what came earlier is background, however alike.
ONE_EVENT = timedelta(hours=36)
SAYS_THE_SAME = 0.8  #: cosine from which two stories say the same: only one is offered

OFFERED = "offered by the page itself"


class _Near:
    """How near every story of the pool is to one of them."""

    def __init__(self, pool: Pool, row: int) -> None:
        self._company = pool.company.cosines(row)
        self._close = closeness(self._company, pool.rows.known[row] * pool.rows.known)

    def close(self, item: Item) -> float:
        """Return how close a story is, 0 to 1: what the floor is about, and what is shown."""
        return round(float(self._close[item.row]), 4)

    def rank(self, item: Item) -> float:
        """Return what stories are ordered by: their likeness in company, measured to rank best."""
        return round(float(self._company[item.row]), 6)


@dataclass(slots=True, kw_only=True)
class Shelf:
    """What may still be offered as related in one edition; what is taken once is gone."""

    pool: Pool
    rules: RelatedRules
    now: datetime
    free: dict[str, Item]  #: by id: neither placed nor refused
    told: dict[int, str]  #: row of every report the edition tells of -> id of the slot that tells it
    printed: set[int]  #: rows of what readers are shown
    taken: set[str] = field(default_factory=set)  #: ids of what is offered

    @staticmethod
    def fit(item: Item, *, digest: Digest, choice: Choice, now: datetime) -> bool:
        """Whether a story of the archive may be offered at all."""
        age = now - item.story.when
        if age > digest.related.within or (item.story.published or now) > now + CLOCKS_DIFFER:
            return False
        return forbidden(item.story, item.id, choice=choice, now=now) is None

    def block(self, event: Event, *, leads: bool, section_too: bool) -> tuple[Related, ...]:
        """Return the related block of `event`, and take its stories off the shelf.

        Args:
            leads: it has room for a whole block.
            section_too: also fill up with more from its section.
        """
        near = _Near(self.pool, event.item.row)
        chosen: list[Related] = []
        room = self.rules.at_most if leads else min(self.rules.at_most, RELATED_IN_ROW)
        for related, item in self._wanted(event, near, section_too=section_too):
            if len(chosen) == room:
                break
            if item.id not in self.free or self._said(item, event):
                continue
            del self.free[item.id]
            chosen.append(related)
            self.told[item.row] = event.item.id
            self.printed.add(item.row)
            self.taken.add(item.id)
        return tuple(chosen)

    def _said(self, item: Item, event: Event) -> bool:
        """Whether something printed says the same, or another slot tells of the event."""
        own = event.item.id
        if item.row in self.printed or self.told.get(item.row, own) != own:
            return True
        reports = self.pool.mates.links.get(item.row, {}).items()
        if any(likely >= EVENT and self.told.get(row, own) != own for row, likely in reports):
            return True
        printed = sorted(self.printed)
        known = self.pool.rows.known[printed] * self.pool.rows.known[item.row]
        cosines = self.pool.rows.cosines_with(item.row, printed)
        return bool((np.array(cosines) * known > SAYS_THE_SAME).any())

    def _wanted(self, event: Event, near: _Near, *, section_too: bool) -> Iterator[tuple[Related, Item]]:
        """Yield what could be offered, in the order in which it should be."""
        yield from self._offered(event)
        for kind in self.rules.kinds:
            if kind is RelatedKind.SAME_EVENT:
                yield from self._same_event(event, near)
            elif kind is RelatedKind.BACKGROUND:
                yield from self._background(event, near)
            elif section_too:
                yield from self._more(event, near)

    def _offered(self, event: Event) -> Iterator[tuple[Related, Item]]:
        for name in event.story.see_more:
            if item := self.free.get(name):
                same = self._event(event, item) >= EVENT
                kind = RelatedKind.SAME_EVENT if same else RelatedKind.MORE_FROM_SECTION
                yield Related(kind=kind, score=1.0, why=OFFERED, story=item.story), item

    def _same_event(self, event: Event, near: _Near) -> Iterator[tuple[Related, Item]]:
        others = {item.id for item in event.others}
        for item in self._alike(near):
            if item.id in others or self._reports(event, item):
                why = f"another report of it, from {item.story.source}, {self._age(item)} old"
                score = near.close(item)
                yield Related(kind=RelatedKind.SAME_EVENT, score=score, why=why, story=item.story), item

    def _background(self, event: Event, near: _Near) -> Iterator[tuple[Related, Item]]:
        others = {item.id for item in event.others}
        for item in self._alike(near):
            if item.id not in others and not self._reports(event, item):
                score = near.close(item)
                why = f"earlier or wider coverage, {self._age(item)} old, alike by {score:.2f}"
                yield Related(kind=RelatedKind.BACKGROUND, score=score, why=why, story=item.story), item

    def _more(self, event: Event, near: _Near) -> Iterator[tuple[Related, Item]]:
        section = fold(event.item.section)
        if not section:
            return
        mates = [item for item in self.free.values() if fold(item.section) == section]
        for item in sorted(mates, key=lambda item: (-item.story.when.timestamp(), item.id)):
            score = near.close(item)
            why = f"also in {event.item.section}, {self._age(item)} old"
            yield Related(kind=RelatedKind.MORE_FROM_SECTION, score=score, why=why, story=item.story), item

    def _alike(self, near: _Near) -> list[Item]:
        found = [item for item in self.free.values() if near.close(item) >= FLOOR]
        return sorted(found, key=lambda item: (-near.rank(item), item.id))

    def _reports(self, event: Event, item: Item) -> bool:
        """Whether a story reports the same event, at about the same time."""
        apart = abs(event.story.when - item.story.when)
        return apart <= ONE_EVENT and self._event(event, item) >= EVENT

    def _event(self, event: Event, item: Item) -> float:
        return self.pool.mates.of(event.item.row, item.row)

    def _age(self, item: Item) -> str:
        return span(self.now - item.story.when)

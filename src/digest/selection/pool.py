"""Every story that matters to one edition, read once: ids, texts, rows and times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf

import numpy as np

from digest.model.digest import Source
from digest.model.story import Completeness, Story
from digest.selection.cluster import Mates, mates_of
from digest.selection.neighbours import in_company, near_pairs
from digest.selection.rows import NOTHING, Floats, Frequencies, Rows, rows_of
from digest.selection.text import Text, text_of

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One story of the pool, with what is asked of it again and again."""

    story: Story
    id: str
    row: int  #: of its text; copies share one
    weight: float  #: of its source
    section: str  #: its own, else its source's


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Candidates, archive and carried stories on common rows, one per distinct text.

    Copies of a text share a row, so a reprint changes neither how rare a word is nor
    anything that follows from it.
    """

    candidates: tuple[Item, ...]  #: newest first, one per id
    older: tuple[Item, ...]  #: other versions of candidates
    archive: tuple[Item, ...]  #: newest first, none of them a candidate
    carried: tuple[Item, ...]  #: in the order given
    rows: Rows
    company: Rows  #: the rows in the company of their nearest
    mates: Mates  #: rows that may tell of one event
    hours: Floats  #: of each row: its newest story's time

    def alike(self, one: int, other: int) -> float:
        """Return how alike two texts are, 0 to 1, words that only one of them uses included."""
        known = float(self.rows.known[one] * self.rows.known[other])
        return 1.0 if one == other else self.rows.cosine(one, other) * known


def pool_of(
    candidates: Sequence[Story],
    archive: Sequence[Story],
    carried: Sequence[Story],
    sources: Sequence[Source],
    background: Frequencies = NOTHING,
) -> Pool:
    """Read every story once; the order of the input does not matter.

    Args:
        background: how frequent words are in the whole archive, as far as it was counted.
    """
    found, older = _newest_versions(candidates)
    known = {name for name, _ in found}
    kept, _ = _newest_versions(archive)
    groups = (found, older, [pair for pair in kept if pair[0] not in known], [(s.id, s) for s in carried])
    by_id = {source.id: source for source in sources}
    texts: dict[tuple[int, bytes], tuple[int, Text]] = {}
    newest: list[float] = []
    items: list[tuple[Item, ...]] = []
    for group in groups:
        made = []
        for name, story in group:
            text = text_of(story)
            words = text.terms.tobytes() or name.encode()  # what says nothing is like nothing
            row, _ = texts.setdefault((text.language, words), (len(texts), text))
            if row == len(newest):
                newest.append(-inf)
            newest[row] = max(newest[row], hours(story.when))
            made.append(_item(name, story, row, by_id.get(story.source)))
        items.append(tuple(made))
    rows = rows_of([text for _, text in texts.values()], background)
    line = np.array(newest)
    pairs = near_pairs(rows, line, range(len(rows)))
    company = in_company(rows, pairs)
    return Pool(
        candidates=items[0],
        older=items[1],
        archive=items[2],
        carried=items[3],
        rows=rows,
        company=company,
        mates=mates_of(rows, company, pairs, line, _desks(len(rows), items)),
        hours=line,
    )


def standing(item: Item) -> tuple[object, ...]:
    """Return the key that puts the story first that should stand for its event, and for its text."""
    story = item.story
    return (
        story.completeness is not Completeness.FULL,
        not story.pinned,
        -item.weight,
        -(story.updated or story.when).timestamp(),
        -len(story.images),
        item.id,
    )


def _desks(count: int, groups: Iterable[Sequence[Item]]) -> list[str]:
    """Return the source that each row is by: of copies, the one that would stand for them."""
    best: list[Item | None] = [None] * count
    for item in (item for group in groups for item in group):
        held = best[item.row]
        if held is None or standing(item) < standing(held):
            best[item.row] = item
    return [item.story.source if item else "" for item in best]


def hours(moment: datetime) -> float:
    """Return `moment` in hours on the time line that all rows share."""
    return (moment - _EPOCH).total_seconds() / 3600.0


def _item(name: str, story: Story, row: int, source: Source | None) -> Item:
    return Item(
        story=story,
        id=name,
        row=row,
        weight=source.weight if source else 1.0,
        section=story.section or (source.section if source else ""),
    )


def _newest_versions(stories: Iterable[Story]) -> tuple[list[tuple[str, Story]], list[tuple[str, Story]]]:
    """Return (id, story) for the newest version of each, newest first, and for the versions before it."""
    versions: dict[str, list[Story]] = {}
    for story in stories:
        kept = versions.setdefault(story.id, [])
        if story not in kept:
            kept.append(story)
    newest: list[tuple[str, Story]] = []
    older: list[tuple[str, Story]] = []
    for name, kept in versions.items():
        if len(kept) > 1:
            kept.sort(key=lambda story: (_version(story), story.fingerprint, repr(story)), reverse=True)
        newest.append((name, kept[0]))
        older.extend((name, story) for story in kept[1:])
    newest.sort(key=lambda pair: (-hours(pair[1].when), pair[0]))
    older.sort(key=lambda pair: (pair[0], -hours(_version(pair[1])), pair[1].fingerprint, repr(pair[1])))
    return newest, older


def _version(story: Story) -> datetime:
    return max(story.updated or story.when, story.first_seen)

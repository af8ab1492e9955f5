"""Keep the index over the archive up to date, and take from it what an edition may be chosen beside.

A small archive is read whole. Of a large one an edition is shown its newest stories and, for each
candidate, those nearest to it; the words' frequencies come from all of it. All of this is found
in milliseconds, and what was found is kept with the edition, so that it can be replayed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from digest.model.story import Story
from digest.selection.index import (
    MOST,
    Entry,
    Index,
    Segment,
    frequencies_from,
    frequencies_of,
    frequencies_to_bytes,
    merge,
    segment_from,
    segment_of,
    to_merge,
)
from digest.selection.pool import hours
from digest.selection.rows import NOTHING, Frequencies
from digest.selection.text import text_of
from digest.store import archive, search_index
from digest.store.engine import Store
from digest.store.search_index import Part

#: An archive of up to so many stories within `related.within` is read whole.
WHOLE = 600
#: Of a larger one: its newest stories, and for each candidate its nearest.
NEWEST, NEAREST = 200, 8
#: Frequencies are counted anew when the archive has grown by this share: they hardly change sooner.
GROWN = 0.1


def catch_up(store: Store) -> int:
    """Bring what the archive has got since into the index; return how many versions that were.

    An index that another version of the program wrote is made anew.
    """
    with store.read() as connection:
        start = search_index.reaches(connection) if _readable(connection) else 0
    if start == 0:
        with store.write() as connection:
            search_index.forget_parts(connection)
    added = 0
    while number := _add_some(store):
        added += number
    if added:
        with store.write() as connection:
            _merge(connection)
            _count(connection)
    return added


def beside(
    connection: Connection, candidates: Sequence[Story], *, sources: Sequence[str], since: datetime
) -> list[Story]:
    """Return the stories of the archive since `since` that an edition of `candidates` is chosen beside."""
    newest = archive.candidates(connection, sources=sources, since=since, most=WHOLE + 1)
    if len(newest) <= WHOLE:
        return newest
    names = _nearest(connection, candidates, since=hours(since))
    chosen = {story.id: story for story in newest[:NEWEST]}
    for story in archive.latest(connection, names - chosen.keys()).values():
        if story.source in sources and story.when >= since:
            chosen[story.id] = story
    return list(chosen.values())


def _nearest(connection: Connection, candidates: Sequence[Story], *, since: float) -> set[str]:
    """Return the ids of the NEAREST stories to each candidate, however many versions each of them has."""
    index = index_of(connection)
    names: dict[int, str] = {}
    near: set[str] = set()
    waiting, asked = list(candidates), 2 * NEAREST
    while waiting:
        found = [
            [number for number, _ in index.nearest(text_of(story), most=asked, since=since)]
            for story in waiting
        ]
        unknown = {number for numbers in found for number in numbers} - names.keys()
        names |= search_index.ids_of(connection, sorted(unknown))
        stories = [
            list(dict.fromkeys(names[number] for number in numbers if number in names)) for numbers in found
        ]
        near.update(id for ids in stories for id in ids[:NEAREST])
        waiting = [
            story
            for story, numbers, ids in zip(waiting, found, stories, strict=True)
            if len(ids) < NEAREST and len(numbers) == asked
        ]
        asked *= 4
    return near


def frequencies_now(connection: Connection) -> int:
    """Return the number of the newest state of the words' frequencies; 0 while there is none."""
    return search_index.newest_frequencies(connection)[0]


def frequencies(connection: Connection, number: int) -> Frequencies:
    """Return a state of the words' frequencies; none at all for 0, or for one that is gone."""
    body = search_index.frequencies(connection, number) if number else None
    return NOTHING if body is None else frequencies_from(body)


def index_of(connection: Connection) -> Index:
    """Return the index, read whole: about half a kilobyte a story."""
    return Index([segment for part in search_index.parts(connection) if (segment := segment_from(part.body))])


def _readable(connection: Connection) -> bool:
    return all(segment_from(part.body) is not None for part in search_index.parts(connection))


def _add_some(store: Store) -> int:
    """Add the next versions, at most a segment of them; each is a transaction of its own."""
    with store.read() as connection:
        start = search_index.reaches(connection)
        known = frequencies(connection, frequencies_now(connection))
        entries = [
            Entry(number=number, hours=hours(story.when), text=text_of(story), counted=first)
            for number, story, first in search_index.versions_after(connection, start, most=MOST)
        ]
    if not entries:
        return 0
    if not known.totals:  # the first texts weigh each other
        known = frequencies_of([segment_of(entries, NOTHING)])
    body = segment_of(entries, known).to_bytes()
    with store.write() as connection:
        if search_index.reaches(connection) == start:  # nobody else was faster
            _put(connection, entries[0].number, entries[-1].number, len(entries), body)
    return len(entries)


def _merge(connection: Connection) -> None:
    """Merge small segments until there are few."""
    while True:
        parts = search_index.parts(connection)
        run = to_merge([part.texts for part in parts])
        if run is None:
            return
        some = parts[run]
        joined = merge(_segments(some), frequencies(connection, frequencies_now(connection)))
        _put(connection, some[0].first, some[-1].last, len(joined), joined.to_bytes())


def _count(connection: Connection) -> None:
    """Keep a new state of the frequencies, when the archive has grown enough for it."""
    parts = search_index.parts(connection)
    texts = sum(part.texts for part in parts)
    number, counted = search_index.newest_frequencies(connection)
    if not frequencies(connection, number).totals:  # another version of the program counted them
        counted = 0
    if texts > WHOLE and texts > counted * (1 + GROWN):
        body = frequencies_to_bytes(frequencies_of(_segments(parts)))
        search_index.put_frequencies(connection, texts=texts, body=body)


def _put(connection: Connection, first: int, last: int, texts: int, body: bytes) -> None:
    search_index.put_part(connection, first=first, last=last, texts=texts, body=body)


def _segments(parts: Iterable[Part]) -> list[Segment]:
    return [segment for part in parts if (segment := segment_from(part.body)) is not None]

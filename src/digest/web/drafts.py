"""Today's editions as they would be sent now, each made once for all that look at it at that moment."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from digest.flows.compose import Draft, occasion
from digest.model.digest import Digest
from digest.store.marks import newest
from digest.wiring import House

#: A draft is made anew after this long, for stories grow older.
FRESH = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Made:
    stamp: object  #: what it was made from
    at: datetime
    draft: Draft


class Drafts:
    """Makes drafts, and keeps the newest one of each digest."""

    def __init__(self) -> None:
        self._kept: dict[str, _Made] = {}
        self._one_at_a_time = threading.Lock()

    def of(self, house: House, digest: Digest) -> Draft:
        """Return today's edition of `digest`; nothing is written.

        Raises:
            RenderError: the template, or a story in it, is wrong.
        """
        with self._one_at_a_time:
            now, stamp = house.clock(), _stamp(house, digest)
            kept = self._kept.get(digest.id)
            if kept is not None and kept.stamp == stamp and abs(now - kept.at) < FRESH:
                return kept.draft
            made = house.draft(digest, occasion(digest, now), now=now)
            self._kept[digest.id] = _Made(stamp, now, made)
            return made


def _stamp(house: House, digest: Digest) -> object:
    """Return a value that changes with whatever a draft is made from."""
    with house.store.read() as connection:
        marks = newest(connection)
    templates = house.folder / "templates"
    return marks, digest, house.newsroom, frozenset(_times(templates))


def _times(folder: Path) -> "set[tuple[str, int]]":
    return {(str(path), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}

"""Pages that many look at are made once: kept for a moment, by the version of what they show.

A change makes another version, and so another page; what is not in the version (a source that
takes a story back, a reader who signs up) shows within the moment.
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

#: Seconds for which something made is given to others.
MOMENT = 2.0
#: Things that are kept at the same time.
MOST = 200

T = TypeVar("T")


class Kept(Generic[T]):
    """Makes each thing once for all who ask within a moment; may be asked from any thread."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._made: dict[Hashable, tuple[float, T]] = {}
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under `key`, or make it; who asks meanwhile waits for the same."""
        with self._lock:
            mine = self._making.setdefault(key, threading.Lock())
        with mine:
            found = self._made.get(key)
            if found is not None and self._clock() - found[0] < MOMENT:
                return found[1]
            made = make()
            with self._lock:
                self._made[key] = (self._clock(), made)
                self._drop_old()
            return made

    def forget(self) -> None:
        """Make everything anew: something was changed."""
        with self._lock:
            self._made.clear()

    def _drop_old(self) -> None:
        now = self._clock()
        for key in [key for key, (at, _) in self._made.items() if now - at >= MOMENT]:
            del self._made[key]
            self._making.pop(key, None)
        while len(self._made) > MOST:
            self._made.pop(next(iter(self._made)))

"""Choose what goes into an edition; and what was chosen from exactly the same before, not again.

A new headline, subject or letter changes no choice, and neither does looking a second time. What is
remembered is what `chosen` gave in this process, so that nothing else can come of it.
"""

import threading
from collections import deque
from dataclasses import replace

from digest.model.edition import Selection
from digest.selection.rows import Frequencies
from digest.selection.select import select
from digest.store.compositions import Inputs

#: Choices that are remembered: an edition has one for each reading class.
KEPT = 48


def chosen(given: Inputs, background: Frequencies) -> Selection:
    """Return what is chosen from `given`: always the same from the same.

    Args:
        background: the state of the words' frequencies that `given` names.
    """
    return select(
        given.candidates, digest=given.digest, sources=given.sources, archive=given.archive,
        carried=given.carried, choice=given.choice, now=given.now, background=background,
    )  # fmt: skip


class Memory:
    """The newest choices, each with exactly what it was made from; may be asked from any thread."""

    def __init__(self, most: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._made: deque[tuple[Inputs, Frequencies, Selection]] = deque(maxlen=most)

    def chosen(self, given: Inputs, background: Frequencies) -> Selection:
        """Return what is chosen from `given`, made anew only if it is not remembered."""
        bare = _without_words(given)
        with self._lock:
            known = list(self._made)
        for inputs, state, selection in reversed(known):
            if state is background and inputs == bare:
                return selection
        made = chosen(bare, background)
        with self._lock:
            self._made.append((bare, background, made))
        return made


def _without_words(given: Inputs) -> Inputs:
    """Return `given` without the editors' words, which are put in when the edition is laid out."""
    return replace(given, choice=replace(given.choice, subject=None, preheader=None, letter="", edits=()))

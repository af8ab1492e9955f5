"""Whose word wins: the newest of the person's own, scope by scope; a machine never takes back a no.

A complaint, a hard bounce, an erasure and an editor's stop are noes of another kind: they stop
all mail to the address (a suppression) and leave the person's standing with each digest as it
was. Any later yes of the person lifts them.
"""

from collections.abc import Iterable

from digest.model.subscriber import EVERYTHING, Saying, SuppressionReason, Word

#: Sources of a no that stop all mail to an address.
STOPPING = frozenset(str(reason) for reason in SuppressionReason)


def supersedes(new: Saying, old: Saying | None) -> bool:
    """Whether `new` is the newer word of the two; of two at one moment the no is."""
    if old is None or new.at > old.at:
        return True
    return new.at == old.at and new.word is Word.NO and old.word is Word.YES


def word_on(digest: str, words: Iterable[Saying]) -> Saying | None:
    """Return one person's newest word about `digest`, None when there is none."""
    found: Saying | None = None
    for saying in words:
        if saying.scope in (digest, EVERYTHING) and not _stops(saying) and supersedes(saying, found):
            found = saying
    return found


def refuses(digest: str, words: Iterable[Saying]) -> bool:
    """Whether the person's newest word about `digest` is no."""
    said = word_on(digest, words)
    return said is not None and said.word is Word.NO


def stopped_by(words: Iterable[Saying]) -> Saying | None:
    """Return the word that stops all mail to an address, None when nothing does or a later yes lifted it."""
    stop: Saying | None = None
    newest_yes: Saying | None = None
    for saying in words:
        if _stops(saying):
            stop = saying if supersedes(saying, stop) else stop
        elif saying.word is Word.YES:
            newest_yes = saying if supersedes(saying, newest_yes) else newest_yes
    lifted = stop is not None and newest_yes is not None and newest_yes.at > stop.at
    return None if lifted else stop


def _stops(saying: Saying) -> bool:
    return saying.word is Word.NO and saying.scope == EVERYTHING and saying.source in STOPPING

"""Whose word wins: the newest of the person's own, scope by scope; a machine never takes back a no.

A complaint, a hard bounce, an erasure and an editor's stop are noes of another kind: each has a
scope of its own, stops all mail to the address (a suppression), and leaves the person's standing
with each digest as it was. Any later yes of the person lifts them.
"""

from collections.abc import Iterable

from digest.model.subscriber import EVERYTHING, Saying, SuppressionReason, Word

_STOP = "@"


def stop_scope(reason: SuppressionReason) -> str:
    """Return the scope of a no that stops all mail to an address for `reason`."""
    return f"{_STOP}{reason}"


def supersedes(new: Saying, old: Saying | None) -> bool:
    """Whether `new` is the newer word of the two; of two at one moment the no is."""
    if old is None or new.at > old.at:
        return True
    return new.at == old.at and new.word is Word.NO and old.word is Word.YES


def newest(sayings: Iterable[Saying]) -> dict[tuple[str, str], Saying]:
    """Return the newest word per person and scope, whatever the order of `sayings`."""
    found: dict[tuple[str, str], Saying] = {}
    for saying in sayings:
        if supersedes(saying, found.get((saying.who, saying.scope))):
            found[saying.who, saying.scope] = saying
    return found


def word_on(digest: str, words: Iterable[Saying]) -> Saying | None:
    """Return one person's newest word about `digest`, None when there is none."""
    found: Saying | None = None
    for saying in words:
        if saying.scope in (digest, EVERYTHING) and supersedes(saying, found):
            found = saying
    return found


def refuses(digest: str, words: Iterable[Saying]) -> bool:
    """Whether the person's newest word about `digest` is no."""
    said = word_on(digest, words)
    return said is not None and said.word is Word.NO


def stopped_by(words: Iterable[Saying]) -> SuppressionReason | None:
    """Return why one person's address is not mailed at all, the gravest reason first; None: nothing stops it.

    A yes lifts only while it stands: one that was taken back by a no on the same scope does not.
    """
    standing = newest(words).values()
    lifted = max((saying.at for saying in standing if saying.word is Word.YES), default=None)
    for reason in SuppressionReason:
        for saying in standing:
            stops = saying.scope == stop_scope(reason) and saying.word is Word.NO
            if stops and (lifted is None or lifted <= saying.at):
                return reason
    return None

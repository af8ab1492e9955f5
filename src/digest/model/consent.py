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
    """Return why an address is not mailed at all, the gravest reason first; None when nothing stops it.

    `words` are one person's, the newest per scope or all of them.
    """
    stops: dict[str, Saying] = {}
    lifted: Saying | None = None
    for saying in words:
        if saying.word is Word.YES:
            lifted = saying if supersedes(saying, lifted) else lifted
        elif saying.scope.startswith(_STOP) and supersedes(saying, stops.get(saying.scope)):
            stops[saying.scope] = saying
    for reason in SuppressionReason:
        stop = stops.get(stop_scope(reason))
        if stop is not None and (lifted is None or lifted.at <= stop.at):
            return reason
    return None

"""Who may be mailed: what counts as a yes, and whose word wins.

A yes is a person's: given on our page, or given elsewhere and brought with its evidence. A no
is never taken back by a machine; the newest word of the person wins, scope by scope, and when
two words fall on one moment the no does.
"""

from collections.abc import Iterable

from digest.model.subscriber import EVERYTHING, Consent, Saying, Standing, SuppressionReason, Word

#: Sources of a no that stop all mail to an address, letters included.
STOPPING = frozenset(str(reason) for reason in SuppressionReason)


def standing_by(consent: Consent | None) -> Standing:
    """Return the standing that evidence gives: confirmed with a dated, sourced yes, else unconfirmed."""
    return Standing.CONFIRMED if consent is not None else Standing.UNCONFIRMED


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


def word_on(digest: str, words: Iterable[Saying]) -> Word | None:
    """Return one person's newest word that is about `digest`, None when there is none."""
    found: Saying | None = None
    for saying in words:
        if saying.scope in (digest, EVERYTHING) and supersedes(saying, found):
            found = saying
    return found.word if found else None


def stopped_by(words: Iterable[Saying]) -> SuppressionReason | None:
    """Return why one person's address is not mailed at all, None when it is or when a later yes lifted it."""
    stop: Saying | None = None
    for saying in words:
        stopping = saying.word is Word.NO and saying.scope == EVERYTHING and saying.source in STOPPING
        if (stopping and supersedes(saying, stop)) or (
            stop is not None and saying.word is Word.YES and saying.at > stop.at
        ):
            stop = saying
    return SuppressionReason(stop.source) if stop is not None and stop.word is Word.NO else None

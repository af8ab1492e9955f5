"""A delivery's state, as views say it: a function of what the ledger keeps, never a column.

::

    queued -> leased -> sent | refused | deferred | unknown
    deferred -> queued (re-enlisted) | refused (gave up) | cancelled
    unknown -> sent | queued (settled by an editor, or by the policy resend)
    queued -> cancelled (unsubscribed, withdrawn, too late)
"""

from enum import StrEnum

from digest.model.delivery import DeliveryState
from digest.store.ledger.fates import Fate


class Closed(StrEnum):
    """Why nothing of a chunk will be sent any more."""

    DONE = "done"
    WITHDRAWN = "withdrawn"  #: the edition was cancelled
    TOO_LATE = "too late"  #: its `valid_until` passed
    MOVED = "moved"  #: the rest stands in a newer chunk, with another rendering


def state_of(
    fate: int, *, below_mark: bool, leased: bool, closed: str | None, outcome: str = "", moved: bool = False
) -> DeliveryState:
    """Return what became of one place.

    Args:
        fate: its two bits.
        below_mark: whether sending may have begun for it.
        leased: whether a living owner holds the chunk.
        closed: why the chunk was closed; None while it is open.
        outcome: what its row in `exceptions` says; empty when there is none.
        moved: whether that row leads to a newer chunk.
    """
    if fate == Fate.SENT:
        return DeliveryState.SENT
    if fate == Fate.UNSENT:
        return _unsent(below_mark=below_mark, leased=leased, closed=closed)
    if moved:
        return DeliveryState.MOVED
    return DeliveryState(outcome) if outcome else DeliveryState.UNKNOWN


def _unsent(*, below_mark: bool, leased: bool, closed: str | None) -> DeliveryState:
    if below_mark:  # whoever raised the mark has not said what became of it
        return DeliveryState.LEASED if leased and closed is None else DeliveryState.UNKNOWN
    if closed is None:
        return DeliveryState.QUEUED
    return DeliveryState.MOVED if closed == Closed.MOVED else DeliveryState.CANCELLED

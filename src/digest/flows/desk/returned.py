"""What came back of an edition: whose address does not exist, and whose mailbox fails.

Read from the relays' answers while it was sent. Reports that come by mail days later, and complaints,
are not read by anybody yet; the page says so instead of a nought.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from digest.delivery.replies import Action, ids_of
from digest.model.subscriber import SuppressionReason
from digest.store.ledger.bounces import bounces
from digest.store.roster.audience import barred_from_letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """How many readers of one edition bounced."""

    gone: int  #: nobody is at the address
    failing: int  #: it failed for now, and a few more times will end it
    stopped: int  #: of all these, those that are not mailed any more


def returned(connection: Connection, edition: int, *, since: datetime) -> Returned:
    """Return what the relays have said about readers of the edition with that key since then."""
    dead = {one.subscriber for one in bounces(connection, edition, ids_of(Action.SUPPRESS), since=since)}
    weak = {one.subscriber for one in bounces(connection, edition, ids_of(Action.SCORE), since=since)} - dead
    reasons = (SuppressionReason.HARD_BOUNCE.value,)
    barred = barred_from_letters(connection, sorted(dead | weak), reasons=reasons)
    stopped = sum(why == f"suppressed: {reasons[0]}" for why in barred.values())
    return Returned(gone=len(dead), failing=len(weak), stopped=stopped)

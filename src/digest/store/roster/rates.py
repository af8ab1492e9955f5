"""How often something may be done, kept where a restart does not forget it; memory stays flat.

The generic cell rate algorithm (ITU-T I.371): one moment a row, in one statement, so that requests
at the same time are counted one by one.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from digest.store.ledger.moments import stamp

_MILLISECOND = timedelta(milliseconds=1)
_COUNT = text(
    "INSERT INTO rates (who, free) VALUES (:who, :now + :step) ON CONFLICT (who) DO UPDATE SET free ="
    " CASE WHEN rates.free > :now THEN rates.free ELSE :now END + :step"
    " WHERE rates.free <= :now + :span - :step"
)
_FORGET = text("DELETE FROM rates WHERE free <= :now")


def within_rate(connection: Connection, who: str, *, at_most: int, within: timedelta, now: datetime) -> bool:
    """Count one more of what `who` (a keyed hash) does, unless it was done `at_most` times in that span.

    Rows that are long enough ago go, so there are never more than were counted within one span.
    """
    span, moment = within // _MILLISECOND, stamp(now)
    connection.execute(_FORGET, {"now": moment})
    row = {"who": bytes.fromhex(who), "now": moment, "span": span, "step": max(1, span // at_most)}
    return connection.execute(_COUNT, row).rowcount == 1

"""Why people left, where they told us: the newest reason a person and scope, and how many gave each."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from digest.store.ledger.moments import moment, stamp
from digest.store.tables.doorstep import reasons
from digest.store.upsert import put

_R = reasons.c
#: What a person can choose from; told in the readers' languages by `web/locale`.
REASONS = ("often", "content", "elsewhere", "looks", "never", "other")


def keep_reason(connection: Connection, subscriber: int, scope: str, reason: str, *, now: datetime) -> None:
    """Keep why a person left `scope`."""
    row = {"subscriber": subscriber, "scope": scope, "reason": reason, "at": stamp(now)}
    put(connection, reasons, [row], key=("subscriber", "scope"))


def reasons_of(connection: Connection, subscriber: int) -> list[tuple[str, str, datetime]]:
    """Return what one person told: (scope, reason, when)."""
    query = select(_R.scope, _R.reason, _R.at).where(_R.subscriber == subscriber).order_by(_R.scope)
    return [(row.scope, row.reason, moment(row.at)) for row in connection.execute(query)]


def forget_reasons(connection: Connection, subscriber: int) -> None:
    """Forget why a person left: they came back."""
    connection.execute(delete(reasons).where(_R.subscriber == subscriber))


def counted(connection: Connection, *, since: datetime) -> dict[str, dict[str, int]]:
    """Return how many people gave each reason since then, by scope."""
    found: dict[str, dict[str, int]] = {}
    query = (
        select(_R.scope, _R.reason, func.count())
        .where(_R.at >= stamp(since))
        .group_by(_R.scope, _R.reason)
        .order_by(_R.scope, func.count().desc(), _R.reason)
    )
    for scope, reason, number in connection.execute(query):
        found.setdefault(scope, {})[reason] = number
    return found

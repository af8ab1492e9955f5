"""What refusals said about readers: read from the mishaps in the ledger; nothing is kept twice."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, text

from digest.store.ledger.among import among, listed
from digest.store.ledger.fates import Fate, spread
from digest.store.ledger.moments import moment, stamp
from digest.store.tables.archive import editions


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One refusal or deferral that a rule has read as a word about the reader."""

    subscriber: int
    edition: int  #: its key
    provider: str
    rule: str  #: that judged it
    at: datetime
    code: str  #: `550 5.1.1`; the relay's text may quote the address, and is left out


_SELECT = (
    "SELECT e.subscriber, c.edition, c.provider, e.rule, e.at, e.code, e.enhanced"
    " FROM exceptions e JOIN chunks c ON c.id = e.chunk WHERE e.rule IN :rules"
)
_OF_EDITION = f"{_SELECT} AND c.edition = :edition AND e.subscriber IS NOT NULL AND e.at >= :since"
_ORDER = " ORDER BY e.at, e.chunk, e.position"


def bounces(connection: Connection, edition: int, rules: Collection[str], *, since: datetime) -> list[Bounce]:
    """Return what `rules` have judged of the edition with that key since then, the oldest first."""
    statement = text(f"{_OF_EDITION}{_ORDER}").bindparams(bindparam("rules", expanding=True))
    values = {"edition": edition, "rules": list(rules), "since": stamp(since)}
    return [_bounce(row) for row in connection.execute(statement, values)]


def bounces_of(
    connection: Connection, subscribers: Sequence[int], rules: Collection[str]
) -> dict[int, list[Bounce]]:
    """Return everything that `rules` have judged of these people, over all editions, the oldest first."""
    statement = text(f"{_SELECT} AND e.subscriber IN {among(connection)}{_ORDER}").bindparams(
        bindparam("rules", expanding=True)
    )
    found: dict[int, list[Bounce]] = {}
    for row in connection.execute(statement, {"rules": list(rules), "ids": listed(subscribers)}):
        found.setdefault(row.subscriber, []).append(_bounce(row))
    return found


_CHUNKS = text("SELECT provider, size, bits FROM chunks WHERE edition = :edition")


def taken(connection: Connection, edition: int) -> Counter[str]:
    """Return mailbox provider -> how many messages of the edition with that key were taken."""
    found: Counter[str] = Counter()
    for row in connection.execute(_CHUNKS, {"edition": edition}):
        found[row.provider] += spread(bytes(row.bits), row.size).count(Fate.SENT)
    return found


def published_since(connection: Connection, since: datetime) -> list[int]:
    """Return the keys of the editions and letters that were published since then, the newest first."""
    query = select(editions.c.key).where(editions.c.published_at >= since).order_by(editions.c.key.desc())
    return list(connection.execute(query).scalars())


def _bounce(row: Row[tuple[Any, ...]]) -> Bounce:
    values = row._asdict()
    return Bounce(
        subscriber=values["subscriber"],
        edition=values["edition"],
        provider=values["provider"],
        rule=values["rule"],
        at=moment(values["at"]),
        code=" ".join(filter(None, (str(values["code"] or ""), values["enhanced"]))),
    )

"""Overrides: an approver's word that a blocker does not stop an edition, tied to exactly its words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from digest.store.editions import note
from digest.store.tables.archive import editions as _EDITIONS
from digest.store.tables.archive import overrides as _OVERRIDES
from digest.store.upsert import put


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Who lets a blocker pass, and why."""

    rule: str  #: a finding's code
    who: str
    reason: str
    at: datetime


def save_override(connection: Connection, edition: str, hash: str, override: Override) -> None:
    """Keep `override` for the words named `hash`, with a line in the edition's history.

    Raises:
        NotFound: there is no such edition.
    """
    told = f"overrode {override.rule}: {override.reason}"
    note(connection, edition, who=override.who, what=told, now=override.at)
    key = connection.execute(select(_EDITIONS.c.key).where(_EDITIONS.c.id == edition)).scalar_one()
    row = {
        "edition_key": key, "hash": hash, "rule": override.rule, "who": override.who,
        "reason": override.reason, "at": override.at,
    }  # fmt: skip
    put(connection, _OVERRIDES, [row], key=("edition_key", "hash", "rule"))


def overrides(connection: Connection, edition: str, hash: str) -> dict[str, Override]:
    """Return what was overridden for the words named `hash`, by rule; others ask again."""
    rows = connection.execute(
        select(_OVERRIDES.c.rule, _OVERRIDES.c.who, _OVERRIDES.c.reason, _OVERRIDES.c.at)
        .join(_EDITIONS, _EDITIONS.c.key == _OVERRIDES.c.edition_key)
        .where(_EDITIONS.c.id == edition, _OVERRIDES.c.hash == hash)
    )
    return {row.rule: Override(rule=row.rule, who=row.who, reason=row.reason, at=row.at) for row in rows}

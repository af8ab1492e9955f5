"""Corrections: what was wrong in an edition that had begun to leave, and whose words were wrong."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from digest.store.ledger import names
from digest.store.tables.archive import corrections as _TABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction, as readers and editors are told of it."""

    number: int  #: from 1
    at: datetime
    who: str
    story: str  #: id of the story that was wrong; empty: none by itself
    told: str  #: what was wrong
    wrong: frozenset[int]  #: keys of the renderings in which it was wrong


def save_correction(
    connection: Connection,
    edition: str,
    *,
    variants: Collection[str],
    story: str,
    told: str,
    who: str,
    now: datetime,
) -> int:
    """Keep a correction whose new words have just been saved, and return its number.

    Args:
        variants: whose words changed.

    Raises:
        NotFound: there is no such edition.
    """
    key = names.edition_key(connection, edition)
    newest = names.rendering_keys(connection, edition)
    last = connection.execute(select(func.max(_TABLE.c.number)).where(_TABLE.c.edition_key == key)).scalar()
    number = int(last or 0) + 1
    connection.execute(
        insert(_TABLE).values(
            edition_key=key,
            number=number,
            at=now,
            who=who,
            story=story,
            told=told,
            variants=" ".join(sorted(variants)),
            rendering=min(newest[variant] for variant in variants),
        )
    )
    return number


def corrections(connection: Connection, edition: str) -> list[Correction]:
    """Return the corrections of an edition, oldest first.

    Raises:
        NotFound: there is no such edition.
    """
    key = names.edition_key(connection, edition)
    versions = names.versions(connection, edition)
    rows = connection.execute(select(_TABLE).where(_TABLE.c.edition_key == key).order_by(_TABLE.c.number))
    return [
        Correction(
            number=row.number,
            at=row.at,
            who=row.who,
            story=row.story,
            told=row.told,
            wrong=frozenset(
                rendering
                for rendering, (variant, _) in versions.items()
                if variant in row.variants.split() and rendering < row.rendering
            ),
        )
        for row in rows
    ]

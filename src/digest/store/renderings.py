"""Renderings: the finished words of an edition, frozen by approval.

A variant is what some readers get in the same words (a language, for example); its version grows
only with a correction, so the name `variant/version` tells for ever who got which words.
"""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from digest.model.classes import PLAIN
from digest.model.edition import EditionState
from digest.model.errors import NotFound, StepForbidden, WaitingForPerson
from digest.model.mail import Rendering
from digest.store.editions import edition, note, set_state
from digest.store.tables.archive import approvals as _APPROVALS
from digest.store.tables.archive import editions as _EDITIONS
from digest.store.tables.archive import renderings as _RENDERINGS
from digest.store.upsert import add_missing, put

_OPEN = (EditionState.COLLECTING, EditionState.READY, EditionState.HELD, EditionState.FAILED)


def save_rendering(
    connection: Connection,
    edition_id: str,
    variant: str,
    rendering: Rendering,
    *,
    now: datetime,
    version: int = 1,
) -> str:
    """Keep one variant's words and return their hash; the same words twice change nothing.

    Other words under the same version are taken only while nobody has approved the edition.

    Raises:
        NotFound: there is no such edition.
        StepForbidden: the words are frozen.
    """
    record = edition(connection, edition_id)
    key = connection.execute(select(_EDITIONS.c.key).where(_EDITIONS.c.id == edition_id)).scalar_one()
    held = connection.execute(
        select(_RENDERINGS.c.hash).where(
            _RENDERINGS.c.edition_key == key,
            _RENDERINGS.c.variant == variant,
            _RENDERINGS.c.version == version,
        )
    ).scalar()
    if held == rendering.hash:
        return rendering.hash
    if held is not None and record.state not in _OPEN:
        raise StepForbidden(f"{edition_id}: its words", "frozen", "others")
    row = {
        "edition_key": key, "variant": variant, "version": version, "hash": rendering.hash,
        "subject": rendering.subject, "preheader": rendering.preheader, "html": rendering.html,
        "text": rendering.text, "nonce": rendering.nonce, "language": rendering.language, "at": now,
    }  # fmt: skip
    put(connection, _RENDERINGS, [row], key=("edition_key", "variant", "version"))
    return rendering.hash


def renderings(connection: Connection, edition_id: str) -> dict[str, Rendering]:
    """Return the newest version of every variant; empty when nothing is rendered yet.

    What is only the text part of another variant (see `model.classes.PLAIN`) is not among them.
    """
    found = all_renderings(connection, edition_id)
    return {variant: words for (variant, _), words in found.items() if not variant.endswith(PLAIN)}


def keep_only(connection: Connection, edition_id: str, variants: Collection[str]) -> None:
    """Drop the words of every variant that is none of `variants`, of an edition that is built anew.

    Raises:
        StepForbidden: the words are frozen.
    """
    key = select(_EDITIONS.c.key).where(_EDITIONS.c.id == edition_id).scalar_subquery()
    gone = (_RENDERINGS.c.edition_key == key) & _RENDERINGS.c.variant.not_in(variants)
    if not connection.execute(select(func.count()).where(gone)).scalar_one():
        return
    if edition(connection, edition_id).state not in _OPEN:
        raise StepForbidden(f"{edition_id}: its words", "frozen", "others")
    connection.execute(delete(_RENDERINGS).where(gone))


def all_renderings(connection: Connection, edition_id: str) -> dict[tuple[str, int], Rendering]:
    """Return every version of every variant, by (variant, version), older versions first."""
    rows = connection.execute(
        select(_RENDERINGS)
        .join(_EDITIONS, _EDITIONS.c.key == _RENDERINGS.c.edition_key)
        .where(_EDITIONS.c.id == edition_id)
        .order_by(_RENDERINGS.c.variant, _RENDERINGS.c.version)
    )
    return {(row.variant, row.version): _rendering(row) for row in rows}


def hash_of(words: Mapping[str, Rendering]) -> str:
    """Return the name of exactly these words in all variants: what an editor approves."""
    whole = "\0".join(f"{variant}={words[variant].hash}" for variant in sorted(words))
    return hashlib.sha256(whole.encode()).hexdigest()


def approve(
    connection: Connection, edition_id: str, hash: str, *, who: str, now: datetime, needed: int = 1
) -> bool:
    """Note that `who` agrees to the words named `hash`; with `needed` editors, the edition is approved.

    A name counts once, however it is spelt.

    Returns:
        Whether it is approved now; False while more editors have to agree.

    Raises:
        NotFound: there is no such edition, or nothing to approve in it.
        WaitingForPerson: the words have changed since they were looked at: look again.
        StepForbidden: it is not ready or held.
    """
    record = edition(connection, edition_id)
    words = renderings(connection, edition_id)
    if not words:
        raise NotFound(f"{edition_id}: nothing to approve yet: build it first")
    if hash_of(words) != hash:
        raise WaitingForPerson(f"{edition_id}: changed since it was looked at: look again, then approve")
    if record.state not in (EditionState.READY, EditionState.HELD):
        raise StepForbidden(edition_id, record.state, EditionState.APPROVED)
    key = connection.execute(select(_EDITIONS.c.key).where(_EDITIONS.c.id == edition_id)).scalar_one()
    add_missing(connection, _APPROVALS, [{"edition_key": key, "hash": hash, "who": who, "at": now}])
    agreed = select(_APPROVALS.c.who).where(_APPROVALS.c.edition_key == key, _APPROVALS.c.hash == hash)
    count = len({name.strip().casefold() for name in connection.execute(agreed).scalars()})
    if count < needed:
        note(connection, edition_id, who=who, what=f"agreed: {count} of {needed}", now=now)
        return False
    set_state(connection, edition_id, record.state, EditionState.APPROVED, who=who, now=now)
    connection.execute(update(_EDITIONS).where(_EDITIONS.c.key == key).values(approved_hash=hash))
    return True


def approvals(connection: Connection, edition_id: str) -> list[tuple[str, datetime, str]]:
    """Return who agreed, when, and to which hash, oldest first."""
    rows = connection.execute(
        select(_APPROVALS.c.who, _APPROVALS.c.at, _APPROVALS.c.hash)
        .join(_EDITIONS, _EDITIONS.c.key == _APPROVALS.c.edition_key)
        .where(_EDITIONS.c.id == edition_id)
        .order_by(_APPROVALS.c.at)
    )
    return [(row.who, row.at, row.hash) for row in rows]


def approved_renderings(connection: Connection, edition_id: str) -> dict[str, Rendering]:
    """Return the words that were approved: what publish checks before anything is enlisted.

    Raises:
        WaitingForPerson: nobody has approved them, or they are no longer the words that were approved.
    """
    record = edition(connection, edition_id)
    words = renderings(connection, edition_id)
    if not record.approved_hash:
        raise WaitingForPerson(f"{edition_id}: not approved: approve it first")
    if hash_of(words) != record.approved_hash:
        raise WaitingForPerson(f"{edition_id}: changed since it was approved: look again, then approve")
    return words


def _rendering(row: Row[*tuple[Any, ...]]) -> Rendering:
    return Rendering(
        subject=row.subject,
        preheader=row.preheader,
        html=row.html,
        text=row.text,
        nonce=row.nonce,
        language=row.language,
    )

"""Publish: from approved words to a frozen audience, in one transaction.

After it the edition is `sending`: every recipient stands in a chunk of the ledger, and whoever
claims one may send it. Before it nothing has changed, whatever went wrong.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.model.digest import UnknownPolicy
from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly, StepForbidden, WaitingForPerson
from digest.model.finding import Finding, Level
from digest.store.editions import edition, set_state
from digest.store.engine import Store
from digest.store.ledger import names
from digest.store.ledger.enlist import enlist
from digest.store.renderings import approved_renderings


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Some of an edition's readers: those who get the same words at the same time."""

    readers: Callable[[Connection], Iterable[tuple[int, str]]]  #: (subscriber id, provider), ids ascending
    variant: str | None = None  #: of the rendering; None: the only one there is
    not_before: datetime | None = None  #: None: at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing has done."""

    edition: str
    recipients: int


def publish(
    store: Store,
    edition_id: str,
    *,
    audience: Sequence[Wave],
    now: datetime,
    valid_for: timedelta | None = None,
    policy: UnknownPolicy = UnknownPolicy.HOLD,
    priority: int = 0,
    who: str = "clock",
    check: Callable[[Connection], Sequence[Finding]] = lambda connection: (),
    within: Callable[[Connection], None] = lambda connection: None,
) -> Published:
    """Freeze the audience of an approved edition and let it go.

    Args:
        audience: whom to send to; each reader in one wave only.
        valid_for: nothing leaves later than this after its wave's time.
        policy: for deliveries cut off between the last dot and the answer.
        priority: the higher the sooner, among editions that are sent at the same time.
        check: looks at sources and stories once more; a blocker stops everything.
        within: done in the same transaction, last: the end of an occurrence, for example.

    Raises:
        NotFound: there is no such edition.
        StepForbidden: it is not approved, or was published meanwhile.
        WaitingForPerson: its words are not those that were approved, or `check` found a blocker.
    """
    with store.write() as connection:
        state = edition(connection, edition_id).state
        if state is not EditionState.APPROVED:
            raise StepForbidden(edition_id, state, EditionState.SENDING)
        approved_renderings(connection, edition_id)
        _stop_at_blockers(edition_id, check(connection))
        set_state(connection, edition_id, state, EditionState.SENDING, who=who, now=now)
        keys = names.rendering_keys(connection, edition_id)
        recipients = sum(
            enlist(
                connection,
                names.edition_key(connection, edition_id),
                _rendering(edition_id, keys, wave.variant),
                wave.readers(connection),
                not_before=wave.not_before or now,
                valid_until=None if valid_for is None else (wave.not_before or now) + valid_for,
                priority=priority,
                policy=policy,
            )
            for wave in audience
        )
        within(connection)
    return Published(edition=edition_id, recipients=recipients)


def _stop_at_blockers(edition_id: str, findings: Sequence[Finding]) -> None:
    blockers = [finding.message for finding in findings if finding.level is Level.BLOCKER]
    if blockers:
        raise WaitingForPerson(f"{edition_id}: not published: {'; '.join(blockers)}")


def _rendering(edition_id: str, keys: dict[str, int], variant: str | None) -> int:
    if variant is None and len(keys) == 1:
        return next(iter(keys.values()))
    if variant is None or variant not in keys:
        raise AskedWrongly(f"{edition_id}: no variant {variant or 'named'}: there are {', '.join(keys)}")
    return keys[variant]

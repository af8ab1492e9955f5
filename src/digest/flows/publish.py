"""Publish: from approved words to a frozen audience, in one transaction.

After it the edition is `sending`: every recipient stands in a chunk of the ledger, and whoever
claims one may send it. Before it nothing has changed, whatever went wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from digest.model.edition import EditionState
from digest.model.errors import StepForbidden, WaitingForPerson
from digest.model.finding import Finding, Level
from digest.store.editions import edition, set_state
from digest.store.engine import Store
from digest.store.renderings import approved_renderings


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing has done."""

    edition: str
    recipients: int


def publish(
    store: Store,
    edition_id: str,
    *,
    freeze: Callable[[Connection], int],
    now: datetime,
    who: str = "clock",
    check: Callable[[Connection], Sequence[Finding]] = lambda connection: (),
    within: Callable[[Connection], None] = lambda connection: None,
) -> Published:
    """Freeze the audience of an approved edition and let it go.

    Args:
        freeze: enlists every reader, and returns how many there are.
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
        recipients = freeze(connection)
        within(connection)
    return Published(edition=edition_id, recipients=recipients)


def _stop_at_blockers(edition_id: str, findings: Sequence[Finding]) -> None:
    blockers = [finding.message for finding in findings if finding.level is Level.BLOCKER]
    if blockers:
        raise WaitingForPerson(f"{edition_id}: not published: {'; '.join(blockers)}")

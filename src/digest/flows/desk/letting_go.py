"""Build an edition anew, or send it at once."""

from collections.abc import Sequence
from datetime import datetime

from digest.flows.compose import occasion_named
from digest.flows.desk.deciding import approve
from digest.flows.publish import Published
from digest.flows.release import give_up_turn, release, take_turn
from digest.model.digest import Digest, Schedule
from digest.model.edition import EditionState
from digest.model.errors import DigestError, WaitingForPerson
from digest.model.finding import Finding
from digest.store import editions
from digest.store.engine import Store


def send_now(
    store: Store,
    schedule: Schedule,
    digest: Digest,
    edition: str,
    *,
    hash: str,
    who: str,
    owner: str,
    now: datetime,
    ready: Sequence[Finding] = (),
) -> Published:
    """Approve the words named `hash`, where that has not happened, and publish them at once.

    Takes the clock's turn, so that the same edition is not sent again at its time.

    Args:
        owner: the name under which this process claims work.

    Raises:
        WaitingForPerson: a blocker stands, or another editor has to agree first.
        Busy: another process is at it. Raises as `approve` does, too.
    """
    with store.read() as connection:
        state = editions.edition(connection, edition).state
    if state is not EditionState.APPROVED and not approve(
        store, schedule.newsroom, digest, edition, hash=hash, who=who, now=now, ready=ready
    ):
        raise WaitingForPerson(f"{edition}: your yes is kept; one more editor has to agree")
    turn = take_turn(store, occasion_named(digest, edition), now=now, owner=owner)
    try:
        return release(store, schedule, digest, turn, now=now, who=who)
    except DigestError:
        give_up_turn(store, turn)
        raise

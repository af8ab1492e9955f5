"""Let an edition go: today's occurrence is claimed, the words are approved, the audience is frozen.

The claim is what keeps `digest send` and the clock from sending the same morning twice; it
ends in the transaction that publishes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.flows.checks import checks_of
from digest.flows.compose import Occasion
from digest.flows.desk.correction_mail import enlist_correction
from digest.flows.freezing import freeze
from digest.flows.publish import Published, publish
from digest.flows.withdrawn import withdrawn
from digest.model.cadence import occurrence_of
from digest.model.digest import Digest, Newsroom, Schedule
from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly, Busy, StepForbidden, WaitingForPerson
from digest.model.finding import Finding
from digest.store import compositions, editions, occurrences, renderings
from digest.store.editions import EditionKind
from digest.store.engine import Store
from digest.store.occurrences import Claim, OccurrenceState
from digest.store.roster import standing

#: How long a claim is held before another process may take the work over.
LEASE = timedelta(minutes=2)
#: Who approves when nobody has to.
POLICY = "policy: automatic"


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to publish one edition; without a claim where the edition is out of turn."""

    edition: str
    claim: Claim | None


def take_turn(store: Store, when: Occasion, *, now: datetime, owner: str) -> Turn:
    """Claim the occurrence behind `when`, so that nobody else publishes it.

    Raises:
        AskedWrongly: it was published or skipped before; the message says what can be done.
        Busy: somebody else is at it.
    """
    if when.due is None:
        return Turn(when.edition, None)
    occurrence = occurrence_of(when.digest, when.edition.partition("/")[2], when.due)
    with store.write() as connection:
        claim = occurrences.claim(connection, occurrence, now=now, owner=owner, lease=LEASE)
        if claim is not None:
            return Turn(when.edition, claim)
        state = next(
            (
                record.state
                for record in occurrences.occurrences(connection, when.digest)
                if record.occurrence.key == occurrence.key
            ),
            None,
        )
    if state is OccurrenceState.RUNNING:
        raise Busy(f"{when.edition}: another process is at it; if it died, this works again in two minutes")
    raise AskedWrongly(
        f"{when.edition}: was {'skipped' if state is OccurrenceState.SKIPPED else 'sent'} already: "
        f"mend it with `digest edition correct {when.edition}`, or send another one today with --slot NAME"
    )


def editors_needed(digest: Digest, kind: EditionKind) -> int:
    """Return how many editors have to agree before an edition leaves; a correction asks for one always."""
    return max(1, digest.approval.editors) if kind is EditionKind.CORRECTION else digest.approval.editors


def approve_by_policy(
    store: Store, newsroom: Newsroom, digest: Digest, edition: str, *, now: datetime
) -> None:
    """Approve an edition for which no editor is needed, and in which nothing is a blocker.

    Raises:
        WaitingForPerson: editors are needed, an editor holds it, or a check says that it must not be sent.
    """
    with store.write() as connection:
        record = editions.edition(connection, edition)
        state = record.state
        if state is EditionState.APPROVED:
            return
        if state is EditionState.HELD:
            raise WaitingForPerson(f"{edition}: held by an editor: approve it, or skip it")
        if state is not EditionState.READY:
            raise StepForbidden(edition, state, EditionState.APPROVED)
        if needed := editors_needed(digest, record.kind):
            need = "an editor" if needed == 1 else f"{needed} editors"
            raise WaitingForPerson(f"{edition}: waits for {need}: digest edition approve {edition}")
        if faults := checks_of(connection, newsroom, edition, now=now).blockers:
            told = "; ".join(f"{fault.message} [{fault.code}]" for fault in faults)
            raise WaitingForPerson(
                f"{edition}: not sent: {told}: mend it and rebuild, or approve it despite that: "
                f"digest edition approve {edition} --despite REASON"
            )
        words = renderings.hash_of(renderings.renderings(connection, edition))
        renderings.approve(connection, edition, words, who=POLICY, now=now)


def release(
    store: Store, schedule: Schedule, digest: Digest, turn: Turn, *, now: datetime, who: str
) -> Published:
    """Publish an approved edition: check it once more, freeze the audience, end the occurrence.

    Raises:
        StepForbidden: it is not approved.
        WaitingForPerson: a story in it was killed or embargoed since, or its words have changed.
        Fenced: another process has taken the occurrence over; nothing was published.
    """

    def look(connection: Connection) -> Sequence[Finding]:
        standing.wake(connection, now=now)  # before the audience is frozen, so that pauses end in time
        return withdrawn(
            connection, turn.edition, compositions.compositions(connection, turn.edition), now=now
        )

    def finish(connection: Connection) -> None:
        if turn.claim is not None:
            occurrences.finish(connection, turn.claim, now=now)

    return publish(
        store,
        turn.edition,
        freeze=lambda connection: _freeze(connection, schedule, digest, turn.edition, now),
        now=now,
        who=who,
        check=look,
        within=finish,
    )


def _freeze(connection: Connection, schedule: Schedule, digest: Digest, edition: str, now: datetime) -> int:
    """Enlist whom the edition is for; a correction goes to those who had the wrong words alone."""
    if editions.edition(connection, edition).kind is EditionKind.CORRECTION:
        return enlist_correction(connection, digest, edition, now=now)
    return freeze(connection, schedule, digest, edition, now=now)


def give_up_turn(store: Store, turn: Turn) -> None:
    """Let somebody else take the turn: nothing was published."""
    if turn.claim is not None:
        with store.write() as connection:
            occurrences.give_back(connection, turn.claim)


def skip_turn(store: Store, turn: Turn, *, why: str, who: str, now: datetime) -> None:
    """Leave this edition out, and keep why."""
    with store.write() as connection:
        state = editions.edition(connection, turn.edition).state
        editions.set_state(connection, turn.edition, state, EditionState.SKIPPED, who=who, now=now, why=why)
        if turn.claim is not None:
            occurrences.finish(connection, turn.claim, now=now, state=OccurrenceState.SKIPPED, reason=why)

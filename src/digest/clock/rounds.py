"""One round of the clock: note what is due, build ahead, let go what is ready.

`make_round` is called every few seconds, in any number of processes. It decides nothing by
itself that the database does not confirm: the claim of an occurrence is a unique row, and an
edition is published in the transaction that ends the claim.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from digest.flows.compose import Occasion, occasion_named
from digest.flows.outlook import why_not
from digest.flows.press import too_few
from digest.flows.release import Turn, approve_by_policy, give_up_turn, release, skip_turn
from digest.flows.subscribe_letters import ask_the_waiting
from digest.flows.subscribe_replay import replay
from digest.model.cadence import Occurrence, due
from digest.model.digest import Digest
from digest.model.edition import Choice, EditionState, before_sending
from digest.model.errors import DigestError, NotFound, WaitingForPerson
from digest.store import compositions, editions, occurrences
from digest.wiring import House

#: How far back a first start looks, to know where to begin; nothing that old is sent.
BEFORE_THE_START = timedelta(days=8)
#: How long a claim is held for building and publishing; sending has a ledger of its own.
LEASE = timedelta(minutes=5)

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Noted:
    """What came due, and what is to be built ahead."""

    ahead: list[tuple[Digest, Occurrence]]


def make_round(house: House, *, now: datetime, report: Report = lambda line: None) -> None:
    """Do everything that is due at `now`; what fails is reported, and does not stop the rest."""
    house.reread()
    _guarded(report, "opt-outs", partial(replay, house.store, house.opt_outs))
    _guarded(report, "readers", partial(_ask, house, now, report))
    noted = _note(house, now)
    for digest, occurrence in noted.ahead:
        _guarded(report, digest.id, partial(_build_ahead, house, digest, occurrence, now, report))
    for digest in house.schedule.digests:
        _guarded(report, digest.id, partial(_let_go, house, digest, now, report))


def _ask(house: House, now: datetime, report: Report) -> None:
    """Take in changed lists of readers and what forms asked for; ask who came in without a yes, once."""
    house.sync_readers()
    for fault in house.grant_wishes():
        report(f"readers: {fault}")
    if any(house.not_ready(digest) for digest in house.schedule.digests):
        return  # the link in the letter would lead nowhere
    asked = ask_the_waiting(house.store, house.letters, now=now)
    if asked:
        report(f"readers: {asked:,} asked to confirm")


def _guarded(report: Report, name: str, work: Callable[[], object]) -> None:
    try:
        work()
    except DigestError as error:
        report(f"{name}: {error}")
    except Exception as error:  # noqa: BLE001  one digest's trouble, whatever it is, must not stop the others
        report(f"{name}: {type(error).__name__}: {error}")


def _note(house: House, now: datetime) -> _Noted:
    """Write down every occurrence that has come due; those that are left out with their reason."""
    ahead = []
    with house.store.write() as connection:
        last = occurrences.last_due(connection, now=now)
        for digest in house.schedule.digests:
            if digest.id not in last:
                last[digest.id] = _begin(connection, digest, now)
            slots = list(
                due(
                    digest.cadence, digest.id, digest.timezone,
                    after=last[digest.id], until=now + digest.build_before,
                )
            )  # fmt: skip
            past = [slot for slot in slots if slot.due <= now]
            reasons = why_not(digest, slots) | _too_late(digest, past, now)
            for slot in past:
                if slot.edition in reasons:
                    occurrences.skip(connection, slot, reason=reasons[slot.edition], now=now)
                else:
                    occurrences.enter(connection, [slot])
            ahead += [(digest, slot) for slot in slots if slot.due > now and slot.edition not in reasons]
    return _Noted(ahead)


def _begin(connection: Connection, digest: Digest, now: datetime) -> datetime:
    """Note where a digest begins: its newest slot before its first round is not sent after the fact."""
    slots = list(due(digest.cadence, digest.id, digest.timezone, after=now - BEFORE_THE_START, until=now))
    if slots:
        occurrences.skip(connection, slots[-1], reason="before the first start", now=now)
        return slots[-1].due
    return now


def _too_late(digest: Digest, past: list[Occurrence], now: datetime) -> dict[str, str]:
    """Return why occurrences that were missed are not sent any more."""
    reasons = {}
    for slot in past:
        if slot is not past[-1]:
            reasons[slot.edition] = "missed, and a newer one is due"
        elif now - slot.due > digest.catch_up:
            reasons[slot.edition] = f"missed: found {_hours(now - slot.due)} late, more than catch_up"
    return reasons


def _hours(span: timedelta) -> str:
    return f"{span / timedelta(hours=1):.1f} h"


def _build_ahead(house: House, digest: Digest, slot: Occurrence, now: datetime, report: Report) -> None:
    """Build an edition before it is due, so that an editor can look at it."""
    if not _to_build(house, digest, slot):
        return
    with house.store.write() as connection:
        claim = occurrences.claim(connection, slot, now=now, owner=house.owner, lease=LEASE)
    if claim is None:
        return
    try:
        _build(house, digest, occasion_named(digest, slot.edition), now)
        report(f"{slot.edition}: built, due {slot.due:%H:%M} UTC")
    finally:
        with house.store.write() as connection:
            occurrences.give_back(connection, claim)


def _build(house: House, digest: Digest, when: Occasion, now: datetime) -> str:
    """Build and keep an edition; return why its own rules would leave it out."""
    house.gather(house.schedule.sources_of(digest), now=now, only_due=True)
    made = house.draft(digest, when, now=now)
    house.keep(made, who="clock", now=now)
    return made.skip


def _let_go(house: House, digest: Digest, now: datetime, report: Report) -> None:
    """Publish the digest's edition that is due, if nothing and nobody holds it back."""
    with house.store.write() as connection:
        claim = occurrences.adopt(connection, now=now, owner=house.owner, lease=LEASE, digests=[digest.id])
    if claim is None:
        return
    turn = Turn(claim.occurrence.edition, claim)
    try:
        _publish(house, digest, turn, claim.occurrence, now, report)
    except DigestError:
        give_up_turn(house.store, turn)
        raise


def _publish(
    house: House, digest: Digest, turn: Turn, slot: Occurrence, now: datetime, report: Report
) -> None:
    state = _state(house, turn.edition)
    if state is not None and not before_sending(state):
        with house.store.write() as connection:
            assert turn.claim is not None
            occurrences.finish(connection, turn.claim, now=now, reason=f"edition was {state} already")
        return
    limit = digest.catch_up if digest.valid_for is None else min(digest.catch_up, digest.valid_for)
    skip = ""
    if _to_build(house, digest, slot):
        skip = _build(house, digest, occasion_named(digest, turn.edition), now)
    elif now - slot.due > limit:
        skip = f"nobody approved it in time: {_hours(now - slot.due)} after it was due"
    skip = skip or _thin(house, digest, turn.edition)
    if skip:
        skip_turn(house.store, turn, why=skip, who="clock", now=now)
        report(f"{turn.edition}: skipped: {skip}")
        return
    blockers = house.not_ready(digest)
    if blockers:
        raise WaitingForPerson(f"{turn.edition}: {'; '.join(finding.message for finding in blockers)}")
    approve_by_policy(house.store, house.newsroom, digest, turn.edition, now=now)
    house.sync_readers()
    published = release(house.store, house.schedule, digest, turn, now=now, who="clock")
    report(f"{turn.edition}: published to {published.recipients:,} readers")


def _to_build(house: House, digest: Digest, slot: Occurrence) -> bool:
    """Whether an edition is to be built: it never was, or only before its time and by nobody's choice."""
    record = _record(house, slot.edition)
    if record is None or record.state in (EditionState.COLLECTING, EditionState.FAILED):
        return True
    early = record.changed_at < slot.due - digest.build_before
    return record.state is EditionState.READY and early and record.choice == Choice()


def _thin(house: House, digest: Digest, edition: str) -> str:
    """Return why a kept edition is left out by `with_fewer_than`, or nothing."""
    with house.store.read() as connection:
        return too_few(compositions.composition(connection, edition).selection, digest)


def _state(house: House, edition: str) -> EditionState | None:
    record = _record(house, edition)
    return None if record is None else record.state


def _record(house: House, edition: str) -> editions.EditionRecord | None:
    with house.store.read() as connection:
        try:
            return editions.edition(connection, edition)
        except NotFound:
            return None

"""One round of the clock: note what is due, build ahead, let go what is ready.

`make_round` is called every few seconds, in any number of processes. It decides nothing by
itself that the database does not confirm: the claim of an occurrence is a unique row, and an
edition is published in the transaction that ends the claim.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from digest.clock.deadline import decide, remind, tell_left_out
from digest.clock.due import Window, hours, note, window_of
from digest.flows.compose import Occasion, occasion_named
from digest.flows.press import too_few
from digest.flows.release import Turn, give_up_turn, release, skip_turn
from digest.flows.slots import as_made
from digest.flows.subscribe_letters import ask_the_waiting
from digest.flows.subscribe_replay import replay
from digest.model.digest import Digest
from digest.model.edition import Choice, EditionState, before_sending
from digest.model.errors import DigestError, WaitingForPerson
from digest.store import compositions, editions, occurrences
from digest.store.ledger import keeping
from digest.store.occurrences import Claim
from digest.wiring import House

#: How long a claim is held for building and publishing; sending has a ledger of its own.
LEASE = timedelta(minutes=5)

#: How often old words of relays are looked for.
DROP_EVERY = timedelta(days=1)

Report = Callable[[str], None]


def make_round(house: House, *, now: datetime, report: Report = lambda line: None) -> None:
    """Do everything that is due at `now`; what fails is reported, and does not stop the rest."""
    house.reread()
    _guarded(report, "opt-outs", partial(replay, house.store, house.opt_outs))
    _guarded(report, "readers", partial(_ask, house, now, report))
    noted = note(house, now)
    for window in noted.ahead:
        _guarded(report, window.digest.id, partial(_build_ahead, house, window, now, report))
        _guarded(report, window.digest.id, partial(_remind, house, window, now, report))
    for window in noted.early:
        _guarded(report, window.digest.id, partial(_let_go_early, house, window, now, report))
    for digest in house.schedule.digests:
        _guarded(report, digest.id, partial(_let_go, house, digest, now, report))
    if house.dropped_at is None or now - house.dropped_at >= DROP_EVERY:
        house.dropped_at = now
        for digest in house.schedule.digests:
            _guarded(report, digest.id, partial(_drop_replies, house, digest, now))


def _drop_replies(house: House, digest: Digest, now: datetime) -> None:
    """Let go of what relays said longer ago than `keep_replies`; when each mail was taken stays."""
    with house.store.write() as connection:
        keeping.drop_replies(connection, digest.id, before=now - digest.keep_replies)


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


def _build_ahead(house: House, window: Window, now: datetime, report: Report) -> None:
    """Build an edition before it is due, so that an editor can look at it."""
    digest, slot = window.digest, window.slot
    if window.opens <= now or not _to_build(house, window):
        return
    with house.store.write() as connection:
        claim = occurrences.claim(connection, slot, now=now, owner=house.owner, lease=LEASE)
    if claim is None:
        return
    try:
        _build(house, digest, occasion_named(digest, slot.edition), now)
        report(f"{slot.edition}: built, due {window.opens:%H:%M} UTC")
    finally:
        with house.store.write() as connection:
            occurrences.give_back(connection, claim)


def _remind(house: House, window: Window, now: datetime, report: Report) -> None:
    line = remind(house, window, now)
    if line:
        report(f"{window.slot.edition}: {line}")


def _build(house: House, digest: Digest, when: Occasion, now: datetime) -> str:
    """Build and keep an edition; return why its own rules would leave it out."""
    house.gather(house.schedule.sources_of(digest), now=now, only_due=True)
    made = house.draft(digest, when, now=now)
    house.keep(made, who="clock", now=now)
    return made.skip


def _let_go_early(house: House, window: Window, now: datetime, report: Report) -> None:
    """Publish an edition that is not due yet by its own clock, but by that of some reader."""
    with house.store.write() as connection:
        claim = occurrences.claim(connection, window.slot, now=now, owner=house.owner, lease=LEASE)
    if claim is not None:
        _take(house, window, claim, now, report)


def _let_go(house: House, digest: Digest, now: datetime, report: Report) -> None:
    """Publish the digest's edition that is due, if nothing and nobody holds it back."""
    with house.store.write() as connection:
        claim = occurrences.adopt(connection, now=now, owner=house.owner, lease=LEASE, digests=[digest.id])
    if claim is not None:
        _take(house, window_of(house, digest, claim.occurrence, now), claim, now, report)


def _take(house: House, window: Window, claim: Claim, now: datetime, report: Report) -> None:
    turn = Turn(window.slot.edition, claim)
    try:
        _publish(house, window, turn, now, report)
    except DigestError:
        give_up_turn(house.store, turn)
        raise


def _publish(house: House, window: Window, turn: Turn, now: datetime, report: Report) -> None:
    digest, state = window.digest, _state(house, turn.edition)
    if state is not None and not before_sending(state):
        with house.store.write() as connection:
            assert turn.claim is not None
            occurrences.finish(connection, turn.claim, now=now, reason=f"edition was {state} already")
        return
    skip = ""
    if _to_build(house, window):
        skip = _build(house, digest, occasion_named(digest, turn.edition), now)
    elif now - window.closes > window.limit:
        skip = f"nobody approved it in time: {hours(now - window.closes)} after it was due"
    skip = skip or _thin(house, digest, turn.edition)
    if skip:
        _skip(house, digest, turn, skip, now, report)
        return
    blockers = house.not_ready(digest)
    if blockers:
        raise WaitingForPerson(f"{turn.edition}: {'; '.join(finding.message for finding in blockers)}")
    skip = decide(house, digest, turn.edition, now)
    if skip:
        _skip(house, digest, turn, skip, now, report)
        return
    house.sync_readers()
    published = release(house.store, house.schedule, digest, turn, now=now, who="clock")
    report(f"{turn.edition}: published to {published.recipients:,} readers")


def _skip(house: House, digest: Digest, turn: Turn, why: str, now: datetime, report: Report) -> None:
    skip_turn(house.store, turn, why=why, who="clock", now=now)
    report(f"{turn.edition}: skipped: {why}")
    if digest.approval.editors:
        report(f"{turn.edition}: {tell_left_out(house, digest, turn.edition, why, now)}")


def _to_build(house: House, window: Window) -> bool:
    """Whether an edition is to be built: it never was, or only before its time and by nobody's choice."""
    record = _record(house, window.slot.edition)
    if record is None or record.state in (EditionState.COLLECTING, EditionState.FAILED):
        return True
    early = record.changed_at < window.build
    return record.state is EditionState.READY and early and replace(record.choice, breaking=False) == Choice()


def _thin(house: House, digest: Digest, edition: str) -> str:
    """Return why a kept edition is left out by `with_fewer_than`, or nothing."""
    with house.store.read() as connection:
        breaking = editions.edition(connection, edition).breaking
        selection = compositions.composition(connection, edition).selection
        return too_few(selection, as_made(digest, edition, breaking=breaking))


def _state(house: House, edition: str) -> EditionState | None:
    record = _record(house, edition)
    return None if record is None else record.state


def _record(house: House, edition: str) -> editions.EditionRecord | None:
    with house.store.read() as connection:
        return editions.there(connection, edition)

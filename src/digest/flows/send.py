"""Send an edition: claim, commit, start, record, until nothing of it is left to be sent now.

Safe to repeat and to run twice at the same time: a settled delivery is never sent again, and a
chunk has one owner. How one group is sent stands in `sending.sender`.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from digest.delivery.lanes import Wait
from digest.flows.sending.bounced import LOOK_BACK, stop_the_bounced
from digest.flows.sending.means import Limits, Means
from digest.flows.sending.sender import Ending, Sender
from digest.flows.sending.tally import Progress, Tally
from digest.flows.sending.traffic import Traffic
from digest.model.delivery import Reply
from digest.model.edition import EditionState
from digest.model.errors import StepForbidden
from digest.store.editions import edition, editions, history, note, set_state
from digest.store.engine import Store
from digest.store.ledger import names
from digest.store.ledger.claim import of_digest, of_edition
from digest.store.ledger.history import Counts, counts
from digest.store.ledger.owners import Owner
from digest.store.ledger.standing import Standing, standing, sweep, under_way

LIMITS = Limits()


class Halt(StrEnum):
    """Why a call of `send_edition` returned."""

    SENT = "sent"  #: nothing is queued, leased or deferred any more
    LATER = "later"  #: the rest may not be sent yet: retries, readers' time zones, lanes that rest
    PAUSED = "paused"
    CANCELLED = "cancelled"
    STOPPED = "stopped"  #: it was asked to
    RELAY = "relay unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """What became of an edition, when `send_edition` returned."""

    edition: str
    halt: Halt
    counts: Counts
    sent_now: int  #: by this call
    began: datetime
    ended: datetime
    next_due: datetime | None = None  #: when the rest may be sent, with LATER
    relay_said: Reply | None = None  #: with RELAY
    why: str = ""  #: with PAUSED, who or what stopped it; with LATER, which lane is closed

    @property
    def exit_code(self) -> int:
        """Return what the command line answers: 0 done, 1 failed, 3 done in part, 4 waiting for a person."""
        if self.halt is Halt.RELAY:
            return 1
        if self.counts.unknown or self.halt is Halt.PAUSED:
            return 4
        return 3 if self.counts.unfinished or self.counts.refused else 0


def send_edition(
    store: Store,
    edition_id: str,
    *,
    means: Means,
    limits: Limits = LIMITS,
    patience: timedelta = timedelta(0),
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> SendReport:
    """Send what is due of a published edition; return when nothing more can be done now.

    Args:
        means: relays, words and readers, see there.
        limits: window, lease, waits.
        patience: how far ahead a retry or a reader's morning may lie to be waited for.
        on_progress: told after each group.

    Raises:
        NotFound: there is no such edition.
        StepForbidden: it is not published.
        Busy, StoreError: the database could not be written; what was in flight is told as unknown
            by the next call.
    """
    began = means.clock()
    with store.read() as connection:
        key, state = names.edition_key(connection, edition_id), edition(connection, edition_id).state
        if state not in (
            EditionState.SENDING,
            EditionState.SENT,
            EditionState.PAUSED,
            EditionState.CANCELLED,
        ):
            raise StepForbidden(edition_id, state, EditionState.SENT)
        tally = Tally(edition_id, began, counts(connection, key, now=began), on_progress, means.clock)
    traffic = Traffic(means.ways)
    with Owner(means.owners) as owner, uncollected():
        while True:
            sender = Sender(store, means, limits, owner, tally, of_edition(key), traffic)
            ending = sender.run()
            _hear_bounces(store, means, edition_id, key, since=began)
            with store.write() as connection:
                state, left = _look(connection, edition_id, key, owner.name, means.clock())
            halt = _halt(ending, state, left, sender.wait, means.clock() + patience)
            if halt is not None:
                break
            means.pause(0.2)
    with store.read() as connection:
        end = means.clock()
        report = SendReport(
            edition=edition_id,
            halt=halt,
            counts=counts(connection, key, now=end),
            sent_now=tally.sent,
            began=began,
            ended=end,
        )
        if halt is Halt.PAUSED:
            return replace(report, why=edition(connection, edition_id).why)
    if halt is Halt.RELAY:
        return replace(report, relay_said=sender.last_reply)
    if halt is Halt.LATER:
        lane = sender.wait if ending is Ending.LANES else None
        due = lane.until if lane is not None else left.next_due
        return replace(report, next_due=due, why=lane.why if lane is not None else "")
    return report


def send_due(store: Store, digest: str, *, means: Means, limits: Limits = LIMITS) -> Ending:
    """Send what is due of a digest now, letters first; for whoever is always there.

    Editions of which nothing is left take the step to `sent`.

    Raises:
        Busy, StoreError: as `send_edition` does.
    """
    began = means.clock()
    with store.read() as connection:
        ids = [edition_id for edition_id, of in under_way(connection, now=began) if of == digest]
    with Owner(means.owners) as owner:
        tally = Tally(digest, began, Counts(), lambda progress: None, means.clock)
        ending = Sender(store, means, limits, owner, tally, of_digest(digest), Traffic(means.ways)).run()
        for edition_id in ids:
            with store.read() as connection:
                key = names.edition_key(connection, edition_id)
            _hear_bounces(store, means, edition_id, key, since=began)
        with store.write() as connection:
            now = means.clock()
            for record in editions(connection, digest, states=(EditionState.SENDING,)):
                _look(connection, record.id, names.edition_key(connection, record.id), owner.name, now)
    return ending


def _hear_bounces(store: Store, means: Means, edition_id: str, key: int, *, since: datetime) -> None:
    """Suppress who is to be mailed no more; all that was refused of an edition counts when it ends."""
    if means.opt_outs is None:
        return
    now = means.clock()
    with store.read() as connection:
        ends = standing(connection, key, now=now).open == 0
    stopped = stop_the_bounced(store, means.opt_outs, key, since=now - LOOK_BACK if ends else since, now=now)
    if stopped.lines:
        with store.write() as connection:
            known = {line.what for line in history(connection, edition_id)}
            for line in stopped.lines:
                if line not in known:
                    note(connection, edition_id, who="sender", what=line, now=now)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector off what was there before: looking at it cost up to 20 us a message."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _look(
    connection: Connection, edition_id: str, key: int, owner: str, now: datetime
) -> tuple[EditionState, Standing]:
    """Close what may not be sent any more, and take the step to `sent` when nothing is left."""
    sweep(connection, owner, now=now)
    state, left = edition(connection, edition_id).state, standing(connection, key, now=now)
    if state is EditionState.SENDING and left.open == 0:
        set_state(connection, edition_id, state, EditionState.SENT, who="sender", now=now)
        state = EditionState.SENT
    return state, left


def _halt(
    ending: Ending, state: EditionState, left: Standing, lane: Wait | None, until: datetime
) -> Halt | None:
    """Return why to end, None to wait a little and look again."""
    if ending is Ending.STOPPED:
        return Halt.STOPPED
    if state is EditionState.PAUSED:
        return Halt.PAUSED
    if state is EditionState.CANCELLED:
        return Halt.CANCELLED
    if ending is Ending.RELAY:
        return Halt.RELAY
    if left.open == 0:
        return Halt.SENT
    if ending is Ending.LANES and lane is not None and not left.leased:
        return None if lane.until <= until else Halt.LATER
    if left.leased or (left.next_due is not None and left.next_due <= until):
        return None
    return Halt.LATER

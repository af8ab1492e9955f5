"""Stop and go, from any process: a sender looks at the edition's state with each group.

So pause, resume and cancel take effect within one batch, wherever the sender runs.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly, Busy, StepForbidden
from digest.model.mail import Rendering
from digest.store.editions import edition, note, set_state
from digest.store.engine import Store
from digest.store.ledger import names
from digest.store.ledger.correct import correct as ledger_correct
from digest.store.ledger.settle import settle_as_sent, settle_by_resending
from digest.store.ledger.standing import sweep
from digest.store.renderings import all_renderings, save_rendering

#: How long what an editor has sent again may take to leave.
RESEND_WITHIN = timedelta(days=1)


class Settlement(StrEnum):
    """What an editor says of deliveries that are unknown."""

    SENT = "sent"  #: they arrived
    RESEND = "resend"  #: send them again, under the same Message-ID


def pause(store: Store, edition_id: str, *, who: str, now: datetime) -> None:
    """Start nothing more of an edition that is being sent, until `resume`.

    Raises:
        NotFound, StepForbidden: there is none, or it is not being sent.
    """
    _step(store, edition_id, EditionState.PAUSED, who=who, now=now)


def resume(store: Store, edition_id: str, *, who: str, now: datetime) -> None:
    """Let a paused edition go on; whoever sends claims the rest. Raises as `pause` does."""
    _step(store, edition_id, EditionState.SENDING, who=who, now=now)


def cancel(store: Store, edition_id: str, *, who: str, now: datetime, why: str = "") -> None:
    """Send nothing more of an edition, ever; what has left has left. Raises as `pause` does.

    Chunks that a sender holds are closed by that sender, within one batch; all others at once.
    """
    with store.write() as connection:
        state = edition(connection, edition_id).state
        set_state(connection, edition_id, state, EditionState.CANCELLED, who=who, now=now, why=why)
        sweep(connection, who, now=now)


def correct(
    store: Store,
    edition_id: str,
    words: Mapping[str, Rendering],
    *,
    who: str,
    clock: Callable[[], datetime],
    wait: timedelta = timedelta(minutes=2),
    pause_for: Callable[[float], None] = time.sleep,
    within: Callable[[Connection], None] = lambda connection: None,
) -> int:
    """Give new words to everybody who has not been reached yet; return the number of chunks changed.

    Pauses the edition, waits until no sender holds a part of it, changes what is left in one
    transaction, and lets it go on if it was going. One that was sent gets new words in the archive.

    Args:
        words: variant -> its new words; variants that are not named keep theirs.
        wait: for senders to let go.
        within: done in the same transaction, once the new words are there.

    Raises:
        NotFound, StepForbidden: there is no such edition, or nothing of it has left.
        Busy: a sender did not let go in time; the edition stays paused.
    """
    with store.read() as connection:
        going = edition(connection, edition_id).state is EditionState.SENDING
    if going:
        pause(store, edition_id, who=who, now=clock())
    until = clock() + wait
    while True:
        try:
            with store.write() as connection:
                count = _change_words(connection, edition_id, words, who=who, now=clock(), resume=going)
                within(connection)
        except Busy:
            if clock() >= until:
                raise
            pause_for(0.2)
        else:
            return count


def _change_words(
    connection: Connection,
    edition_id: str,
    words: Mapping[str, Rendering],
    *,
    who: str,
    now: datetime,
    resume: bool,
) -> int:
    state = edition(connection, edition_id).state
    if state not in (EditionState.PAUSED, EditionState.SENT):
        raise StepForbidden(edition_id, state, EditionState.PAUSED)
    held, before = all_renderings(connection, edition_id), names.rendering_keys(connection, edition_id)
    for variant, rendering in words.items():
        if variant not in before:
            raise AskedWrongly(f"{edition_id}: no variant {variant}: there are {', '.join(before)}")
        newest = max(version for name, version in held if name == variant)
        save_rendering(connection, edition_id, variant, rendering, now=now, version=newest + 1)
    after = names.rendering_keys(connection, edition_id)
    changed = {before[variant]: after[variant] for variant in words}
    count = ledger_correct(connection, names.edition_key(connection, edition_id), changed, now=now)
    note(connection, edition_id, who=who, what=f"corrected: {', '.join(words)}", now=now)
    if resume:
        set_state(connection, edition_id, state, EditionState.SENDING, who=who, now=now)
    return count


def settle(
    store: Store,
    edition_id: str,
    as_: Settlement,
    *,
    who: str,
    now: datetime,
    subscribers: Sequence[int] | None = None,
) -> int:
    """Settle the unknown deliveries of an edition, or those of some subscribers; return how many.

    What is to be sent again leaves when the edition is sent (again): `send_edition` does both.

    Raises:
        NotFound: there is no such edition.
        AskedWrongly: it was cancelled, so nothing of it can be sent again.
    """
    with store.write() as connection:
        key = names.edition_key(connection, edition_id)
        if as_ is Settlement.SENT:
            count = settle_as_sent(connection, key, by=who, subscribers=subscribers)
        else:
            if edition(connection, edition_id).state is EditionState.CANCELLED:
                raise AskedWrongly(f"{edition_id}: nothing can be sent again: it was cancelled")
            count = settle_by_resending(
                connection, key, by=who, now=now, valid_until=now + RESEND_WITHIN, subscribers=subscribers
            )
        if count:
            what = f"settled {count} unknown as {as_.value}"
            note(connection, edition_id, who=who, what=what, now=now)
    return count


def _step(store: Store, edition_id: str, new: EditionState, *, who: str, now: datetime) -> None:
    with store.write() as connection:
        state = edition(connection, edition_id).state
        set_state(connection, edition_id, state, new, who=who, now=now)

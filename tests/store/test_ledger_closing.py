"""A chunk's end: retries, giving up, resending, sweeping; and the words of the history about it."""

from datetime import timedelta

import pytest

from digest.model.delivery import DeliveryState
from digest.model.digest import UnknownPolicy
from digest.model.edition import EditionState
from digest.store.editions import set_state
from digest.store.engine import Store
from digest.store.ledger import claim
from digest.store.ledger.chunk import Claimed
from digest.store.ledger.history import Counts, counts, deliveries, delivery
from digest.store.ledger.keeping import drop_replies, forget
from digest.store.ledger.settle import settle_as_sent, settle_by_resending
from digest.store.ledger.standing import standing, sweep
from store.ledgers import EDITION, NOW, OK, claimed, closed, nothing_to_claim, of, opened, recorded

Q, L, S, D, R, U, C = (
    DeliveryState.QUEUED,
    DeliveryState.LEASED,
    DeliveryState.SENT,
    DeliveryState.DEFERRED,
    DeliveryState.REFUSED,
    DeliveryState.UNKNOWN,
    DeliveryState.CANCELLED,
)


def states(store: Store, edition: int) -> dict[int, DeliveryState]:
    with store.read() as connection:
        return {row.subscriber: row.state for row in deliveries(connection, edition, now=NOW)}


def counted(store: Store, edition: int) -> Counts:
    with store.read() as connection:
        return counts(connection, edition, now=NOW)


def ended(
    store: Store, mishaps: dict[int, DeliveryState], *, sent: list[int], size: int = 4, **more: object
) -> int:
    """Send to `size` readers, numbered from 1, with these outcomes by position; close; return the key."""
    edition = opened(store, of(range(1, size + 1)), **more)  # type: ignore[arg-type]  # any option
    chunk = claimed(store)
    bits = recorded(store, chunk, mark=size, sent=sent, mishaps=mishaps)
    assert bits is not None
    assert closed(store, chunk, bits)
    return edition


def test_a_closed_chunk_tells_when_and_with_which_words_each_was_accepted(any_store: Store) -> None:
    edition = opened(any_store, of([5, 6, 7]))
    chunk = claimed(any_store)
    bits = recorded(any_store, chunk, mark=3, sent=[2])
    assert bits is not None
    with any_store.read() as connection:
        while_open = delivery(connection, edition, 7, now=NOW)
    later = claimed_again(any_store, chunk.id, bits)
    bits = recorded(any_store, later, mark=3, sent=[0, 1], now=NOW + timedelta(seconds=2))
    assert bits is not None
    assert closed(any_store, later, bits)

    with any_store.read() as connection:
        found = {row.subscriber: row for row in deliveries(connection, edition, now=NOW)}

    assert found[7] == while_open
    assert (found[7].at, found[5].at) == (NOW, NOW + timedelta(seconds=2))
    assert (found[5].reply, found[5].queue_id) == (f"{OK}0", "4F2A91C0D30")
    assert (found[5].state, found[5].attempt, found[5].settled_by) == (S, 1, "")


def claimed_again(store: Store, chunk: int, bits: bytes) -> Claimed:
    """Give every chunk back and claim again."""
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE chunks SET lease_until = 0, mark = 0")
    found = claimed(store, "again")
    assert found.id == chunk
    assert found.bits == bits
    return found


def test_the_deferred_stand_in_a_new_chunk_with_a_later_time_and_the_refused_do_not(any_store: Store) -> None:
    edition = ended(any_store, {1: D, 2: R, 3: D}, sent=[0])

    assert states(any_store, edition) == {1: S, 2: Q, 3: R, 4: Q}
    assert counted(any_store, edition) == Counts(sent=1, refused=1, queued=2)
    assert nothing_to_claim(any_store, now=NOW + timedelta(minutes=29))
    again = claimed(any_store, now=NOW + timedelta(minutes=30))
    assert (again.ids, again.terms.attempt) == ([2, 4], 2)


def test_retries_wait_longer_each_time_and_end_in_a_refusal(any_store: Store) -> None:
    edition = ended(any_store, {0: D}, sent=[], size=1)
    for after, attempt in ((30, 2), (90, 3)):  # waits of 30 and 60 minutes; the next would end after 2 hours
        now = NOW + timedelta(minutes=after)
        chunk = claimed(any_store, now=now)
        assert chunk.terms.attempt == attempt
        bits = recorded(any_store, chunk, mark=1, mishaps={0: D}, now=now)
        assert bits is not None
        closed(any_store, chunk, bits, now=now)

    assert states(any_store, edition) == {1: R}
    with any_store.read() as connection:
        told = delivery(connection, edition, 1, now=NOW)
        assert standing(connection, edition, now=NOW).open == 0
    assert told is not None
    assert (told.settled_by, told.attempt, told.reply) == ("gave up", 3, "451 4.7.1 not now, 0")


def test_nobody_waits_for_a_retry_that_would_be_too_late(any_store: Store) -> None:
    edition = ended(any_store, {0: D}, sent=[1, 2, 3], valid_until=NOW + timedelta(minutes=20))

    assert states(any_store, edition) == {1: R, 2: S, 3: S, 4: S}


def test_the_unknown_are_held_for_an_editor_by_default(any_store: Store) -> None:
    edition = ended(any_store, {0: U, 3: U}, sent=[1, 2])

    assert states(any_store, edition) == {1: U, 2: S, 3: S, 4: U}
    assert counted(any_store, edition) == Counts(sent=2, unknown=2)
    assert nothing_to_claim(any_store)


def test_the_unknown_are_sent_again_at_once_by_the_policy_resend_and_later_after_that(
    any_store: Store,
) -> None:
    edition = ended(any_store, {0: U}, sent=[1, 2, 3], policy=UnknownPolicy.RESEND)

    again = claimed(any_store)
    assert again.ids == [1]
    bits = recorded(any_store, again, mark=1, mishaps={0: U})
    assert bits is not None
    closed(any_store, again, bits)

    assert states(any_store, edition)[1] is Q
    assert nothing_to_claim(any_store)
    assert not nothing_to_claim(any_store, now=NOW + timedelta(hours=1))


def test_an_editor_settles_some_as_sent_and_has_others_sent_again(any_store: Store) -> None:
    edition = ended(any_store, {0: U, 1: U, 2: U}, sent=[3])

    with any_store.write() as connection:
        assert settle_as_sent(connection, edition, by="Maja", subscribers=[1, 4]) == 1
        assert settle_by_resending(connection, edition, by="Maja", now=NOW, subscribers=[3]) == 1

    assert states(any_store, edition) == {1: S, 2: U, 3: Q, 4: S}
    assert counted(any_store, edition) == Counts(sent=2, unknown=1, queued=1)
    assert claimed(any_store).ids == [3]
    with any_store.write() as connection:
        assert settle_as_sent(connection, edition, by="Maja") == 1
        assert settle_by_resending(connection, edition, by="Maja", now=NOW) == 0


@pytest.mark.parametrize("late", [True, False])
def test_what_may_not_be_sent_any_more_is_cancelled_without_rows(any_store: Store, late: bool) -> None:
    end = NOW + timedelta(hours=4)
    edition = opened(any_store, of([1, 2, 3, 4]), valid_until=end)
    chunk = claimed(any_store)
    recorded(any_store, chunk, mark=2, sent=[0])
    now = NOW + claim.LEASE
    if late:
        now = end
    else:
        with any_store.write() as connection:
            set_state(connection, EDITION, EditionState.SENDING, EditionState.CANCELLED, who="Maja", now=NOW)

    with any_store.write() as connection:
        assert sweep(connection, "sweeper", now=NOW) == 0
        assert sweep(connection, "sweeper", now=now) == 1
        assert sweep(connection, "sweeper", now=now) == 0

    assert states(any_store, edition) == {1: S, 2: U, 3: C, 4: C}
    with any_store.read() as connection:
        rows = connection.exec_driver_sql("SELECT COUNT(*) FROM exceptions").scalar_one()
    assert rows == 1


def test_an_edition_stands_open_until_its_last_chunk_is_closed(any_store: Store) -> None:
    edition = opened(any_store, of([1]), not_before=NOW + timedelta(minutes=5))
    with any_store.read() as connection:
        before = standing(connection, edition, now=NOW)
    chunk = claimed(any_store, now=NOW + timedelta(minutes=5))
    with any_store.read() as connection:
        during = standing(connection, edition, now=NOW)
    bits = recorded(any_store, chunk, mark=1, sent=[0])
    assert bits is not None
    closed(any_store, chunk, bits)
    with any_store.read() as connection:
        after = standing(connection, edition, now=NOW)

    assert (before.open, before.leased, before.next_due) == (1, 0, NOW + timedelta(minutes=5))
    assert (during.open, during.leased, during.next_due) == (1, 1, None)
    assert (after.open, after.leased, after.next_due) == (0, 0, None)


def test_the_counts_are_those_of_the_history(any_store: Store) -> None:
    edition = ended(any_store, {0: D, 2: R, 4: C, 6: U}, sent=[1, 3, 5], size=9)

    found = list(states(any_store, edition).values())

    told = counted(any_store, edition)
    assert told.total == len(found) == 9
    assert {state: getattr(told, state.value) for state in (Q, L, S, D, R, U, C)} == {
        state: found.count(state) for state in (Q, L, S, D, R, U, C)
    }


def test_old_replies_are_dropped_and_the_times_stay(any_store: Store) -> None:
    edition = ended(any_store, {}, sent=[0, 1, 2, 3])

    with any_store.write() as connection:
        assert drop_replies(connection, "evening", before=NOW + timedelta(days=90)) == 0
        assert drop_replies(connection, "morning", before=NOW) == 0
        assert drop_replies(connection, "morning", before=NOW + timedelta(days=90)) == 1
        told = delivery(connection, edition, 2, now=NOW)

    assert told is not None
    assert (told.state, told.at, told.reply, told.queue_id) == (S, NOW, "", "")


def test_who_is_forgotten_leaves_no_words_behind(any_store: Store) -> None:
    edition = ended(any_store, {1: U, 2: R}, sent=[0, 3])

    with any_store.write() as connection:
        forget(connection, [2, 3])
        told = list(deliveries(connection, edition, now=NOW))
        assert settle_by_resending(connection, edition, by="Maja", now=NOW) == 0

    assert [(row.state, row.reply) for row in told[1:3]] == [(U, "451 4.7.1"), (R, "451 4.7.1")]

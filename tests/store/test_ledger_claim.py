"""Who may send which chunk, and what a dead owner leaves behind."""

from datetime import timedelta
from pathlib import Path

import pytest

from digest.model.delivery import DeliveryState
from digest.model.edition import EditionState
from digest.store.editions import set_state
from digest.store.engine import Store
from digest.store.ledger import claim
from digest.store.ledger.enlist import enlist
from digest.store.ledger.history import deliveries
from digest.store.ledger.owners import Owner, bury, dead
from store.ledgers import EDITION, NOW, claimed, closed, nothing_to_claim, of, opened, recorded

LATER = NOW + claim.LEASE + timedelta(seconds=1)


def states(store: Store, edition: int) -> list[DeliveryState]:
    with store.read() as connection:
        return [row.state for row in deliveries(connection, edition, now=LATER)]


def test_an_audience_is_cut_into_chunks_of_one_provider_and_at_most_a_thousand(any_store: Store) -> None:
    audience = [(id, "google" if id % 3 else "yahoo") for id in range(1, 3001)]
    opened(any_store, audience)

    chunks = []
    while not nothing_to_claim(any_store):
        with any_store.write() as connection:
            connection.exec_driver_sql("UPDATE chunks SET lease_until = 0 WHERE owner = 'somebody'")
        chunks.append(claimed(any_store))

    assert sorted(id for chunk in chunks for id in chunk.ids) == list(range(1, 3001))
    assert all(len(chunk.ids) <= 1000 for chunk in chunks)
    assert all({dict(audience)[id] for id in chunk.ids} == {chunk.terms.provider} for chunk in chunks)


def test_ids_that_do_not_ascend_are_refused_and_nothing_is_enlisted(store: Store) -> None:
    with pytest.raises(ValueError, match="ascending"):
        opened(store, of([3, 2]))

    assert nothing_to_claim(store)


def test_a_chunk_has_one_owner_until_the_lease_ends(any_store: Store) -> None:
    opened(any_store, of([1, 2, 3]))
    first = claimed(any_store, "one")

    assert nothing_to_claim(any_store, now=NOW + claim.LEASE - timedelta(seconds=1))

    second = claimed(any_store, "two", now=LATER)
    assert (second.id, second.fence) == (first.id, first.fence + 1)


def test_who_lost_a_chunk_can_neither_record_nor_close_nor_give_back(any_store: Store) -> None:
    edition = opened(any_store, of([1, 2, 3]))
    zombie = claimed(any_store, "one")
    claimed(any_store, "two", now=LATER)

    assert recorded(any_store, zombie, mark=2, sent=[0, 1]) is None
    assert not closed(any_store, zombie, zombie.bits)
    with any_store.write() as connection:
        assert not claim.give_back(connection, zombie, zombie.bits)
    assert states(any_store, edition) == [DeliveryState.QUEUED] * 3


def test_renewing_keeps_every_chunk_of_an_owner(any_store: Store) -> None:
    opened(any_store, of([1]))
    claimed(any_store, "one")
    with any_store.write() as connection:
        claim.renew(connection, "one", now=NOW + timedelta(seconds=50))

    assert nothing_to_claim(any_store, now=LATER)
    assert not nothing_to_claim(any_store, now=LATER + timedelta(seconds=50))


def test_what_lies_below_the_mark_without_an_outcome_is_unknown_to_the_next_owner(any_store: Store) -> None:
    edition = opened(any_store, of([1, 2, 3, 4, 5]))
    first = claimed(any_store, "one")
    recorded(any_store, first, mark=3, sent=[1])

    second = claimed(any_store, "two", now=LATER)

    assert second.ambiguous() == []
    assert second.unsent() == [3, 4]
    U, S, Q = DeliveryState.UNKNOWN, DeliveryState.SENT, DeliveryState.QUEUED
    assert states(any_store, edition) == [U, S, U, Q, Q]


def test_a_chunk_given_back_with_nothing_in_flight_leaves_nothing_unknown(any_store: Store) -> None:
    edition = opened(any_store, of([1, 2, 3, 4]))
    first = claimed(any_store, "one")
    bits = recorded(any_store, first, mark=4, sent=[0, 2])
    assert bits is not None

    with any_store.write() as connection:
        assert claim.give_back(connection, first, bits)
    second = claimed(any_store, "two")

    assert second.unsent() == [1, 3]
    S, Q = DeliveryState.SENT, DeliveryState.QUEUED
    assert states(any_store, edition) == [S, Q, S, Q]


def test_what_is_urgent_comes_first_then_what_was_begun_then_what_is_due_longest(any_store: Store) -> None:
    early = NOW - timedelta(hours=1)
    opened(any_store, of([10]))
    opened(any_store, of([20]), edition="evening/2026-11-23", not_before=early)
    opened(any_store, of([30]), edition="alert/2026-11-23", priority=5)
    opened(any_store, of([40, 41]), edition="noon/2026-11-23")
    begun = claimed(any_store, scope=claim.of_digest("noon"))
    bits = recorded(any_store, begun, mark=1, sent=[0])
    assert bits is not None
    with any_store.write() as connection:
        claim.give_back(connection, begun, bits)

    assert [claimed(any_store).ids[0] for _ in range(4)] == [30, 40, 20, 10]


def test_nothing_is_claimed_before_its_time_or_after_it_or_while_the_edition_rests(any_store: Store) -> None:
    end = NOW + timedelta(hours=4)
    opened(any_store, of([1]), not_before=NOW + timedelta(minutes=5), valid_until=end)

    assert nothing_to_claim(any_store)
    assert nothing_to_claim(any_store, now=end)
    with any_store.write() as connection:
        set_state(connection, EDITION, EditionState.SENDING, EditionState.PAUSED, who="Maja", now=NOW)
    assert nothing_to_claim(any_store, now=NOW + timedelta(minutes=6))
    with any_store.write() as connection:
        set_state(connection, EDITION, EditionState.PAUSED, EditionState.SENDING, who="Maja", now=NOW)
    assert not nothing_to_claim(any_store, now=NOW + timedelta(minutes=6))


def test_a_lane_without_room_is_passed_by(any_store: Store) -> None:
    key = opened(any_store, [(1, "google"), (2, "yahoo")])

    assert nothing_to_claim(any_store, avoid=("google", "yahoo"))
    assert nothing_to_claim(any_store, avoid=("google", "yahoo"), scope=claim.of_edition(key))
    with any_store.write() as connection:
        found = claim.claim(connection, "me", now=NOW, avoid=("google",))
    assert found is not None
    assert found.terms.provider == "yahoo"


def test_the_chunks_of_a_sender_that_ended_are_free_at_once_on_its_machine(
    any_store: Store, tmp_path: Path
) -> None:
    opened(any_store, of([1]))
    folder = tmp_path / "owners"
    with Owner(folder) as living, Owner(folder) as other:
        claimed(any_store, living.name)
        with any_store.write() as connection:
            assert claim.free_the_dead(connection, folder, now=NOW) == []
        assert dead(folder, [living.name, other.name, "another machine's"]) == []
        name = living.name
    (folder / name).touch()  # as a kill leaves it: the file is there, its lock is not

    with any_store.write() as connection:
        gone = claim.free_the_dead(connection, folder, now=NOW)
    bury(folder, gone)

    assert gone == [name]
    assert list(folder.iterdir()) == []
    assert not nothing_to_claim(any_store)


def test_enlisting_twice_the_same_people_of_two_editions_keeps_them_apart(any_store: Store) -> None:
    first = opened(any_store, of([1, 2]))
    second = opened(any_store, of([2, 3]), edition="evening/2026-11-23")

    assert claimed(any_store, scope=claim.of_edition(first)).ids == [1, 2]
    assert claimed(any_store, scope=claim.of_edition(second)).ids == [2, 3]


def test_an_empty_audience_makes_no_chunk(store: Store) -> None:
    key = opened(store, [])
    with store.write() as connection:
        assert enlist(connection, key, 1, [], not_before=NOW) == 0

    assert nothing_to_claim(store)

"""An occurrence is worked on by one, finished by one, and never lost, whoever is killed."""

import random
import time
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from digest.model.cadence import Occurrence
from digest.model.errors import Fenced
from digest.store.engine import Store
from digest.store.occurrences import (
    OccurrenceState,
    adopt,
    claim,
    enter,
    finish,
    give_back,
    last_due,
    occurrences,
    renew,
    skip,
)
from store.conftest import written
from store.samples import NOW
from store.scheduler import start

LEASE = timedelta(minutes=1)
LATER = NOW + timedelta(minutes=2)  # when a lease taken now has run out
S = OccurrenceState


def slot(number: int = 1, *, digest: str = "morning", due: datetime = NOW) -> Occurrence:
    """Return the `number`th slot of one day."""
    return Occurrence(digest=digest, day=date(2026, 11, 23), number=number, due=due)


def test_of_two_who_claim_the_same_slot_one_gets_it(any_store: Store) -> None:
    with any_store.write() as connection:
        first = claim(connection, slot(), now=NOW, owner="a", lease=LEASE)
        second = claim(connection, slot(), now=NOW, owner="b", lease=LEASE)

        assert first is not None
        assert (first.occurrence, first.owner, first.fence) == (slot(), "a", 1)
        assert second is None


def test_moving_the_time_on_the_same_day_makes_no_second_occurrence(any_store: Store) -> None:
    with any_store.write() as connection:
        held = claim(connection, slot(), now=NOW, owner="a", lease=LEASE)
        assert held is not None
        finish(connection, held, now=NOW)

        moved = claim(connection, slot(due=LATER), now=LATER, owner="a", lease=LEASE)

        assert moved is None
        assert claim(connection, slot(2, due=LATER), now=LATER, owner="a", lease=LEASE) is not None


def test_a_lease_that_ran_out_is_adopted_and_the_old_owner_is_shut_out(any_store: Store) -> None:
    with any_store.write() as connection:
        old = claim(connection, slot(), now=NOW, owner="a", lease=LEASE)
        assert old is not None
        assert adopt(connection, now=NOW + LEASE / 2, owner="b", lease=LEASE) is None

        new = adopt(connection, now=LATER, owner="b", lease=LEASE)

        assert new is not None
        assert (new.occurrence, new.fence) == (slot(), 2)
        for late in (
            lambda: finish(connection, old, now=LATER),
            lambda: renew(connection, old, now=LATER, lease=LEASE),
            lambda: give_back(connection, old),
        ):
            with pytest.raises(Fenced, match="somebody else"):
                late()
        finish(connection, new, now=LATER)
        assert [(one.state, one.owner) for one in occurrences(connection)] == [(S.DONE, "b")]


def test_a_renewed_lease_is_not_adopted(any_store: Store) -> None:
    with any_store.write() as connection:
        held = claim(connection, slot(), now=NOW, owner="a", lease=LEASE)
        assert held is not None

        longer = renew(connection, held, now=NOW + LEASE / 2, lease=2 * LEASE)

        assert longer.lease_until == NOW + 2.5 * LEASE
        assert adopt(connection, now=LATER, owner="b", lease=LEASE) is None


def test_the_oldest_that_is_due_is_adopted_first_and_only_of_digests_that_are_asked_for(
    any_store: Store,
) -> None:
    older = slot(digest="weekend", due=NOW - LEASE)
    with any_store.write() as connection:
        enter(connection, [slot(), older, slot(2, due=LATER)])

        only = adopt(connection, now=NOW, owner="a", lease=LEASE, digests=["morning"])
        first = adopt(connection, now=NOW, owner="a", lease=LEASE)
        none = adopt(connection, now=NOW, owner="a", lease=LEASE)

        assert only is not None
        assert first is not None
        assert (only.occurrence, first.occurrence, none) == (slot(), older, None)


def test_what_is_given_back_may_be_adopted_at_once(any_store: Store) -> None:
    with any_store.write() as connection:
        held = claim(connection, slot(), now=NOW, owner="a", lease=LEASE)
        assert held is not None

        give_back(connection, held)

        assert adopt(connection, now=NOW, owner="b", lease=LEASE) is not None


def test_what_is_skipped_says_why_and_is_never_claimed(any_store: Store) -> None:
    with any_store.write() as connection:
        skipped = skip(connection, slot(), reason="down for 3 hours, catch_up is 2", now=NOW)

        assert skipped
        assert claim(connection, slot(), now=NOW, owner="a", lease=LEASE) is None
        assert [(one.state, one.reason) for one in occurrences(connection)] == [
            (S.SKIPPED, "down for 3 hours, catch_up is 2")
        ]


def test_what_somebody_works_on_cannot_be_skipped(any_store: Store) -> None:
    with any_store.write() as connection:
        claim(connection, slot(), now=NOW, owner="a", lease=LEASE)

        assert not skip(connection, slot(), reason="late", now=NOW)
        assert [one.state for one in occurrences(connection, "morning", states=[S.RUNNING])] == [S.RUNNING]


def test_the_last_due_counts_skipped_ones_and_none_of_the_future(any_store: Store) -> None:
    with any_store.write() as connection:
        skip(connection, slot(1), reason="late", now=NOW)
        claim(connection, slot(2, due=LATER), now=NOW, owner="anna", lease=LEASE)

        assert last_due(connection, now=NOW) == {"morning": NOW}
        assert last_due(connection, now=LATER) == {"morning": LATER}


@pytest.mark.crash
def test_two_schedulers_that_are_killed_at_random_do_everything_once(any_store: Store) -> None:
    count, kills, seeded = 300, 6, random.Random(20261123)
    with any_store.write() as connection:
        url = written(connection.engine.url) if any_store.path is None else str(connection.engine.url)
        connection.execute(text("CREATE TABLE effects (slot TEXT, name TEXT)"))
        enter(connection, [slot(number) for number in range(1, count + 1)])
    running = [start(url, "a"), start(url, "b")]

    for kill in range(kills):
        wait_for_effects(any_store, (kill + 1) * count // (kills + 2))  # while there still is work
        victim = seeded.randrange(2)
        running[victim].kill()
        running[victim].join()
        running[victim] = start(url, f"restarted {kill}")
    for one in running:
        one.join()

    with any_store.read() as connection:
        effects = connection.execute(text("SELECT slot, name FROM effects")).all()
        states = Counter(one.state for one in occurrences(connection, limit=2 * count))
    assert [one.exitcode for one in running] == [0, 0]
    assert states == {S.DONE: count}
    assert sorted(row.slot for row in effects) == sorted(slot(number).key for number in range(1, count + 1))
    assert len({row.name for row in effects}) > 2


def wait_for_effects(store: Store, wanted: int) -> None:
    """Wait until the schedulers have done `wanted` occurrences."""
    while True:
        with store.read() as connection:
            if connection.execute(text("SELECT count(*) FROM effects")).scalar_one() >= wanted:
                return
        time.sleep(0.01)

"""What senders know of relays and lanes is shared, and outlives them."""

from datetime import timedelta

from digest.model.delivery import Rest
from digest.store.engine import Store
from digest.store.ledger import lanes
from digest.store.ledger.lanes import InUse
from store.ledgers import NOW, claimed, of, opened, recorded

REST = Rest(until=NOW + timedelta(minutes=10), length=timedelta(minutes=10), cause="more than Gmail expects")


def test_a_slow_lane_is_kept_until_it_is_at_full_speed_again(any_store: Store) -> None:
    with any_store.write() as connection:
        lanes.keep(connection, {("main", "google"): REST, ("main", ""): REST, ("spare", "google"): REST})
        longer = Rest(until=NOW + timedelta(hours=1), length=timedelta(hours=1), cause="again")
        lanes.keep(connection, {("main", "google"): longer, ("main", ""): None})

    with any_store.read() as connection:
        assert lanes.slow(connection, ["main"]) == {("main", "google"): longer}


def test_what_a_relay_was_given_counts_for_a_day(any_store: Store) -> None:
    for hours, number in ((25, 1), (23, 20), (2, 300), (2, 4000)):
        with any_store.write() as connection:
            lanes.count(connection, "main", number, now=NOW - timedelta(hours=hours))
            lanes.count(connection, "spare", 7, now=NOW - timedelta(hours=hours))
    with any_store.write() as connection:
        lanes.count(connection, "main", -50, now=NOW)

    with any_store.read() as connection:
        used = lanes.used(connection, "main", now=NOW)
    assert [number for _, number in used] == [20, 4300, -50]
    assert all(NOW - timedelta(days=1) - lanes.PIECE < at <= NOW for at, _ in used)


def test_a_sender_that_is_silent_is_at_nothing(any_store: Store) -> None:
    mine = InUse(owner="me", relay="main", provider="", connections=5, flying=3, per_second=12.5)
    shut = InUse(
        owner="you", relay="main", provider="google", connections=0, closed_until=REST.until, why="x"
    )
    with any_store.write() as connection:
        lanes.tell(connection, "me", [InUse(owner="me", relay="old", provider="", connections=1)], now=NOW)
        lanes.tell(connection, "me", [mine], now=NOW)
        lanes.tell(connection, "you", [shut], now=NOW + timedelta(seconds=5))

    with any_store.read() as connection:
        assert lanes.in_use(connection, now=NOW + timedelta(seconds=6)) == [mine, shut]
        assert lanes.others(connection, "me", now=NOW + timedelta(seconds=6)) == {"main": 1}
        assert lanes.in_use(connection, now=NOW + timedelta(seconds=12)) == [shut]
    with any_store.write() as connection:
        lanes.silence(connection, ["you"])
        assert lanes.in_use(connection, now=NOW + timedelta(seconds=6)) == [mine]


def test_who_waits_is_counted_by_provider(any_store: Store) -> None:
    key = opened(any_store, [*of([1, 2, 3], "google"), *of([4, 5], "yahoo")])
    opened(any_store, of([6], "google"), edition="weekly/2026-11-23")
    chunk = claimed(any_store)
    recorded(any_store, chunk, mark=2)

    with any_store.read() as connection:
        assert lanes.waiting(connection, [key]) == {"google": 1, "yahoo": 2}
        assert lanes.waiting(connection) == {"google": 2, "yahoo": 2}

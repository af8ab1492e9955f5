"""The lanes as `status`, `edition show` and the desk tell them, whichever process asks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from digest.flows.sending.lanes_now import lanes_now
from digest.model.delivery import Rest
from digest.model.digest import RelayRules
from digest.store.engine import Store, open_store
from digest.store.ledger import lanes
from digest.store.ledger.lanes import InUse
from store.ledgers import EDITION, NOW, of, opened

MAIN = RelayRules(name="main", per_day=1000)
SPARE = RelayRules(name="spare")
REST = Rest(until=NOW + timedelta(minutes=10), length=timedelta(minutes=10), cause="more than Gmail expects")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'digest.db'}") as opened:
        yield opened


def test_what_waits_is_told_before_any_sender_has_begun(store: Store) -> None:
    opened(store, [*of([1, 2, 3], "google"), *of([4], "yahoo")])

    with store.read() as connection:
        told = lanes_now(connection, [MAIN], now=NOW, edition=EDITION)

    assert [(lane.relay, lane.provider, lane.waiting) for lane in told.lanes] == [
        ("", "google", 3), ("", "yahoo", 1)
    ]  # fmt: skip
    assert told.lines == []


def test_senders_are_added_up_and_a_resting_lane_says_why(store: Store) -> None:
    opened(store, [*of([1, 2, 3], "google"), *of([4], "yahoo")])
    with store.write() as connection:
        for owner in ("one", "two"):
            at = [
                InUse(owner=owner, relay="main", provider="", connections=5),
                InUse(owner=owner, relay="main", provider="yahoo", connections=5, flying=2, per_second=8.0),
                InUse(owner=owner, relay="main", provider="google", connections=5),
                InUse(owner=owner, relay="another digest's", provider="", connections=5),
            ]
            lanes.tell(connection, owner, at, now=NOW)
        lanes.keep(connection, {("main", "google"): REST})
        lanes.count(connection, "main", 400, now=NOW - timedelta(hours=3))
        told = lanes_now(connection, [MAIN, SPARE], now=NOW)

    main, spare = told.relays
    assert (main.connections, main.per_second, main.used_today, main.per_day) == (10, 16.0, 400, 1000)
    assert (spare.connections, spare.per_day, spare.why) == (0, None, "")
    google, yahoo = told.lanes
    assert (google.connections, google.waiting, google.rests_until) == (0, 3, REST.until)
    assert (yahoo.connections, yahoo.flying, yahoo.per_second, yahoo.waiting) == (10, 4, 16.0, 1)
    assert told.lines == ["main to google: more than Gmail expects until 06:10 UTC, 3 wait"]
    assert told.as_json()["lanes"][0]["rests_until"] == "2026-11-23T06:10:00Z"


def test_a_lane_that_takes_up_speed_again_says_so(store: Store) -> None:
    with store.write() as connection:
        lanes.keep(connection, {("main", "google"): REST})
        told = lanes_now(connection, [MAIN], now=NOW + timedelta(minutes=11))

    (google,) = told.lanes
    assert (google.rests_until, google.why) == (None, "more than Gmail expects")


def test_a_used_up_day_is_told_when_no_sender_is_there_any_more(store: Store) -> None:
    with store.write() as connection:
        lanes.count(connection, "main", 1000, now=NOW - timedelta(hours=20))
        told = lanes_now(connection, [MAIN], now=NOW)

    (main,) = told.relays
    assert (main.used_today, main.why) == (1000, "1,000 a day are used up")
    assert main.closed_until is not None
    assert timedelta(hours=4) <= main.closed_until - NOW <= timedelta(hours=5)
    assert told.lines[0].startswith("main: 1,000 a day are used up until ")


def test_a_relay_that_cannot_be_reached_says_until_when_it_is_left_alone(store: Store) -> None:
    soon = NOW + timedelta(seconds=30)
    away = InUse(
        owner="one", relay="main", provider="", connections=10, closed_until=soon, why="connection refused"
    )
    with store.write() as connection:
        lanes.tell(connection, "one", [away], now=NOW)
        told = lanes_now(connection, [MAIN], now=NOW)

    assert told.relays[0].closed_until == soon
    assert told.lines == ["main: connection refused until 06:00 UTC"]

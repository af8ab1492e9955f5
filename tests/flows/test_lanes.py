"""Lanes at work: limits are kept, receivers are obeyed, relays stand in for each other. Real SMTP."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crash.newsroom import EDITION, published
from delivery.faulty import Moment, Relay
from digest.flows.send import Halt, send_edition
from digest.model.delivery import DeliveryState
from digest.model.digest import RelayRules
from digest.store.engine import Store, open_store
from flows.roads import NOW, PATIENT, Clock, people, roads, states, told

SENT, QUEUED, REFUSED = DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.REFUSED
MAIN, SPARE = RelayRules(name="main", connections=4), RelayRules(name="spare", connections=4)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'digest.db'}") as opened:
        yield opened


def test_gmails_block_in_mid_edition_stops_gmail_for_ten_minutes_and_nobody_else(
    store: Store, tmp_path: Path
) -> None:
    key = published(store, [*people(60, "google"), *people(60, "yahoo")], now=NOW)
    clock, at, blocked = Clock(), dict[str, timedelta](), list[str]()

    def script(moment: Moment) -> str | None:
        if moment.phase != "dot":
            return None
        if "google" in moment.line and len(at) > 20 and clock.now < NOW + MINUTE:
            blocked.append(moment.line)
            return "421 4.7.28 unusual rate of mail from you"
        at[moment.line] = clock.now - NOW
        return None

    with Relay(script) as relay, roads(store, tmp_path, [(MAIN, relay.address())], clock) as means:
        report = send_edition(store, EDITION, means=means, limits=PATIENT)

    assert (report.halt, report.exit_code) == (Halt.SENT, 0)
    assert states(store, key, clock.now) == {SENT: 120}
    assert blocked
    google = [when for who, when in at.items() if "google" in who]
    assert all(when < MINUTE or when >= 10 * MINUTE for when in google)
    assert all(when < MINUTE for who, when in at.items() if "yahoo" in who)
    assert {row.attempt for row in told(store, key, clock.now)} == {1}, "a block costs no reader a try"
    assert len(relay.recipients) == len(set(relay.recipients)) == 120

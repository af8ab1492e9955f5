"""What came of an edition, counted: over time, by provider, by reason, and who had which words."""

from datetime import timedelta
from pathlib import Path

from crash.newsroom import NOW, means, published
from digest.flows.send import send_edition
from digest.flows.sending.means import Limits
from digest.store.engine import open_store
from digest.store.ledger import names, outcomes
from digest.store.ledger.receipts import Receipt, merge, times_of
from flows.conftest import Listening, sink

__all__ = ["sink"]

READERS = ["ada@google.readers.example", "bo@reader.example", "never-cy@reader.example", "cut-dot@x.example"]


def test_the_times_of_a_packed_chunk_are_read_without_its_positions() -> None:
    groups = [Receipt(1000, ((0, "ok"), (1, "ok"))), Receipt(5000, ((2, "ok"),))]

    times, _ = merge(groups)

    assert times_of(times) == [(1000, 2), (5000, 1)]
    assert times_of(b"") == []


def test_what_came_of_an_edition_is_counted(tmp_path: Path, sink: Listening) -> None:
    with open_store(f"sqlite:///{tmp_path / 'digest.db'}") as store:
        key = published(store, READERS)
        with means(store, tmp_path, sink.port) as how:
            send_edition(store, "morning/2026-11-23", means=how, limits=Limits(window=4))
        with store.read() as connection:
            rendering = next(iter(names.rendering_keys(connection, "morning/2026-11-23").values()))
            accepted = outcomes.accepted(connection, key)
            reasons = outcomes.reasons(connection, key)
            time = outcomes.over_time(connection, key, step=timedelta(days=1))
            had = list(outcomes.who_had(connection, key, {rendering}))
            others = list(outcomes.who_had(connection, key, set()))

    assert {(one.provider, one.number) for one in accepted} == {("google", 1), ("other", 1)}
    assert {(one.outcome.value, one.code, one.number) for one in reasons} == {
        ("refused", 550, 1),
        ("unknown", 0, 1),
    }
    assert sum(number for _, number in time) == 2
    assert time[0][0] >= NOW - timedelta(days=1)
    assert had == [
        (id, provider, rendering) for id, provider in ((1, "google"), (2, "other"), (4, "other"))
    ]  # who perhaps got it is among them
    assert others == []

"""Sending an edition: real SQLite, real SMTP to a sink that writes down what it accepts."""

from datetime import UTC, datetime
from pathlib import Path

from crash.newsroom import EDITION, means, published, readers
from digest.flows.send import Halt, send_edition
from digest.model.delivery import DeliveryState
from digest.model.edition import EditionState
from digest.store.editions import edition
from digest.store.engine import open_store
from digest.store.ledger.history import deliveries
from flows.conftest import Listening


def test_everybody_gets_the_edition_once_and_the_history_says_so(tmp_path: Path, sink: Listening) -> None:
    with open_store(f"sqlite:///{tmp_path / 'digest.db'}") as store:
        key = published(store, readers(25), now=datetime.now(UTC))

        with means(store, tmp_path, sink.port) as sending:
            report = send_edition(store, EDITION, means=sending)

        assert report.halt is Halt.SENT
        assert report.exit_code == 0
        assert (report.counts.sent, report.counts.total) == (25, 25)
        assert sorted(mail.recipient for mail in sink.accepted()) == sorted(readers(25))
        with store.read() as connection:
            assert edition(connection, EDITION).state is EditionState.SENT
            told = list(deliveries(connection, key, now=datetime.now(UTC)))
        assert {row.state for row in told} == {DeliveryState.SENT}
        assert len({row.queue_id for row in told}) == 25
        assert all(row.reply.startswith("250 2.0.0 Ok: queued as") for row in told)

"""When the database fails while mail is under way: sending stops, says so, and goes on another time."""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crash.newsroom import EDITION, means, published, readers
from digest.flows.send import Halt, send_edition
from digest.flows.sending.means import Limits
from digest.flows.sending.tally import Progress
from digest.model.errors import Busy, StoreError
from digest.store.engine import Store, open_store
from flows.conftest import Listening

WINDOW = 6
COUNT = 400


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An SQLite database that waits only a moment for another one's lock."""
    url = f"sqlite:///{tmp_path / 'digest.db'}"
    with open_store(url, lock_wait=timedelta(milliseconds=20)) as opened:
        yield opened


def send(store: Store, folder: Path, port: int, on_progress: Callable[[Progress], None]) -> None:
    """Send with a small window, without waiting between the tries to commit."""
    with means(store, folder, port, connections=3) as sending:
        quick = replace(sending, pause=lambda seconds: None)
        send_edition(store, EDITION, means=quick, limits=Limits(window=WINDOW), on_progress=on_progress)


def goes_on(store: Store, folder: Path, sink: Listening) -> None:
    """Check that the next sender ends the work: nobody lost, nobody doubled, little unknown."""
    with means(store, folder, sink.port) as sending:
        report = send_edition(store, EDITION, means=sending)
    arrived = [mail.recipient for mail in sink.accepted()]
    assert report.halt is Halt.SENT
    assert report.counts.unknown <= WINDOW
    assert report.counts.sent + report.counts.unknown == COUNT
    assert len(arrived) == len(set(arrived))
    assert COUNT - len(arrived) <= report.counts.unknown


def test_a_database_locked_by_another_program_stops_sending_and_the_next_sender_goes_on(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    published(store, readers(COUNT), now=datetime.now(UTC))
    with ExitStack() as stack:

        def lock(progress: Progress) -> None:
            if progress.sent_now >= 30:
                other = sqlite3.connect(tmp_path / "digest.db", isolation_level=None)
                stack.callback(other.close)
                other.execute("BEGIN IMMEDIATE")

        with pytest.raises(Busy, match="another process is writing"):
            send(store, tmp_path, sink.port, lock)
        assert 30 <= len(sink.accepted()) <= 30 + 3 * WINDOW

    goes_on(store, tmp_path, sink)


def test_a_disk_that_takes_no_more_stops_sending_and_the_next_sender_goes_on(
    tmp_path: Path, store: Store, sink: Listening
) -> None:
    published(store, readers(COUNT), now=datetime.now(UTC))
    full: list[Progress] = []
    with ExitStack() as stack:

        def fill(progress: Progress) -> None:
            if progress.sent_now >= 30 and not full:
                full.append(progress)
                stack.enter_context(no_file_larger_than((tmp_path / "digest.db-wal").stat().st_size))

        with pytest.raises(StoreError, match="check the disk and the free space"):
            send(store, tmp_path, sink.port, fill)
        assert len(sink.accepted()) < COUNT

    goes_on(store, tmp_path, sink)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Make the system refuse every write beyond `size` meanwhile, in this process alone."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))

"""When the database fails while mail is under way: sending stops, says so, and goes on another time."""

import os
import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import NoReturn

import pytest

from crash.newsroom import EDITION, means, published, readers
from digest.flows.send import Halt, send_edition
from digest.flows.sending.means import Limits
from digest.flows.sending.tally import Progress
from digest.model.errors import Busy, StoreError
from digest.store.engine import Store, open_store
from flows.conftest import Listening
from needs import require

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


def test_a_full_disk_stops_sending_and_says_so_and_with_room_again_the_next_sender_goes_on(
    tmp_path: Path, sink: Listening
) -> None:
    with small_disk(tmp_path / "disk", megabytes=8) as disk:
        with open_store(f"sqlite:///{disk / 'digest.db'}") as store:
            published(store, readers(COUNT), now=datetime.now(UTC))

            def fill(progress: Progress) -> None:
                if progress.sent_now >= 30 and not (disk / "filler").exists():
                    fill_up(disk / "filler")

            with pytest.raises(StoreError, match="the disk is full: free some space"):
                send(store, tmp_path, sink.port, fill)
            assert 30 <= len(sink.accepted()) < COUNT

            (disk / "filler").unlink()
            goes_on(store, tmp_path, sink)


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """Give a file system of its own that holds no more than that."""
    require("root", present=os.geteuid() == 0, how="a file system of its own is mounted as root only")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    require("mount", present=mounted.returncode == 0, how=f"mount said: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill_up(path: Path) -> None:
    """Write until the disk takes no byte more."""
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            with pytest.raises(OSError, match="No space left"):
                write_on(file, bytes(size))


def write_on(file: FileIO, data: bytes) -> NoReturn:
    while True:
        file.write(data)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Make the system refuse every write beyond `size` meanwhile, in this process alone."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))

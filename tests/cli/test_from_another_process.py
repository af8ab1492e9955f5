"""Stopping a sender from outside: another process pauses or cancels, the system asks it to end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crash import sink as program
from crash.newsroom import EDITION, published, readers
from crash.sink import Accepted, accepted
from digest.model.delivery import DeliveryState
from digest.model.edition import EditionState
from digest.store.editions import edition
from digest.store.engine import Store, open_store
from digest.store.ledger.history import Counts, counts, deliveries
from digest.store.ledger.standing import standing

PROGRAM = Path(sys.executable).parent / "digest"
COUNT, CONNECTIONS = 400, 2
WINDOW = 2 * CONNECTIONS
SCHEDULE = f"""\
version: 1
newsroom:
  name: The Harbour Post
  pages: https://news.harbourpost.example
  postal_address: 12 Quay Street, Harbour
sources:
  - id: desk
    folder: stories
relays:
  main: {{connections: {CONNECTIONS}}}
defaults:
  sender: Harbour Post <brief@harbourpost.example>
  send_through: main
digests:
  - id: morning
    title: The Morning Brief
    send: "0 3 1 1 *"
    valid_until: no limit
"""


class Newsroom:
    """A folder with an edition that is being sent by `digest serve`, a process of its own."""

    def __init__(self, folder: Path, delay: float) -> None:
        self.folder, self.log = folder, folder / "accepted"
        (folder / "stories").mkdir()
        (folder / "state").mkdir()
        (folder / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
        command = [sys.executable, program.__file__, str(self.log), str(delay)]
        self._sink = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._sink.stdout is not None
        port = int(self._sink.stdout.readline())
        clean = {k: v for k, v in os.environ.items() if not k.startswith("DIGEST_")}
        self.environment = {**clean, "DIGEST_RELAY_MAIN": f"smtp://127.0.0.1:{port}?tls=none"}
        with self.opened() as store:
            self.key = published(store, readers(COUNT), now=datetime.now(UTC))

    @contextmanager
    def opened(self) -> Iterator[Store]:
        with open_store(f"sqlite:///{self.folder / 'state' / 'digest.db'}") as store:
            yield store

    @contextmanager
    def sending(self) -> Iterator[subprocess.Popen[bytes]]:
        """Serve, until the block ends."""
        command = [PROGRAM, "serve", "--port", "0"]
        with subprocess.Popen(command, cwd=self.folder, env=self.environment) as process:
            try:
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait()

    def run(self, *arguments: str) -> None:
        subprocess.run(
            [PROGRAM, *arguments], cwd=self.folder, env=self.environment, check=True, capture_output=True
        )

    def accepted(self) -> list[Accepted]:
        return accepted(self.log)

    def counts(self) -> Counts:
        with self.opened() as store, store.read() as connection:
            return counts(connection, self.key, now=datetime.now(UTC))

    def leased(self) -> int:
        with self.opened() as store, store.read() as connection:
            return standing(connection, self.key, now=datetime.now(UTC)).leased

    def state(self) -> EditionState:
        with self.opened() as store, store.read() as connection:
            return edition(connection, EDITION).state

    def close(self) -> None:
        assert self._sink.stdin is not None
        self._sink.stdin.close()
        self._sink.wait()
        assert self._sink.stdout is not None
        self._sink.stdout.close()


def wait_until(true: Callable[[], bool]) -> None:
    while not true():
        time.sleep(0.05)


@pytest.fixture
def newsroom(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Newsroom]:
    """A newsroom whose relay takes so many seconds for a message."""
    made = Newsroom(tmp_path, request.param)
    yield made
    made.close()


@pytest.mark.parametrize("newsroom", [0.2], indirect=True)
def test_pause_and_resume_from_another_process_take_effect_within_one_batch(newsroom: Newsroom) -> None:
    with newsroom.sending():
        wait_until(lambda: len(newsroom.accepted()) >= 20)

        newsroom.run("edition", "pause", EDITION)
        at_pause = len(newsroom.accepted())
        wait_until(lambda: newsroom.leased() == 0)

        told = newsroom.counts()
        assert newsroom.state() is EditionState.PAUSED
        assert len(newsroom.accepted()) - at_pause <= WINDOW
        assert (told.sent, told.unknown) == (len(newsroom.accepted()), 0)
        assert told.queued == COUNT - told.sent

        newsroom.run("edition", "resume", EDITION)
        wait_until(lambda: len(newsroom.accepted()) >= told.sent + 10)

    got = [mail.recipient for mail in newsroom.accepted()]
    assert len(got) == len(set(got)) == newsroom.counts().sent


@pytest.mark.parametrize("newsroom", [0.2], indirect=True)
def test_cancel_from_another_process_takes_effect_within_one_batch(newsroom: Newsroom) -> None:
    with newsroom.sending():
        wait_until(lambda: len(newsroom.accepted()) >= 20)

        newsroom.run("edition", "cancel", EDITION, "--why", "a story is false")
        at_cancel = len(newsroom.accepted())
        wait_until(lambda: newsroom.leased() == 0)

    told = newsroom.counts()
    assert len(newsroom.accepted()) - at_cancel <= WINDOW
    assert (told.sent, told.cancelled) == (len(newsroom.accepted()), COUNT - len(newsroom.accepted()))


@pytest.mark.parametrize("newsroom", [1.0], indirect=True)
def test_a_sender_that_is_asked_to_end_lets_what_is_in_flight_land(newsroom: Newsroom) -> None:
    with newsroom.sending() as process:
        wait_until(lambda: len(newsroom.accepted()) >= 2)
        process.send_signal(signal.SIGTERM)
        process.wait()

    told = newsroom.counts()
    assert (told.sent, told.unknown, told.leased) == (len(newsroom.accepted()), 0, 0)
    assert told.queued == COUNT - told.sent


@pytest.mark.parametrize("newsroom", [3600.0], indirect=True)
def test_a_sender_that_is_asked_to_end_does_not_wait_for_a_relay_that_never_answers(
    newsroom: Newsroom,
) -> None:
    with newsroom.sending() as process:
        wait_until(lambda: newsroom.counts().leased > 0)
        process.send_signal(signal.SIGTERM)
        process.wait()  # it ends, though the relay would answer in an hour

    told = newsroom.counts()
    assert told.unknown + told.queued == COUNT
    assert told.unknown <= WINDOW
    assert newsroom.accepted() == []
    with newsroom.opened() as store, store.read() as connection:
        listed = list(deliveries(connection, newsroom.key, now=datetime.now(UTC)))
    unknown = [row.reply for row in listed if row.state is DeliveryState.UNKNOWN]
    assert set(unknown) <= {
        "cut off: closing took too long",
        "the sender ended before the relay had answered",
    }

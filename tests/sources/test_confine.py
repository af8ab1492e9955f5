import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from digest.sources.confine import Confinement, Unfinished
from sources.making import NOW, source

FEED = b'<rss version="2.0"><channel><title>t</title><item><title>Boat</title></item></channel></rss>'
SLOW = b'<rss version="2.0"><channel><title>t</title>' + b"<" * 3_000_000


def arguments(data: bytes) -> dict[str, object]:
    return {
        "source": replace(source(), select={}), "data": data, "content_type": "", "location": "f", "now": NOW,
    }  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[Confinement]:
    made = Confinement()
    yield made
    made.close()


def test_a_worker_stays_warm_and_is_used_again(pool: Confinement) -> None:
    first = pool.run("document", **arguments(FEED))
    (worker,) = pool.idle()

    second = pool.run("document", **arguments(FEED))

    assert first.value == second.value
    assert [held.process.pid for held in pool.idle()] == [worker.process.pid]


def test_a_worker_that_ended_while_idle_is_replaced_unnoticed(pool: Confinement) -> None:
    pool.run("document", **arguments(FEED))
    for worker in pool.idle():
        worker.process.kill()
        worker.process.wait()

    answer = pool.run("document", **arguments(FEED))

    assert answer.value.stories[0].headline == "Boat"


def test_a_document_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    impatient = Confinement(deadline_seconds=0.7)

    with pytest.raises(Unfinished, match="not read within"):
        impatient.run("document", **arguments(SLOW))

    assert impatient.idle() == ()
    impatient.close()


def test_a_document_that_needs_too_much_memory_is_given_up() -> None:
    narrow = Confinement(memory_bytes=150 * 1024 * 1024)

    answer = narrow.run("document", **arguments(b"<rss><channel><title>" + b"x" * 60_000_000))
    narrow.close()

    assert answer.value is None
    assert "memory" in answer.unreadable


def test_a_worker_that_dies_at_work_says_so() -> None:
    pool = Confinement(deadline_seconds=60)
    pool.run("document", **arguments(FEED))
    (worker,) = pool.idle()
    worker.used = False  # as if this were its first document
    os.kill(worker.process.pid, signal.SIGSTOP)
    failed: list[str] = []

    def work() -> None:
        try:
            pool.run("document", **arguments(FEED))
        except Unfinished as error:
            failed.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    while pool.idle():  # till the thread has taken it
        thread.join(0.001)
    os.kill(worker.process.pid, signal.SIGKILL)
    thread.join()
    pool.close()

    assert failed == ["the reader died of signal 9"]


def test_many_threads_share_the_pool(pool: Confinement) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: pool.run("document", **arguments(FEED)), range(24)))

    assert {answer.value.stories[0].headline for answer in answers} == {"Boat"}
    assert 1 <= len(pool.idle()) <= 4


def test_workers_get_no_secret_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_RELAY_MAIN", "smtp://u:hunter2@mail.example")
    pool = Confinement()

    pool.run("document", **arguments(FEED))
    (worker,) = pool.idle()
    environment = Path(f"/proc/{worker.process.pid}/environ").read_bytes()
    pool.close()

    assert b"hunter2" not in environment


def test_a_worker_ends_when_its_owner_hangs_up(pool: Confinement) -> None:
    pool.run("document", **arguments(FEED))
    (worker, *_) = pool.idle()

    worker.line.close()

    assert worker.process.wait(timeout=20) == 0

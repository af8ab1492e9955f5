import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from digest.clock.heartbeat import Heartbeat

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
LONG = timedelta(hours=1)


def unexpected(error: Exception) -> None:
    raise AssertionError(error) from error


@contextmanager
def service_manager(folder: Path) -> Iterator[tuple[socket.socket, dict[str, str]]]:
    path = str(folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path)
        listener.settimeout(30)
        yield listener, {"NOTIFY_SOCKET": path}


def test_a_beat_hands_the_time_of_its_clock_to_the_tick() -> None:
    seen: list[datetime] = []
    heart = Heartbeat(seen.append, unexpected, clock=lambda: NOON, environment={})

    done = heart.beat()

    assert done
    assert seen == [NOON]
    assert heart.so_far.age(NOON + LONG) == LONG


def test_a_bad_tick_is_reported_and_does_not_stop_the_next() -> None:
    answers = iter([RuntimeError("disk full"), None, ValueError("odd")])
    reported: list[Exception] = []

    def tick(_: datetime) -> None:
        answer = next(answers)
        if answer is not None:
            raise answer

    heart = Heartbeat(tick, reported.append, clock=lambda: NOON, environment={})

    done = [heart.beat() for _ in range(3)]

    assert done == [False, True, False]
    assert [str(error) for error in reported] == ["disk full", "odd"]
    assert (heart.so_far.beats, heart.so_far.failed) == (3, 2)
    assert heart.so_far.failure == "ValueError: odd"


def test_an_order_to_end_the_program_is_not_swallowed() -> None:
    def tick(_: datetime) -> None:
        raise KeyboardInterrupt

    heart = Heartbeat(tick, unexpected, environment={})

    with pytest.raises(KeyboardInterrupt):
        heart.beat()

    assert heart.so_far.beats == 0


def test_two_beats_never_run_at_the_same_time() -> None:
    inner: list[bool] = []
    heart = Heartbeat(lambda _: inner.append(heart.beat()), unexpected, environment={})

    outer = heart.beat()

    assert outer
    assert inner == [False]


def test_a_started_heart_beats_at_once_and_again_when_nudged() -> None:
    beats = [Event(), Event()]
    waiting = iter(beats)
    heart = Heartbeat(lambda _: next(waiting).set(), unexpected, every=LONG, environment={})

    with heart:
        assert beats[0].wait(30)
        while heart.so_far.beats == 0:  # the tick is over; its beat ends in a moment
            Event().wait(0.001)
        heart.nudge()
        assert beats[1].wait(30)

    assert heart.so_far.beats == 2


def test_a_started_heart_goes_on_after_a_bad_tick() -> None:
    third = Event()
    reported: list[Exception] = []
    count = iter(range(1000))

    def tick(_: datetime) -> None:
        number = next(count)
        if number < 2:
            raise OSError(f"beat {number}")
        third.set()

    with Heartbeat(tick, reported.append, every=timedelta(milliseconds=5), environment={}):
        assert third.wait(30)

    assert [str(error) for error in reported] == ["beat 0", "beat 1"]


def test_stopping_waits_for_the_beat_that_is_going_on() -> None:
    began, may_end, ended = Event(), Event(), Event()

    def tick(_: datetime) -> None:
        began.set()
        may_end.wait(30)
        ended.set()

    heart = Heartbeat(tick, unexpected, every=LONG, environment={})
    heart.start()
    assert began.wait(30)

    may_end.set()
    heart.stop()

    assert ended.is_set()
    heart.stop()  # a second time does nothing


def test_starting_twice_is_a_mistake_of_the_caller() -> None:
    with Heartbeat(lambda _: None, unexpected, every=LONG, environment={}) as heart:
        with pytest.raises(RuntimeError):
            heart.start()


def test_systemd_hears_of_the_first_beat_of_each_beat_and_of_the_end(tmp_path: Path) -> None:
    with service_manager(tmp_path) as (listener, environment):
        first = Event()
        with Heartbeat(lambda _: first.set(), unexpected, every=LONG, environment=environment):
            told = [listener.recv(100) for _ in range(2)]
        told.append(listener.recv(100))

    assert told == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_a_bad_tick_is_still_a_sign_of_life(tmp_path: Path) -> None:
    reported: list[Exception] = []

    def tick(_: datetime) -> None:
        raise RuntimeError("no")

    with service_manager(tmp_path) as (listener, environment):
        Heartbeat(tick, reported.append, environment=environment).beat()
        told = [listener.recv(100), listener.recv(100)]

    assert told == [b"READY=1", b"WATCHDOG=1"]
    assert len(reported) == 1


def test_a_service_manager_that_went_away_is_reported_and_the_heart_goes_on(tmp_path: Path) -> None:
    reported: list[Exception] = []
    gone = {"NOTIFY_SOCKET": str(tmp_path / "gone")}

    done = Heartbeat(lambda _: None, reported.append, environment=gone).beat()

    assert done
    assert {type(error) for error in reported} == {FileNotFoundError}

"""The heartbeat: every few seconds it asks what is due, and nothing else.

It calls `tick(now)`, which the caller gives; what is due, what was claimed and what is sent is
decided there and in the database. So a heartbeat that stops, runs twice or runs late can neither
lose nor double an edition, and there may be as many of them as there are processes.

`beat` is one beat, for tests and for programs with a loop of their own. A tick that fails is
reported, and the next one comes all the same.
"""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from types import TracebackType
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from digest.clock.notify import READY, STOPPING, WATCHDOG, notify, watchdog
from digest.clock.pulse import Pulse, SteadyStore

#: How often is asked what is due; also how late an edition can be for that reason.
EVERY = timedelta(seconds=15)

_JOB = "heartbeat"


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulsation:
    """How the heartbeat has been so far, for `/healthz` and `status`."""

    beats: int = 0
    failed: int = 0
    last: datetime | None = None  #: when the last beat began; aware, UTC
    last_good: datetime | None = None  #: when the last beat began that did not fail
    failure: str = ""  #: what the last beat failed with; empty when it did not

    def age(self, now: datetime) -> timedelta | None:
        """Return how long ago the last beat began, or None before the first."""
        return None if self.last is None else now - self.last


@dataclass(slots=True)
class Heartbeat:
    """Calls `tick` every few seconds in a thread of its own, between `with` and its end.

    Args:
        tick: does what is due at the time it is given; at most one runs at a time.
        report: is told what a tick failed with, from the heartbeat's thread.
        every: the time between two beats; shortened when systemd's watchdog wants more of them.
        clock: tells the time.
        environment: for systemd's sockets; the process's own when left out.
    """

    tick: Callable[[datetime], object]
    report: Callable[[Exception], None]
    every: timedelta = EVERY
    clock: Callable[[], datetime] = utc_now
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    _so_far: Pulsation = Pulsation()
    _beating: Lock = field(default_factory=Lock)
    _scheduler: Any = None

    @property
    def so_far(self) -> Pulsation:
        """Return how it has been."""
        return self._so_far

    def beat(self) -> bool:
        """Call `tick` once; return False when it failed or another beat is still going on."""
        if not self._beating.acquire(blocking=False):
            return False
        try:
            return self._one_beat()
        finally:
            self._beating.release()

    def start(self) -> None:
        """Begin to beat; the first beat comes at once."""
        if self._scheduler is not None:
            raise RuntimeError("the heartbeat beats already")
        wanted = watchdog(self.environment)
        every = min(self.every, wanted / 2) if wanted else self.every
        quiet = logging.getLogger("digest.clock.apscheduler")
        quiet.setLevel(logging.ERROR)  # a beat left out because the last one lasts is no news
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": SteadyStore(every)},
            executors={"default": ThreadPoolExecutor(1)},
            logger=quiet,
        )
        self._scheduler.add_job(
            self.beat, Pulse(every), id=_JOB, misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self._scheduler.start()

    def nudge(self) -> None:
        """Beat now rather than later: an editor has approved something that is due."""
        if self._scheduler is not None:
            self._scheduler.modify_job(_JOB, next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        """Begin no further beat, and wait for the one that is going on."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            self._tell(STOPPING)
            scheduler.shutdown(wait=True)

    def __enter__(self) -> "Heartbeat":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _one_beat(self) -> bool:
        now, so_far = self.clock(), self._so_far
        failure: Exception | None = None
        try:
            self.tick(now)
        except Exception as error:  # noqa: BLE001 - whatever one beat meets, the next must come: it is reported below
            failure = error
        self._so_far = replace(
            so_far,
            beats=so_far.beats + 1,
            failed=so_far.failed + (failure is not None),
            last=now,
            last_good=so_far.last_good if failure else now,
            failure=f"{type(failure).__name__}: {failure}" if failure else "",
        )
        if so_far.beats == 0:
            self._tell(READY)
        self._tell(WATCHDOG)
        if failure is not None:
            self.report(failure)
        return failure is None

    def _tell(self, state: str) -> None:
        try:
            notify(state, self.environment)
        except OSError as error:
            self.report(error)

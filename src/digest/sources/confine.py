"""Reads foreign documents in a process of their own, so that none can take time, memory or the program along.

A few workers stay warm, since starting one costs more than most documents; each does one
document at a time. A document that is not read by its deadline costs its worker's life,
and so does one that needs more memory than it may. Workers get no environment variable
that could be a secret, and end by themselves when idle or orphaned.
"""

import atexit
import os
import pickle
import re
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

#: Of wall time, for one document; a worker's start does not count.
DEADLINE_SECONDS = 8.0
_START_SECONDS = 60.0
#: Of a worker's own data; a document of the largest size needs less than half of it.
MEMORY_BYTES = 512 * 1024 * 1024
#: A worker that has grown beyond this is not used again.
_TIRED_BYTES = 250 * 1024 * 1024
_MAX_WORKERS = 4
READY = b"ready"
_MAX_ANSWER_BYTES = 64 * 1024 * 1024
_KEPT_VARIABLES = ("PATH", "PYTHONPATH", "PYTHONHOME", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV", "TZ")


class Unfinished(Exception):
    """The worker did not come to an end with this document; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One call of one function of `worker.FUNCTIONS`."""

    function: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a worker says: a value, or the reason why there is none."""

    value: Any = None
    unreadable: str = ""
    failed: str = ""  #: the reader itself has a fault
    peak_bytes: int = 0
    exhausted: bool = False  #: out of memory: not to be used again


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    line: "Connection[Any, Any]"
    used: bool = False

    def stop(self) -> None:
        self.line.close()
        self.process.kill()
        self.process.wait()


@dataclass(slots=True)
class Confinement:
    """A small pool of workers; any number of threads may call `run`."""

    deadline_seconds: float = DEADLINE_SECONDS
    memory_bytes: int = MEMORY_BYTES
    peak_bytes: int = 0  #: the most memory that one worker held so far, where the system tells
    _idle: list[_Worker] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _places: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(max(1, min(_MAX_WORKERS, os.cpu_count() or 1)))
    )

    def run(self, function: str, **arguments: Any) -> Answer:
        """Return the answer of a worker.

        Raises:
            Unfinished: over the deadline, out of memory, or crashed.
        """
        message = pickle.dumps(Job(function=function, arguments=arguments))
        with self._places:
            worker = self._take()
            try:
                answer = self._ask(worker, message)
                while answer is None and worker.used:  # it had ended while idle: that is nobody's fault
                    worker.stop()
                    worker = self._take()
                    answer = self._ask(worker, message)
            except BaseException:
                self.peak_bytes = max(self.peak_bytes, peak_bytes(worker.process.pid))
                worker.stop()
                raise
            if answer is None:
                worker.line.close()
                raise Unfinished(_death(worker.process.wait(timeout=5)))
            self._give_back(worker, answer)
            return answer

    def idle(self) -> "tuple[_Worker, ...]":
        """Return the workers that wait for something to do."""
        with self._lock:
            return tuple(self._idle)

    def close(self) -> None:
        """End every idle worker."""
        with self._lock:
            idle, self._idle[:] = list(self._idle), []
        for worker in idle:
            worker.stop()

    def forget(self) -> None:
        """Drop the workers without ending them: in a forked child they belong to the parent."""
        self._lock = threading.Lock()
        self._idle.clear()

    def _take(self) -> _Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._started()

    def _started(self) -> _Worker:
        ours, theirs = Pipe(duplex=True)
        command: Sequence[str] = (
            sys.executable, "-m", "digest.sources.worker", str(theirs.fileno()), str(self.memory_bytes),
            str(self.deadline_seconds),
        )  # fmt: skip
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        theirs.close()
        worker = _Worker(process, ours)
        try:
            ready = ours.poll(_START_SECONDS) and ours.recv_bytes(16) == READY
        except (EOFError, OSError):
            ready = False
        if not ready:
            worker.stop()
            raise Unfinished("the reader could not be started")
        return worker

    def _ask(self, worker: _Worker, message: bytes) -> Answer | None:
        """Return the answer, or None when the worker is gone."""
        began = time.monotonic()
        try:
            worker.line.send_bytes(message)
            if not worker.line.poll(self.deadline_seconds):
                spent = time.monotonic() - began
                raise Unfinished(f"not read within {spent:.0f} seconds")
            answer = pickle.loads(worker.line.recv_bytes(_MAX_ANSWER_BYTES))
        except (EOFError, OSError):
            return None
        if not isinstance(answer, Answer):
            raise Unfinished("the reader gave no answer")
        return answer

    def _give_back(self, worker: _Worker, answer: Answer) -> None:
        self.peak_bytes = max(self.peak_bytes, answer.peak_bytes)
        if answer.exhausted or answer.peak_bytes > _TIRED_BYTES:
            worker.stop()
            return
        worker.used = True
        with self._lock:
            self._idle.append(worker)


def peak_bytes(pid: int | str = "self") -> int:
    """Return the most memory that a process held since its start; 0 where the system doesn't tell.

    `getrusage` will not do: before its exec a child counts the memory of its parent.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _death(code: int) -> str:
    return f"the reader died of signal {-code}" if code < 0 else "the reader ended without an answer"


#: The one pool of the program; workers start when they are first needed.
confinement = Confinement()
atexit.register(confinement.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=confinement.forget)

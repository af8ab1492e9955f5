"""Runs in which senders die: started, killed or stopped at random moments, and judged."""

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import crash.sender
import crash.sink
from crash.judge import Judge, Verdict
from crash.newsroom import published
from digest.model.digest import UnknownPolicy
from digest.store.engine import open_store

_TESTS = Path(__file__).parents[1]
#: Seconds that a sender may take to begin or to end before a run is called broken.
_LIMIT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: how many recipients, how many crashes, of which kind."""

    url: str
    folder: Path
    addresses: list[str]
    crashes: int
    policy: UnknownPolicy
    seed: int
    lease: float = 60.0
    longest: float = 0.3  #: seconds of sending before a crash, at most
    stop_for: float = 0.0  #: seconds; 0: kill -9, else SIGSTOP that long and SIGCONT
    apart: bool = False  #: each sender on a machine of its own: it cannot see who lives

    def judged(self) -> Verdict:
        """Do the run and return what came of it."""
        chance = random.Random(self.seed)
        with open_store(self.url) as store, sink(self.folder) as (port, log):
            published(store, self.addresses, policy=self.policy)
            judge = Judge(store, log, self.addresses)
            if self.stop_for:
                self._stopping(judge, port, chance)
            else:
                self._killing(judge, port, chance)
            return judge.verdict()

    def _killing(self, judge: Judge, port: int, chance: random.Random) -> None:
        for crash_number in range(self.crashes):
            with self._sender(port, crash_number) as sender:
                if (line := _line(sender)) != "sending":
                    assert line == "sent", "a sender ended by itself without having sent"
                    return
                time.sleep(chance.uniform(0, self.longest))
                sender.kill()
                sender.wait()
            judge.look()
        with self._sender(port, self.crashes) as sender:
            _end(sender)

    def _stopping(self, judge: Judge, port: int, chance: random.Random) -> None:
        """Two senders; one of them sleeps past its lease, again and again."""
        with self._sender(port, 0) as sleeper, self._sender(port, 1) as other:
            for _ in range(self.crashes):
                if not judge.crashes and _line(sleeper) != "sending":
                    break
                time.sleep(chance.uniform(0, self.longest))
                sleeper.send_signal(signal.SIGSTOP)
                time.sleep(self.stop_for)
                judge.look()
                sleeper.send_signal(signal.SIGCONT)
            _end(sleeper)
            _end(other)

    @contextmanager
    def _sender(self, port: int, number: int) -> Iterator[subprocess.Popen[str]]:
        machine = self.folder / (f"machine-{number}" if self.apart else "machine")
        values = {"url": self.url, "folder": str(machine), "port": port, "lease": self.lease}
        command = [sys.executable, "-m", "crash.sender", json.dumps(values)]
        paths = [str(_TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment, cwd=self.folder
        ) as process:
            try:
                yield process
            finally:
                process.kill()


@contextmanager
def sink(folder: Path) -> Iterator[tuple[int, Path]]:
    """Give the port and the log of a sink that runs meanwhile."""
    log = folder / "accepted"
    command = [sys.executable, crash.sink.__file__, str(log)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield int(process.stdout.readline()), log
        process.stdin.close()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], _LIMIT)
    if not ready:
        raise TimeoutError(f"a sender said nothing for {_LIMIT} s")
    return process.stdout.readline().strip()


def _end(process: subprocess.Popen[str]) -> None:
    while (line := _line(process)) != "sent":
        if line != "sending":
            raise AssertionError(f"a sender ended without sending: {line!r}")

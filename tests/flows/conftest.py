"""A sink that listens while a test runs."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crash import sink as program
from crash.sink import Accepted, accepted
from store.conftest import any_store, postgres_server, postgres_store  # noqa: F401  # fixtures


@dataclass(frozen=True, slots=True)
class Listening:
    """A sink in a process of its own."""

    port: int
    log: Path

    def accepted(self) -> list[Accepted]:
        """Return what it has accepted so far."""
        return accepted(self.log)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Listening]:
    """A listening sink."""
    log = tmp_path / "accepted"
    command = [sys.executable, program.__file__, str(log)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield Listening(int(process.stdout.readline()), log)
        process.stdin.close()

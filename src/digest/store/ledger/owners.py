"""Who is alive on this machine: each sender holds a lock on a file of its own for as long as it runs.

The system lets go of the lock when the process ends, however it ends, so the chunks of a killed
sender are free at once. A stopped process (SIGSTOP) keeps its lock; then the lease decides.
"""

import fcntl
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self


class Owner:
    """A sender's name and the lock that says it lives. A context manager; the name is never used twice."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._path = folder / self.name
        fresh = folder / f".{self.name}"  # nobody may find the file before it is locked
        self._lock = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fresh.rename(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:  # else chunks may be left: a file without a lock tells that they are free
            self._path.unlink(missing_ok=True)
        os.close(self._lock)


def dead(folder: Path, names: Iterable[str]) -> list[str]:
    """Return those of `names` that ran on this machine, with this folder, and run no longer.

    A name without a file here is another machine's, or left no chunk behind: nothing is said of it.
    """
    return [name for name in names if _is_dead(folder / name)]


def _is_dead(path: Path) -> bool:
    try:
        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def bury(folder: Path, names: Iterable[str]) -> None:
    """Remove the files of dead owners whose chunks have been freed."""
    for name in names:
        (folder / name).unlink(missing_ok=True)

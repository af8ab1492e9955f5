"""The opt-out file: every no, and every later yes of the person, outside the database.

One JSON object a line, appended and flushed to the disk (fsync) before the database hears of
it, so that no crash, no restored backup and no merge forgets a no. People stand in it as keyed
hashes. The first line names the format, the file, and a check of the key.

A line that a crash cut short is left alone by readers, closed by the next writer, and reported.
"""

import fcntl
import json
import os
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from digest.model.errors import StoreError
from digest.model.finding import Finding, Level
from digest.model.subscriber import Saying, Word
from digest.model.token import keyed_hash

_FORMAT = 1
_CHECK = "digest opt-outs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What stands in the file from some place on."""

    sayings: tuple[Saying, ...]
    end: int  #: read on from here: the end of the last whole line
    findings: tuple[Finding, ...] = ()


class OptOuts:
    """The opt-out file at `path`. Safe to use from many threads and many processes."""

    def __init__(self, path: Path, keys: Sequence[bytes]) -> None:
        """Take the file at `path`, which need not be there yet.

        Args:
            keys: the newsroom's, the newest first. The file keeps the one that it was made with,
                however the others rotate; a new file is made with the oldest.
        """
        self.path = path
        self._keys = tuple(keys)
        self._key = b""
        self._handle = -1
        self._writing, self._flushing = threading.Lock(), threading.Lock()
        self._written = self._flushed = 0

    def who(self, key: str) -> str:
        """Return the keyed hash under which the person with the address `key` stands in the file.

        Raises:
            StoreError: the file was made with a key that is not among ours.
        """
        return keyed_hash(self._key or self._its_key(), key)

    def say(self, sayings: Sequence[Saying]) -> None:
        """Append `sayings`; when this returns, they survive a power cut.

        Threads that come at the same time share one flush.

        Raises:
            StoreError: the file cannot be written; nothing was promised.
        """
        lines = "".join(f"{_line(saying)}\n" for saying in sayings).encode()
        try:
            with self._writing:
                handle = self._open()
                self._append(handle, lines)
                self._written += 1
                mine = self._written
            with self._flushing:
                if self._flushed < mine:
                    reached = self._written
                    os.fsync(self._handle)
                    self._flushed = reached
        except OSError as error:
            raise StoreError(f"{self.path}: cannot be written: {error.strerror}: nothing was kept") from error

    def read(self, start: int = 0, *, most: int | None = None) -> Tail:
        """Return what stands in the file from byte `start` on, at most about `most` bytes of it.

        Raises:
            StoreError: it cannot be read, or its first line says that it is not ours.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                data = file.read() if most is None else file.read(most) + file.readline()
        except FileNotFoundError:
            return Tail(sayings=(), end=0)
        except OSError as error:
            raise StoreError(f"{self.path}: cannot be read: {error.strerror}") from error
        whole, _, cut = data.rpartition(b"\n")
        end = start + len(data) - len(cut)
        findings: list[Finding] = []
        lines = whole.split(b"\n") if end > start else []
        found = tuple(self._sayings(lines, first=start == 0, findings=findings))
        if cut:
            findings.append(self._finding(Level.NOTE, "opt-out-line-cut", "its last line is not whole"))
        return Tail(sayings=found, end=end, findings=tuple(findings))

    def size(self) -> int:
        """Return its length in bytes; 0 when it is not there. Cheap enough to ask for each group."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def identity(self) -> str:
        """Return the name that the file was given when it was made; empty when it is not there."""
        return str(self._header().get("file", ""))

    def key_fits(self) -> bool | None:
        """Whether one of our keys is the one that it was made with; None when it is not there."""
        header = self._header()
        return any(header["key"] == _check(key) for key in self._keys) if "key" in header else None

    def key_check(self) -> str:
        """Return what tells files with the same key from others; empty when it is not there."""
        return str(self._header().get("key", ""))

    def close(self) -> None:
        """Let go of the file."""
        with self._writing, self._flushing:
            if self._handle >= 0:
                os.close(self._handle)
                self._handle = -1

    def _its_key(self) -> bytes:
        header = self._header()
        fitting = [key for key in reversed(self._keys) if header.get("key", _check(key)) == _check(key)]
        if not fitting:
            raise StoreError(
                f"{self.path}: was made with another key: put the newsroom's own key back into secrets.env"
            )
        self._key = fitting[0]
        return self._key

    def _header(self) -> dict[str, object]:
        try:
            with self.path.open("rb") as file:
                header = json.loads(file.readline(4096) or b"{}")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise StoreError(f"{self.path}: is no opt-out file: its first line cannot be read") from error
        return header if isinstance(header, dict) else {}

    def _open(self) -> int:
        """Return a handle on the file at `path`, a new one when somebody put another file there."""
        if self._handle >= 0:
            try:
                if os.path.samestat(os.fstat(self._handle), self.path.stat()):
                    return self._handle
            except FileNotFoundError:
                pass  # moved away: made again below
            with self._flushing:
                os.fsync(self._handle)  # somebody may still wait for it
                os.close(self._handle)
                self._handle = -1
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # so that a new file's name survives as well
        finally:
            os.close(folder)
        return self._handle

    def _append(self, handle: int, lines: bytes) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            size = os.fstat(handle).st_size
            if size == 0:
                header = {
                    "format": _FORMAT,
                    "file": secrets.token_hex(8),
                    "key": _check(self._key or self._its_key()),
                }
                lines = json.dumps(header).encode() + b"\n" + lines
            elif os.pread(handle, 1, size - 1) != b"\n":
                lines = b"\n" + lines
            while lines:
                lines = lines[os.write(handle, lines) :]
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)

    def _sayings(self, lines: Iterable[bytes], *, first: bool, findings: list[Finding]) -> Iterator[Saying]:
        for number, line in enumerate(lines, 1):
            if first and number == 1 and b'"format"' in line:
                continue
            try:
                yield _saying(line)
            except (ValueError, KeyError, TypeError):
                where = f"line {number}" if first else "a line"
                words = f"{where} of it is damaged and was passed over"
                findings.append(self._finding(Level.WARNING, "opt-out-line-damaged", words))

    def _finding(self, level: Level, code: str, words: str) -> Finding:
        return Finding(level=level, code=code, message=f"the opt-out file: {words}", where=self.path.name)


def merge(target: OptOuts, others: Sequence[OptOuts]) -> int:
    """Add to `target` what only `others` know; return how many words that were.

    The order of lines does not matter, since the newest word wins by its own time.
    """
    known = set(target.read().sayings)
    missing = dict.fromkeys(
        saying for other in others for saying in other.read().sayings if saying not in known
    )
    if missing:
        target.say(tuple(missing))
    return len(missing)


def _check(key: bytes) -> str:
    return keyed_hash(key, _CHECK)


def _line(saying: Saying) -> str:
    return json.dumps(
        {
            "at": saying.at.astimezone(UTC).isoformat(),
            "who": saying.who,
            "scope": saying.scope,
            "word": saying.word.value,
            "source": saying.source,
        },
        ensure_ascii=False,
    )


def _saying(line: bytes) -> Saying:
    told = json.loads(line)
    at = datetime.fromisoformat(told["at"])
    if at.tzinfo is None:
        raise ValueError("no time zone")
    return Saying(
        at=at.astimezone(UTC),
        who=str(told["who"]),
        scope=str(told["scope"]),
        word=Word(told["word"]),
        source=str(told["source"]),
    )

"""An SMTP server that writes down what it accepts before it says so: the judge of the crash tests.

What it does with a recipient is told by the local part, so that a test can mix all kinds:
`later-N-…` is answered 451 at RCPT the first N times, `never-…` 550, `dataless-…` 554 after the
dot; `cut-…` is written down and then cut off instead of answered, the first time. All others get
a 250. What is refused for good is written down as well.

Run as a program it prints its port and serves until its input ends: `python sink.py LOG [DELAY]`.
"""

import asyncio
import contextlib
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

_ADDRESS = re.compile(rb"<([^>]*)>")
_MESSAGE_ID = re.compile(rb"^message-id:\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)


REFUSED = "-"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One message that the sink took, or had taken when it cut the line."""

    recipient: str
    message_id: str  #: REFUSED for one that it did not take


def written(log: Path) -> list[Accepted]:
    """Return all that a sink has written down so far, in order."""
    if not log.exists():
        return []
    whole, _, _ = log.read_text().rpartition("\n")
    return [Accepted(*line.split(" ")) for line in whole.splitlines()]


def accepted(log: Path) -> list[Accepted]:
    """Return what a sink has accepted so far, in order."""
    return [line for line in written(log) if line.message_id != REFUSED]


class Sink:
    """What all connections of one server share: the log, and how often it has seen whom."""

    def __init__(self, log: Path, *, delay: float = 0.0) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.delay = delay  #: seconds before each answer to a message
        self._seen: Counter[tuple[str, str]] = Counter()
        self._number = 0

    async def listen(self) -> tuple[asyncio.Server, int]:
        """Return the server and its port."""
        server = await asyncio.start_server(lambda r, w: _Dialogue(self, r, w).hold(), "127.0.0.1", 0)
        return server, server.sockets[0].getsockname()[1]

    def first_times(self, what: str, recipient: str, times: int) -> bool:
        """Whether this is one of the first `times` times that `what` happened to `recipient`."""
        self._seen[what, recipient] += 1
        return self._seen[what, recipient] <= times

    def write_down(self, recipient: str, data: bytes) -> str:
        """Note that a message is accepted, before anybody is told; return the name it has in our queue."""
        found = _MESSAGE_ID.search(data)
        assert found is not None
        os.write(self._log, f"{recipient} {found[1].decode()}\n".encode())
        self._number += 1
        return f"{0x4F000000000 + self._number:011X}"

    def refuse(self, recipient: str) -> None:
        """Note that a message is refused for good."""
        os.write(self._log, f"{recipient} {REFUSED}\n".encode())


class _Dialogue:
    """One connection."""

    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._sink, self._reader, self._writer = sink, reader, writer
        self._recipient = ""

    async def hold(self) -> None:
        """Talk until one side hangs up."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            self._say("220 sink.example ESMTP")
            while await self._turn(await self._reader.readline()):
                pass
            await self._writer.drain()
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _turn(self, line: bytes) -> bool:
        verb = line[:4].upper()
        if verb == b"EHLO":
            self._say("250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8")
        elif verb == b"RCPT":
            self._judge(line)
        elif verb == b"DATA":
            return await self._data()
        elif verb == b"QUIT":
            self._say("221 2.0.0 bye")
        else:
            self._say("250 2.0.0 fine")
        return bool(line) and verb != b"QUIT"

    def _judge(self, line: bytes) -> None:
        found = _ADDRESS.search(line)
        who = found[1].decode() if found else ""
        kind, _, rest = who.partition("-")
        self._recipient = ""
        if kind == "never":
            self._sink.refuse(who)
            self._say("550 5.1.1 no such person")
        elif kind == "later" and self._sink.first_times("later", who, int(rest.partition("-")[0])):
            self._say("451 4.7.1 greylisted, come back later")
        else:
            self._recipient = who
            self._say("250 2.1.5 fine")

    async def _data(self) -> bool:
        if not self._recipient:
            self._say("554 5.5.1 no valid recipients")
            return True
        self._say("354 go on")
        await self._writer.drain()
        data = await self._reader.readuntil(b"\r\n.\r\n")
        if self._sink.delay:
            await asyncio.sleep(self._sink.delay)
        kind = self._recipient.partition("-")[0]
        if kind == "dataless":
            self._sink.refuse(self._recipient)
            self._say("554 5.7.1 we do not like it")
            return True
        name = self._sink.write_down(self._recipient, data)
        if kind == "cut" and self._sink.first_times("cut", self._recipient, 1):
            return False
        self._say(f"250 2.0.0 Ok: queued as {name}")
        return True

    def _say(self, line: str) -> None:
        self._writer.write(f"{line}\r\n".encode())


async def _main(log: Path, delay: float) -> None:
    server, port = await Sink(log, delay=delay).listen()
    print(port, flush=True)  # noqa: T201
    async with server:
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0))

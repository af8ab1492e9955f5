"""A socket to a relay, TLS over it, and exact knowledge of which bytes have left this machine.

The socket is driven by hand instead of by an asyncio transport, because only so it is
known how much of a message the kernel has taken: a message whose last dot has not left is
surely not sent, one whose dot has is `unknown` until the relay answers.
"""

import asyncio
import fcntl
import socket
import ssl
import struct
from collections.abc import Callable
from typing import Protocol

from digest.delivery import tls
from digest.delivery.dialogue import Dialogue
from digest.delivery.envelope import Offers
from digest.delivery.login import NotLoggedIn, Say, Script
from digest.delivery.patience import Patience
from digest.delivery.reading import NotSmtp, ReplyReader
from digest.delivery.tls import TlsLayer
from digest.model.delivery import Phase, Reply

_READ = 64 * 1024
_SIOCOUTQNSD = 0x894B  # Linux: bytes in the socket's queue that were never put on the wire


class Owner(Protocol):
    """Whoever opened the connection."""

    def ready(self, connection: "Connection", offers: Offers) -> Dialogue:
        """Return the dialogue to go on with, now that the relay takes mail."""

    def ended(self, connection: "Connection", reply: Reply) -> None:
        """Note that the connection is over; all its messages are settled or given back."""


class Connection:
    """One connection, from the first byte to the last."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sock: socket.socket,
        owner: Owner,
        script: Script,
        *,
        encrypt: Callable[[bool], ssl.SSLContext],
        server: str,
        patience: Patience,
    ) -> None:
        self._loop, self._sock, self._owner, self._script = loop, sock, owner, script
        self._tls_context, self._server = encrypt, server
        self._waits = {phase: patience.seconds(phase) for phase in (None, *Phase)}
        self._reader = ReplyReader()
        self.dialogue: Dialogue | None = None
        self._step = Phase.CONNECT  #: of the login
        self._tls: TlsLayer | None = None
        self._out: list[bytes | memoryview] = []
        self._queued = 0  #: bytes ever given to `_out`, encrypted ones where TLS is on
        self._waiting = 0  #: of those, not yet taken by the kernel
        self._dot_end = 0  #: `_queued` just after the end of the last message
        self._clogged = False
        self._over = False
        self.deadline = loop.time() + self._waits[Phase.CONNECT]

    def begin(self) -> None:
        """Listen to the relay, and say the first word where that is ours."""
        self._loop.add_reader(self._sock, self._readable)
        self._advance(None)
        self.flush()

    @property
    def phase(self) -> Phase | None:
        """What is being waited for; None when there is no work."""
        if self.dialogue is None:
            return self._step
        phase = self.dialogue.phase
        return Phase.BODY if phase is Phase.DOT and self._clogged else phase

    def poke(self) -> bool:
        """Begin a message if possible; return whether one began."""
        if self._over or self.dialogue is None or not self.dialogue.poke():
            return False
        self.flush()
        self._wait_anew()
        return True

    def say_goodbye(self) -> None:
        """End politely as soon as nothing is under way."""
        if self.dialogue is None:
            self.hang_up("closed before it was ready")
        elif not self._over:
            self.dialogue.close()
            self.flush()
            self._wait_anew()

    def write(self, *chunks: bytes) -> None:
        """Queue `chunks`; `flush` sends them."""
        for chunk in chunks if self._tls is None else (self._tls.encrypt(b"".join(chunks)),):
            self._queue(chunk)

    def _queue(self, chunk: bytes) -> None:
        if chunk:
            self._out.append(chunk)
            self._queued += len(chunk)
            self._waiting += len(chunk)

    def write_message(self, *chunks: bytes) -> None:
        """Queue `chunks` and remember where the message's end stands."""
        self.write(*chunks)
        self._dot_end = self._queued

    def dot_has_left(self) -> bool:
        """Whether the end of the last message may have left this machine; False is sure."""
        if self._queued - self._waiting < self._dot_end:
            return False
        return self._queued - self._waiting - self._never_on_the_wire() >= self._dot_end

    def hang_up(self, why: str) -> None:
        """End the connection now and settle what was under way."""
        if self._over:
            return
        self._over = True
        if self.dialogue is not None:
            answer = Reply(code=0, text=why, phase=self.dialogue.phase or Phase.CONNECT)
            self.dialogue.lost(why)
        else:
            answer = Reply(code=0, text=why, phase=self._step)
        self._end(answer)

    def flush(self) -> None:
        """Give the kernel what it takes of what is queued."""
        if not self._out or self._clogged or self._over:
            return
        try:
            taken = self._sock.sendmsg(self._out)
        except (BlockingIOError, InterruptedError):
            taken = 0
        except OSError as error:
            self._broken(str(error))
            return
        self._waiting -= taken
        if self._waiting == 0:
            self._out.clear()
            return
        self._out = _rest(self._out, taken)
        self._clogged = True
        self._loop.add_writer(self._sock, self._writable)

    def _writable(self) -> None:
        self._loop.remove_writer(self._sock)
        self._clogged = False
        self.flush()
        self._wait_anew()

    def _readable(self) -> None:
        try:
            data = self._sock.recv(_READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self.hang_up(f"connection lost: {error.strerror or error}")
            return
        if not data:
            self.hang_up("the relay closed the connection")
            return
        self._take(data)
        self.flush()
        self._wait_anew()

    def _broken(self, why: str) -> None:
        """Writing failed; the relay may have said why, so hear it out first."""
        while not self._over:
            try:
                data = self._sock.recv(_READ)
            except OSError:
                data = b""
            if not data:
                self.hang_up(f"connection lost: {why}")
                return
            self._out.clear()
            self._take(data)

    def _take(self, data: bytes) -> None:
        try:
            if self._tls is not None:
                data = self._decrypted(data, self._tls)
            replies = self._reader.take(data) if data else []
        except NotSmtp as error:
            self.hang_up(f"not SMTP: {error}")
            return
        except ssl.SSLError as error:
            self.hang_up(tls.words(error))
            return
        for number, (code, lines) in enumerate(replies, 1):
            if self._over:
                return
            if self.dialogue is not None:
                self.dialogue.received(code, lines)
            else:
                self._advance((code, lines), last=number == len(replies) and self._reader.empty)

    def _decrypted(self, data: bytes, layer: TlsLayer) -> bytes:
        stood = layer.stands
        plain = layer.decrypt(data)
        self._queue(layer.to_send())
        if layer.stands and not stood:
            self._advance((0, []))
        return plain

    def _advance(self, heard: tuple[int, list[bytes]] | None, *, last: bool = True) -> None:
        """Take the next step of the login; `last`: nothing more was said with what was heard."""
        try:
            step = next(self._script) if heard is None else self._script.send(heard)
        except NotLoggedIn as error:
            self._over = True
            self._end(error.answer)
            return
        except StopIteration as end:
            self.dialogue = self._owner.ready(self, end.value)
            self.dialogue.poke()
            return
        self._step = step.phase
        if isinstance(step, Say):
            self.write(step.command)
        elif not last:  # an injection: it would be taken for something said under TLS (RFC 3207, 4.2)
            self.hang_up("the relay went on in the clear after STARTTLS")
        else:
            self._tls = TlsLayer(self._tls_context(step.verify), self._server)
            self._queue(self._tls.to_send())

    def _never_on_the_wire(self) -> int:
        """Return how many bytes the kernel took and never sent; 0 where it cannot tell."""
        try:
            raw = fcntl.ioctl(self._sock.fileno(), _SIOCOUTQNSD, b"\0\0\0\0")
        except OSError:
            return 0
        return int(struct.unpack("i", raw)[0])

    def _wait_anew(self) -> None:
        self.deadline = self._loop.time() + self._waits[self.phase]

    def _end(self, answer: Reply) -> None:
        self._loop.remove_reader(self._sock)
        if self._clogged:
            self._loop.remove_writer(self._sock)
        self._sock.close()
        self._owner.ended(self, answer)


def _rest(chunks: list[bytes | memoryview], taken: int) -> list[bytes | memoryview]:
    """Return what is left of `chunks` after `taken` bytes."""
    for at, chunk in enumerate(chunks):
        if taken < len(chunk):
            return [memoryview(chunk)[taken:], *chunks[at + 1 :]]
        taken -= len(chunk)
    return []

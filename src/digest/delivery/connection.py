"""A socket to a relay, TLS over it, and exact knowledge of which bytes have left this machine.

The socket is driven by hand, because only so it is known how much of a message the kernel
has taken: a message whose last dot has not left is surely not sent, one whose dot has is
`unknown` until the relay answers.
"""

import contextlib
import errno
import fcntl
import os
import selectors
import socket
import ssl
import struct
import sys
import termios
import time
from collections.abc import Callable
from typing import Any, Protocol

from digest.delivery import tls
from digest.delivery.dialogue import Dialogue
from digest.delivery.envelope import Offers
from digest.delivery.login import NotLoggedIn, Say, Script
from digest.delivery.reading import NotSmtp, ReplyReader
from digest.delivery.tls import TlsLayer
from digest.model.delivery import Phase, Reply

_READ = 8 * 1024
_SIOCOUTQNSD = 0x894B  # Linux: bytes in the socket's queue that were never put on the wire
_SIOCOUTQ = termios.TIOCOUTQ  # Linux: those, and the ones that the other machine has not acknowledged
Place = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]  #: as getaddrinfo returns it


class Owner(Protocol):
    """Whoever opened the connection."""

    def ready(self, connection: "Connection", offers: Offers) -> Dialogue:
        """Return the dialogue to go on with, now that the relay takes mail."""

    def ended(self, connection: "Connection", reply: Reply) -> None:
        """Note that the connection is over; all its messages are settled or given back."""


class Connection:
    """One connection, from the first byte to the last.

    Args:
        places: the relay's addresses; the first that answers is used.
        encrypt: makes the TLS layer; told whether the certificate must be trusted.
        waits: seconds by phase, None for a connection without work.
    """

    def __init__(
        self,
        selector: selectors.BaseSelector,
        places: list[Place],
        owner: Owner,
        script: Script,
        *,
        encrypt: Callable[[bool], TlsLayer],
        waits: dict[Phase | None, float],
        connect_within: float,
    ) -> None:
        self._selector, self._places, self._owner, self._script = selector, places, owner, script
        self._encrypt, self._waits, self._connect_within = encrypt, waits, connect_within
        self._sock: socket.socket | None = None
        self._connected = False
        self._reader = ReplyReader()
        self.dialogue: Dialogue | None = None
        self._step = Phase.CONNECT  #: of the login
        self._tls: TlsLayer | None = None
        self._out: list[bytes | memoryview] = []
        self._queued = 0  #: bytes ever written, encrypted ones where TLS is on
        self._waiting = 0  #: of those, not yet taken by the kernel
        self._dot_end = 0  #: `_queued` just after the end of the last message
        self._failure = ""  #: why nothing more can be written
        self._ended = False  #: whether the relay has ended its side in good order
        self._over = False
        self._since = 0.0  #: when something last happened

    @property
    def deadline(self) -> float:
        """Until when the relay has time for what is being waited for."""
        opening = self._sock is not None and not self._connected
        return self._since + (self._connect_within if opening else self._waits[self.phase])

    @property
    def phase(self) -> Phase | None:
        """What is being waited for; None when there is no work."""
        if self.dialogue is None:
            return self._step
        phase = self.dialogue.phase
        return Phase.BODY if phase is Phase.DOT and self._waiting else phase

    def begin(self) -> None:
        """Begin to connect to the next of the relay's addresses, or give up."""
        why = "the name has no address"
        while self._places:
            family, kind, proto, _, where = self._places.pop(0)
            self._sock = socket.socket(family, kind, proto)
            self._sock.setblocking(False)
            state = self._sock.connect_ex(where)
            if state in (0, errno.EINPROGRESS):
                self._since = time.monotonic()
                self._selector.register(self._sock, selectors.EVENT_WRITE, self._event)
                return
            self._sock.close()
            why = os.strerror(state)
        self._sock = None
        self.hang_up(why)

    def poke(self) -> bool:
        """Begin a message if possible; return whether one began."""
        if self._over or self.dialogue is None or not self.dialogue.poke():
            return False
        self._after()
        return True

    def say_goodbye(self) -> None:
        """End politely as soon as nothing is under way."""
        if self.dialogue is None:
            self.hang_up("closed before it was ready")
        elif not self._over:
            self.dialogue.close()
            self._after()

    def write(self, data: bytes) -> None:
        """Send `data`, or queue what the kernel does not take now."""
        self._send((data,) if self._tls is None else (self._tls.encrypt(data),))

    def write_message(self, wire: bytes, end: bytes, after: bytes) -> None:
        """Send a message and what follows it; remember where its end stands."""
        start = self._queued
        if self._tls is None:
            self._dot_end = start + len(wire) + len(end)
            self._send((wire, end + after))
            return
        message = self._tls.encrypt(wire + end)
        self._dot_end = start + len(message)
        self._send((message, self._tls.encrypt(after) if after else b""))

    def dot_has_left(self) -> bool:
        """Whether the end of the last message may have left this machine; False is sure."""
        taken = self._queued - self._waiting
        if taken < self._dot_end:
            return False
        # Whoever ends a connection acknowledges all that has arrived until then (RFC 9293, 3.10.7.4): a dot
        # that the end does not acknowledge had not arrived. A reset proves no such thing (decisions/0404).
        return taken - self._in_queue(_SIOCOUTQ if self._ended else _SIOCOUTQNSD) >= self._dot_end

    def hang_up(self, why: str) -> None:
        """End the connection now and settle what was under way."""
        if self._over:
            return
        self._over = True
        answer = Reply(code=0, text=why, phase=self.phase or Phase.CONNECT)
        if self.dialogue is not None:
            self.dialogue.lost(why)
        self._end(answer)

    def _event(self, mask: int) -> None:
        """Do what the socket is ready for."""
        if not self._connected:
            self._on_connected()
            return
        if mask & selectors.EVENT_READ:
            self._readable()
        if mask & selectors.EVENT_WRITE and self._waiting and not self._over:
            self._send(())
            if not self._waiting and not self._over:
                self._listen_for(selectors.EVENT_READ)
        self._after()

    def _on_connected(self) -> None:
        assert self._sock is not None
        state = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if state and self._places:
            self._selector.unregister(self._sock)
            self._sock.close()
            self.begin()
        elif state:
            self.hang_up(os.strerror(state))
        else:
            self._connected = True
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._listen_for(selectors.EVENT_READ)
            self._advance(None)
            self._after()

    def _after(self) -> None:
        """What must be done when an event is dealt with."""
        if self._failure and not self._over:
            self._hear_out()
        self._since = time.monotonic()

    def _send(self, chunks: tuple[bytes, ...]) -> None:
        """Give the kernel what is queued, then `chunks`; keep what it does not take."""
        size = sum(map(len, chunks))
        self._queued += size
        self._waiting += size
        if self._out or not chunks:
            self._out.extend(chunks)
            if chunks:  # the selector tells when there is room again
                return
        if self._failure or self._over or self._sock is None:
            return
        try:
            taken = self._sock.sendmsg(self._out or chunks)
        except (BlockingIOError, InterruptedError):
            taken = 0
        except OSError as error:
            self._failure = error.strerror or str(error)
            return
        self._waiting -= taken
        if self._waiting:
            self._out = _rest([*self._out] or [*chunks], taken)
            self._listen_for(selectors.EVENT_READ | selectors.EVENT_WRITE)
        elif self._out:
            self._out.clear()

    def _readable(self) -> None:
        assert self._sock is not None
        try:
            data = self._sock.recv(_READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self.hang_up(f"connection lost: {error.strerror or error}")
            return
        if data:
            self._take(data)
        else:
            self._ended = True
            self.hang_up("the relay closed the connection")

    def _hear_out(self) -> None:
        """Writing failed; the relay may have said why before it hung up."""
        assert self._sock is not None
        while not self._over:
            try:
                data = self._sock.recv(_READ)
            except OSError:
                data = b""
            if data:
                self._take(data)
            else:
                self.hang_up(f"connection lost: {self._failure}")

    def _take(self, data: bytes) -> None:
        try:
            if self._tls is not None:
                data = self._decrypted(data, self._tls)
            if self.dialogue is not None and self._reader.empty and self.dialogue.all_went_well(data):
                return
            for code, lines in self._reader.take(data):
                if self._over:
                    return
                if self.dialogue is not None:
                    self.dialogue.received(code, lines)
                else:
                    self._advance((code, lines), last=self._reader.empty)
        except NotSmtp as error:
            self.hang_up(f"not SMTP: {error}")
        except ssl.SSLError as error:
            self.hang_up(tls.words(error))

    def _decrypted(self, data: bytes, layer: TlsLayer) -> bytes:
        stood = layer.stands
        plain = layer.decrypt(data)
        own = layer.to_send()
        if own:
            self._send((own,))
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
            if step.command:
                self.write(step.command)
        elif not last:  # an injection: it would be taken for something said under TLS (RFC 3207, 4.2)
            self.hang_up("the relay went on in the clear after STARTTLS")
        else:
            self._tls = self._encrypt(step.verify)
            self._send((self._tls.to_send(),))

    def _in_queue(self, which: int) -> int:
        """Return how many bytes are in one of the socket's queues; 0 where the kernel cannot tell."""
        if self._sock is None or not sys.platform.startswith("linux"):
            return 0
        try:
            raw = fcntl.ioctl(self._sock.fileno(), which, bytes(4))
        except OSError:
            return 0
        return int(struct.unpack("i", raw)[0])

    def _listen_for(self, events: int) -> None:
        assert self._sock is not None
        self._selector.modify(self._sock, events, self._event)

    def _end(self, answer: Reply) -> None:
        if self._sock is not None:
            with contextlib.suppress(KeyError):
                self._selector.unregister(self._sock)
            self._sock.close()
        self._owner.ended(self, answer)


def _rest(chunks: list[bytes | memoryview], taken: int) -> list[bytes | memoryview]:
    """Return what is left of `chunks` after `taken` bytes."""
    for at, chunk in enumerate(chunks):
        if taken < len(chunk):
            return [memoryview(chunk)[taken:], *chunks[at + 1 :]]
        taken -= len(chunk)
    return []

"""An SMTP relay that misbehaves on command, and writes down what it accepts before it answers."""

import contextlib
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from digest.model.delivery import RelayAddress, RelayKind, TlsMode


class Drop(Exception):
    """Close the connection without a word."""


class Dies(bytes):
    """The beginning of an answer, after which the connection is closed."""


@dataclass
class Moment:
    """Where the dialogue is when the script is asked."""

    phase: str  #: connect ehlo starttls auth mail rcpt data body dot rset quit
    count: int  #: how often this phase was reached before, over all connections
    line: str  #: the command
    connection: int  #: from 0


#: Returns a reply to give instead of the usual one, or None; may raise Drop or wait.
Script = Callable[[Moment], str | bytes | None]

USUAL = {
    "connect": "220 faulty ESMTP",
    "ehlo": "250-faulty\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250-DSN\r\n250 8BITMIME",
    "starttls": "220 2.0.0 Go on",
    "auth": "235 2.7.0 Welcome",
    "mail": "250 2.1.0 Ok",
    "rcpt": "250 2.1.5 Ok",
    "data": "354 Go on",
    "dot": "250 2.0.0 Ok: queued as 4F0",
    "rset": "250 2.0.0 Ok",
    "quit": "221 2.0.0 Bye",
}


@dataclass
class Relay:
    """A context manager that listens; `accepted` holds (recipient, message) of each 250 after a dot."""

    script: Script = lambda moment: None
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    body_bytes: int | None = None  #: the phase body comes after so many bytes of a message
    eager: bool = False  #: wants a message even when it has taken no recipient (RFC 2920, 3.1)
    receive_buffer: int | None = None  #: so small that the sender's kernel cannot get rid of a message
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)  #: every command, of all connections

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._open: set[_Session] = set()
        self._over = threading.Event()

    def __enter__(self) -> "Relay":
        self._listening = socket.create_server(("127.0.0.1", 0))
        if self.receive_buffer:
            self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer)
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._lock:
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def address(self, tls: TlsMode = TlsMode.NONE, **login: str) -> RelayAddress:
        port = self._listening.getsockname()[1]
        host = login.pop("host", "127.0.0.1")
        return RelayAddress(name="main", kind=RelayKind.SMTP, host=host, port=port, tls=tls, **login)

    def wait_for_the_end(self) -> None:
        """Say nothing until the relay is taken down."""
        self._over.wait()
        raise Drop

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.accepted]

    def _accept(self) -> None:
        number = 0
        while not self._over.is_set():
            try:
                sock, _ = self._listening.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            session = _Session(self, sock, number)
            with self._lock:
                self._open.add(session)
            thread = threading.Thread(target=self._serve, args=(session,), daemon=True)
            self._threads.append(thread)
            thread.start()
            number += 1

    def _serve(self, session: "_Session") -> None:
        with contextlib.suppress(Drop, OSError):
            if self.implicit_tls:
                session.encrypt()
            session.run()
        with self._lock:
            self._open.discard(session)
        session.sock.close()

    def ask(self, phase: str, line: str, connection: int) -> bytes:
        with self._lock:
            count = self._counts[phase]
            self._counts[phase] += 1
            if phase not in ("connect", "body", "dot"):
                self.heard.append(line)
        answer = self.script(Moment(phase, count, line, connection))
        if isinstance(answer, bytes):
            return answer
        return (answer or USUAL.get(phase, "")).encode() + b"\r\n"


class _Session:
    def __init__(self, relay: Relay, sock: socket.socket, number: int) -> None:
        self.relay, self.number = relay, number
        self.sock: socket.socket = sock
        self.buffer = b""

    def run(self) -> None:
        self.say("connect")
        sender = recipient = ""
        while True:
            line = self.line()
            verb = line.split(" ")[0].partition(":")[0].lower()
            if (verb == "rcpt" and not sender) or (verb == "data" and not recipient and not self.relay.eager):
                self.sock.sendall(b"503 5.5.1 not now\r\n")
                continue
            answer = self.say("ehlo" if verb == "helo" else verb, line)
            if verb == "mail":
                sender, recipient = (line if answer.startswith(b"2") else ""), ""
            elif verb == "rcpt" and answer.startswith(b"2"):
                recipient = line.partition("<")[2].partition(">")[0]
            elif verb == "rset":
                sender = recipient = ""
            if verb == "starttls" and answer.startswith(b"220"):
                self.encrypt()
            elif verb == "data" and answer.startswith(b"354"):
                message = self.message()
                if recipient:
                    self.say("dot", recipient, keep=(recipient, message))
                else:
                    assert message == b"\r\n", "a message for nobody"
                    self.sock.sendall(b"554 5.5.1 no valid recipients\r\n")
                sender = recipient = ""
            elif verb == "quit":
                return

    def encrypt(self) -> None:
        assert self.relay.tls is not None
        self.sock = self.relay.tls.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)
        self.sock.do_handshake()
        self.buffer = b""

    def say(self, phase: str, line: str = "", keep: tuple[str, bytes] | None = None) -> bytes:
        answer = self.relay.ask(phase, line, self.number)
        if keep is not None and answer.startswith(b"2"):
            with self.relay._lock:
                self.relay.accepted.append(keep)
        self.sock.sendall(answer)
        if isinstance(answer, Dies):
            raise Drop
        return answer

    def line(self) -> str:
        while b"\r\n" not in self.buffer:
            self.more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode("utf-8", "replace")

    def message(self) -> bytes:
        asked = False
        while b"\r\n.\r\n" not in self.buffer and not self.buffer.startswith(b".\r\n"):
            limit = self.relay.body_bytes
            if limit is not None and not asked and len(self.buffer) >= limit:
                asked = True
                self.relay.ask("body", "", self.number)
            self.more(size=1024 if limit is not None else 65536)
        if self.buffer.startswith(b".\r\n"):
            message, self.buffer = b"", self.buffer[3:]
        else:
            message, self.buffer = self.buffer.split(b"\r\n.\r\n", 1)
        return message + b"\r\n"

    def more(self, size: int = 65536) -> None:
        data = self.sock.recv(size)
        if not data:
            raise Drop
        self.buffer += data

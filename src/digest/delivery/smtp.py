"""Sends mail through an SMTP relay over several connections at once.

Batches in, outcomes out. The sockets move whenever `start`, `finished` or `close` is
called, in the caller's thread: a thread of their own would fight with the caller over the
interpreter and cost more than it wins (docs/decisions/0402). Messages that the relay surely
knows nothing of (a connection that ended between two messages) move to another one unseen.
"""

import socket
import ssl
import time
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType

from digest.delivery.engine import Engine
from digest.delivery.envelope import Offers
from digest.delivery.patience import Patience
from digest.model.delivery import Outcome, Outgoing, RelayAddress, Transport
from digest.model.digest import RelayRules
from digest.model.errors import RelayUnusable


class SmtpTransport:
    """Hands messages to one relay; a context manager, or call `close`. Not for several threads.

    Args:
        hello: the name to greet with; by default this machine's, or its address in brackets.
        trust: how certificates are checked; by default against the system's authorities.
    """

    def __init__(
        self,
        address: RelayAddress,
        rules: RelayRules,
        *,
        hello: str = "",
        trust: ssl.SSLContext | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._name = address.name
        self._engine = Engine(
            address, rules, hello=hello or own_name(), trust=trust, patience=patience or Patience()
        )
        self._closed = False

    def start(self, batch: Sequence[Outgoing]) -> None:
        """Begin to send `batch`; return at once."""
        if self._closed:
            raise ValueError(f"{self._name}: this transport is closed")
        self._engine.turn(0)  # notice first which connections the relay has closed meanwhile
        self._engine.submit(tuple(batch))

    def finished(self, wait: timedelta) -> list[Outcome]:
        """Return what was settled since the last call, waiting at most `wait` for the first."""
        if not self._closed:
            until = time.monotonic() + wait.total_seconds()
            self._engine.turn(0 if self._engine.settled else wait.total_seconds())
            while not self._engine.settled and (left := until - time.monotonic()) > 0:
                self._engine.turn(left)
        settled, self._engine.settled = self._engine.settled, []
        return settled

    def allow(self, connections: int) -> None:
        """Use at most so many connections from now on, at least one; the others end after what they are at.

        Never more than the rules say, and no more than the relay lets us have.
        """
        if not self._closed:
            self._engine.allow(max(1, connections))

    def fileno(self) -> int:
        """Return a descriptor that is readable when `finished` has something to do: for `select`."""
        return self._engine.fileno()

    def close(self, wait: timedelta = timedelta(seconds=10)) -> list[Outcome]:
        """Finish what is under way within `wait`, say goodbye, and return what was still to be told.

        Messages not begun come back as deferred; what is cut off comes back as it stood.
        """
        if not self._closed:
            until = time.monotonic() + wait.total_seconds()
            self._engine.drain()
            while self._engine.connections and (left := until - time.monotonic()) > 0:
                self._engine.turn(left)
            self._engine.cut_off()
            self._closed = True
        return self.finished(timedelta(0))

    def check(self) -> Offers:
        """Log in once, send nothing, and return what the relay offers.

        Raises:
            RelayUnusable: it cannot be reached, trusted or logged in to.
        """
        self._engine.try_out()
        while self._engine.verdict is None:
            self._engine.turn(1.0)
        verdict = self._engine.verdict
        if not isinstance(verdict, Offers):
            raise RelayUnusable(f"{self._name}: cannot be used ({verdict.phase}): {verdict}")
        return verdict

    def __enter__(self) -> "SmtpTransport":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def own_name() -> str:
    """Return this machine's name if it is a full one, else an address literal (RFC 5321, 4.1.3)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


_: type[Transport] = SmtpTransport

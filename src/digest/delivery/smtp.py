"""Sends mail through an SMTP relay over several connections at once.

`SmtpTransport` is synchronous: batches in, outcomes out. The sockets live in a thread of
their own, on uvloop where it is installed. Messages that the relay surely knows nothing of
(a connection that ended between two messages) move to another connection unseen.
"""

import asyncio
import socket
import ssl
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import timedelta
from types import TracebackType

from digest.delivery.engine import Engine
from digest.delivery.envelope import Offers
from digest.delivery.patience import Patience
from digest.model.delivery import Outcome, Outgoing, RelayAddress, Transport
from digest.model.digest import RelayRules


class SmtpTransport:
    """Hands messages to one relay; a context manager, or call `close`.

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
        self._outcomes: deque[Outcome] = deque()
        self._news = threading.Event()
        self._address = address
        self._loop = new_loop()
        self._engine = Engine(
            self._loop,
            address,
            rules,
            hello=hello or own_name(),
            trust=trust,
            patience=patience or Patience(),
            tell=self._tell,
        )
        self._thread = threading.Thread(target=self._run, name=f"relay {address.name}", daemon=True)
        self._thread.start()
        self._closed = False

    def start(self, batch: Sequence[Outgoing]) -> None:
        """Begin to send `batch`; return at once."""
        if self._closed:
            raise ValueError(f"{self._address.name}: this transport is closed")
        self._loop.call_soon_threadsafe(self._engine.submit, tuple(batch))

    def finished(self, wait: timedelta) -> list[Outcome]:
        """Return what was settled since the last call, waiting at most `wait` for the first."""
        if not self._outcomes:
            self._news.wait(max(wait.total_seconds(), 0))
        self._news.clear()
        if self._engine.bug is not None:
            raise self._engine.bug
        out: list[Outcome] = []
        while self._outcomes:
            out.append(self._outcomes.popleft())
        return out

    def close(self, wait: timedelta = timedelta(seconds=10)) -> list[Outcome]:
        """Finish what is under way within `wait`, say goodbye, and return what was still to be told.

        Messages not begun come back as deferred; what is cut off comes back as it stood.
        """
        if not self._closed:
            self._closed = True
            asyncio.run_coroutine_threadsafe(self._engine.drain(wait.total_seconds()), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
        return self.finished(timedelta(0))

    def check(self) -> Offers:
        """Log in once, send nothing, and return what the relay offers.

        Raises:
            RelayUnusable: it cannot be reached, trusted or logged in to.
        """
        answer: Future[Offers] = asyncio.run_coroutine_threadsafe(self._engine.try_out(), self._loop)
        return answer.result()

    def __enter__(self) -> "SmtpTransport":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _tell(self, outcomes: list[Outcome]) -> None:
        self._outcomes.extend(outcomes)
        self._news.set()


def new_loop() -> asyncio.AbstractEventLoop:
    """Return a loop of uvloop's, or asyncio's own where that is not installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


def own_name() -> str:
    """Return this machine's name if it is a full one, else an address literal (RFC 5321, 4.1.3)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


_: type[Transport] = SmtpTransport

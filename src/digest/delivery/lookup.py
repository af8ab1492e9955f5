"""Where a relay is: its name is looked up in a thread of its own, for a resolver may take half a minute.

Meanwhile the mail that goes through other relays must flow, and a sender that is asked to end must end.
"""

import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence

from digest.delivery.connection import Place

#: Seconds that addresses are kept.
KEEP = 60.0


def ask_the_system(host: str, port: int) -> Sequence[Place]:
    """Return the addresses that this machine's resolver has for `host`."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)


class Lookup:
    """The addresses of one relay, looked up when they are asked for and kept for a while.

    Args:
        selector: is woken when an answer is there.
        within: seconds that the resolver has.
        resolve: asks it; may block, and raise OSError.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        selector: selectors.BaseSelector,
        within: float,
        resolve: Callable[[str, int], Sequence[Place]] = ask_the_system,
    ) -> None:
        self._host, self._port, self._within, self._resolve = host, port, within, resolve
        self._found: Sequence[Place] = ()
        self._until = 0.0  #: how long they are kept
        self._began: float | None = None  #: when the resolver was asked, while it has not answered
        self._answer: Sequence[Place] | Exception | None = None
        self._wakes, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        selector.register(self._woken, selectors.EVENT_READ, self._wake)

    def places(self) -> Sequence[Place] | None:
        """Return the relay's addresses, None while the resolver is at it: ask again when woken.

        Raises:
            OSError: there are none, or the resolver does not answer in time.
        """
        answer, self._answer = self._answer, None
        if answer is not None:
            self._began = None
            if isinstance(answer, Exception):
                raise OSError(f"{self._host}: {getattr(answer, 'strerror', None) or answer}") from answer
            self._found, self._until = answer, time.monotonic() + KEEP
        if self._found and time.monotonic() < self._until:
            return self._found
        if self._began is None:
            self._began = time.monotonic()
            threading.Thread(target=self._look, name=f"look up {self._host}", daemon=True).start()
        elif time.monotonic() - self._began > self._within:
            raise OSError(f"{self._host}: its name is not looked up in time: the resolver does not answer")
        return None

    def close(self) -> None:
        """Wait for no answer any more."""
        self._woken.close()
        self._wakes.close()

    def _look(self) -> None:
        try:
            self._answer = self._resolve(self._host, self._port)
        except (OSError, UnicodeError) as error:  # UnicodeError: not a name at all
            self._answer = error
        try:
            self._wakes.send(b"!")
        except OSError:
            return  # nobody waits any more

    def _wake(self, mask: int) -> None:
        self._woken.recv(64)

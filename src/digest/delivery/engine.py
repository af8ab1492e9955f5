"""The relay's connections: how many there are, and which of them gets the next message.

Runs inside the loop's thread; every method is called there. `smtp` is its face.
"""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Callable
from typing import Any

from digest.delivery import tls
from digest.delivery.connection import Connection
from digest.delivery.dialogue import Dialogue
from digest.delivery.envelope import Offers
from digest.delivery.login import log_in
from digest.delivery.patience import Patience
from digest.model.delivery import Deferred, Outcome, Outgoing, Phase, RelayAddress, Reply
from digest.model.digest import RelayRules
from digest.model.errors import RelayUnusable

#: A message whose connections end before it is begun is deferred after so many of them.
TRIES = 3
#: Seconds before a relay that refused one more connection is asked for it again.
_GROW_AGAIN = 30.0


class Engine:
    """Feeds messages to as many connections as the rules and the relay allow."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        address: RelayAddress,
        rules: RelayRules,
        *,
        hello: str,
        trust: ssl.SSLContext | None,
        patience: Patience,
        tell: Callable[[list[Outcome]], None],
    ) -> None:
        self._loop, self._address, self._rules = loop, address, rules
        self._hello, self._patience, self._tell = hello, patience, tell
        self._contexts: dict[bool, ssl.SSLContext] = {} if trust is None else {True: trust}
        self._queue: deque[Outgoing] = deque()
        self._given_back: dict[int, int] = {}  #: position -> how often
        self._connections: dict[Connection, bool] = {}  #: -> whether it takes mail
        self._connecting: set[asyncio.Task[None]] = set()
        self._allowed = rules.connections
        self._grow_after = 0.0
        self._settled: list[Outcome] = []
        self._trials: dict[Connection, asyncio.Future[Offers]] = {}
        self._draining = False
        self.bug: BaseException | None = None  #: an error of our own, to be raised where it is seen
        loop.set_exception_handler(self._note_bug)
        shortest = min(patience.seconds(phase) for phase in (None, *Phase))
        self._sweep_every = min(1.0, max(shortest / 4, 0.01))
        loop.call_soon_threadsafe(self._sweep)

    def submit(self, batch: tuple[Outgoing, ...]) -> None:
        """Take messages to send."""
        self._queue.extend(batch)
        if self._draining:
            self._defer_queue(Reply(code=0, text="not begun: closing", phase=Phase.CONNECT))
        self._pump()

    def take(self, *, ahead: bool) -> Outgoing | None:
        """Return the next message; none ahead as long as new connections wait for one."""
        if ahead and len(self._queue) <= self._opening:
            return None
        return self._queue.popleft() if self._queue else None

    def settle(self, outcome: Outcome) -> None:
        """Note what became of a message; it is told at the end of this turn of the loop."""
        if not self._settled:
            self._loop.call_soon(self._flush)
        if self._given_back:
            self._given_back.pop(outcome.position, None)
        self._settled.append(outcome)

    def give_back(self, mail: Outgoing, reply: Reply) -> None:
        """Put a message back, unless it has had its chances."""
        tries = self._given_back.pop(mail.position, 0) + 1
        if tries >= TRIES or self._draining:
            self.settle(Deferred(position=mail.position, reply=reply))
        else:
            self._given_back[mail.position] = tries
            self._queue.appendleft(mail)

    def ready(self, connection: Connection, offers: Offers) -> Dialogue:
        """Begin to give this connection messages."""
        trial = self._trials.pop(connection, None)
        self._connections[connection] = True
        dialogue = Dialogue(connection, self, offers, limit=self._rules.messages_per_connection)
        if trial is not None and not trial.done():
            trial.set_result(offers)
            dialogue.close()
        return dialogue

    def ended(self, connection: Connection, reply: Reply) -> None:
        """Forget this connection; see to what it leaves behind."""
        took_mail = self._connections.pop(connection, False)
        trial = self._trials.pop(connection, None)
        if trial is not None and not trial.done():
            trial.set_exception(RelayUnusable(f"{self._address.name}: {_words(reply)}"))
        elif not took_mail:
            self._refused(reply)
        self._loop.call_soon(self._pump)

    async def try_out(self) -> Offers:
        """Log in on a connection of its own, and out again."""
        trial: asyncio.Future[Offers] = self._loop.create_future()
        await self._connect(trial)
        return await trial

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, give what is under way `seconds`, then cut it off."""
        self._draining = True
        self._defer_queue(Reply(code=0, text="not begun: closing", phase=Phase.CONNECT))
        connecting = tuple(self._connecting)
        for task in connecting:
            task.cancel()
        await asyncio.gather(*connecting, return_exceptions=True)
        until = self._loop.time() + seconds
        for connection in tuple(self._connections):
            connection.say_goodbye()
        while self._connections and self._loop.time() < until:
            await asyncio.sleep(0.005)
        for connection in tuple(self._connections):
            connection.hang_up("cut off: closing took too long")
        self._flush()

    @property
    def _opening(self) -> int:
        return len(self._connecting) + len(self._connections) - sum(self._connections.values())

    def _pump(self) -> None:
        """Give waiting messages to idle connections, then to new ones, then ahead to busy ones."""
        for connection in tuple(self._connections):
            if not self._queue:
                return
            dialogue = connection.dialogue
            if dialogue is not None and dialogue.idle:
                connection.poke()
        if self._draining:
            return
        self._open_more()
        for connection in tuple(self._connections):
            if len(self._queue) <= self._opening:
                return
            connection.poke()

    def _open_more(self) -> None:
        if self._allowed < self._rules.connections and self._loop.time() >= self._grow_after:
            self._allowed += 1
            self._grow_after = self._loop.time() + _GROW_AGAIN
        open_now = len(self._connections) + len(self._connecting)
        for _ in range(min(self._allowed - open_now, len(self._queue) - self._opening)):
            task = self._loop.create_task(self._connect(None))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _connect(self, trial: "asyncio.Future[Offers] | None") -> None:
        failure = ""
        try:
            async with asyncio.timeout(self._patience.connect.total_seconds()):
                sock = await self._reach()
        except TimeoutError:
            failure = "no connection in time"
        except OSError as error:
            failure = error.strerror or str(error)
        task = asyncio.current_task()
        if task in self._connecting:
            self._connecting.remove(task)
        if failure:
            reply = Reply(code=0, text=failure, phase=Phase.CONNECT)
            if trial is None:
                self._refused(reply)
            else:
                trial.set_exception(RelayUnusable(f"{self._address.name}: {_words(reply)}"))
            return
        connection = Connection(
            self._loop,
            sock,
            self,
            log_in(self._address, hello=self._hello),
            encrypt=self._context,
            server=self._address.host,
            patience=self._patience,
        )
        if trial is not None:
            self._trials[connection] = trial
        self._connections[connection] = False
        connection.begin()

    async def _reach(self) -> socket.socket:
        """Return a connected socket to the first of the relay's addresses that answers."""
        found = await self._loop.getaddrinfo(
            self._address.host, self._address.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
        last: OSError = OSError("the name has no address")
        for family, kind, proto, _, where in found:
            sock = socket.socket(family, kind, proto)
            sock.setblocking(False)
            try:
                await self._loop.sock_connect(sock, where)
            except OSError as error:
                sock.close()
                last = error
            except BaseException:
                sock.close()
                raise
            else:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return sock
        raise last

    def _refused(self, reply: Reply) -> None:
        """One more connection was not to be had: make do with those there are, or tell everybody."""
        if any(self._connections.values()):
            self._allowed = max(1, sum(self._connections.values()))
            self._grow_after = self._loop.time() + _GROW_AGAIN
        elif not self._opening:
            self._defer_queue(reply)

    def _defer_queue(self, reply: Reply) -> None:
        while self._queue:
            mail = self._queue.popleft()
            self._given_back.pop(mail.position, None)
            self.settle(Deferred(position=mail.position, reply=reply))

    def _sweep(self) -> None:
        """Hang up on connections that have been silent for too long."""
        now = self._loop.time()
        for connection in tuple(self._connections):
            if now < connection.deadline:
                continue
            if connection.phase is None:
                connection.say_goodbye()
            else:
                connection.hang_up(f"no answer in time ({connection.phase})")
        self._loop.call_later(self._sweep_every, self._sweep)

    def _context(self, verify: bool) -> ssl.SSLContext:
        if verify not in self._contexts:
            self._contexts[verify] = tls.trusting(verify)
        return self._contexts[verify]

    def _flush(self) -> None:
        if self._settled:
            settled, self._settled = self._settled, []
            self._tell(settled)

    def _note_bug(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.bug = context.get("exception") or RuntimeError(context["message"])
        self._tell([])


def _words(reply: Reply) -> str:
    return f"{reply.phase}: {reply}"

"""The relay's connections: how many there are, and which of them gets the next message.

It moves only inside `turn`; nothing here blocks.
"""

import selectors
import ssl
import time
from collections import deque

from digest.delivery import tls
from digest.delivery.connection import Connection
from digest.delivery.dialogue import Dialogue
from digest.delivery.envelope import Offers
from digest.delivery.login import log_in
from digest.delivery.lookup import Lookup
from digest.delivery.patience import Patience
from digest.delivery.tls import TlsLayer
from digest.model.delivery import Deferred, Outcome, Outgoing, Phase, RelayAddress, Reply
from digest.model.digest import RelayRules

#: A message is deferred after so many connections that ended before any message came to an outcome.
TRIES = 3
#: Seconds before a relay that refused one more connection is asked for it again.
_GROW_AGAIN = 30.0


class Engine:
    """Feeds messages to as many connections as the rules and the relay allow."""

    def __init__(
        self,
        address: RelayAddress,
        rules: RelayRules,
        *,
        hello: str,
        trust: ssl.SSLContext | None,
        patience: Patience,
    ) -> None:
        self._address, self._rules, self._hello = address, rules, hello
        self._contexts: dict[bool, ssl.SSLContext] = {} if trust is None else {True: trust}
        self._waits = {phase: patience.seconds(phase) for phase in (None, *Phase)}
        self._connect_within = patience.connect.total_seconds()
        self._selector = selectors.DefaultSelector()
        self._lookup = Lookup(
            address.host, address.port, selector=self._selector, within=self._connect_within
        )
        self._queue: deque[Outgoing] = deque()
        self._given_back: dict[int, int] = {}  #: position -> how often
        self._connections: dict[Connection, bool] = {}  #: -> whether it takes mail
        self._most = self._allowed = rules.connections  #: that we want; that the relay lets us have
        self._grow_after = 0.0
        self._sweep_at = 0.0
        self._sweep_every = min(1.0, min(*self._waits.values(), self._connect_within) / 4)
        self._trial: Connection | None = None
        self._trial_waits = False  #: for the relay's address
        self.verdict: Offers | Reply | None = None  #: what `try_out` found
        self._draining = False
        self.settled: list[Outcome] = []  #: to be emptied by whoever drives the engine

    @property
    def connections(self) -> int:
        """Return how many connections there are, those being opened included."""
        return len(self._connections)

    def fileno(self) -> int:
        """Return what becomes readable when `turn` has something to do."""
        return self._selector.fileno()

    def allow(self, connections: int) -> None:
        """Have at most so many connections; those too many end after what they are at."""
        limited_by_relay = self._allowed < self._most
        self._most = min(connections, self._rules.connections)
        self._allowed = min(self._allowed, self._most) if limited_by_relay else self._most
        surplus = len(self._connections) - self._most
        for connection in sorted(self._connections, key=_cost_of_ending)[: max(surplus, 0)]:
            connection.say_goodbye()

    def submit(self, batch: tuple[Outgoing, ...]) -> None:
        """Take messages to send."""
        self._queue.extend(batch)
        self._pump()

    def turn(self, wait: float) -> None:
        """Deal with what the relay says, waiting at most `wait` seconds for it to say something."""
        for key, mask in self._selector.select(min(max(wait, 0.0), self._sweep_every)):
            key.data(mask)
        if self._trial_waits:
            self._open(trial=True)
        if self._queue:
            self._pump()
        now = time.monotonic()
        if now >= self._sweep_at:
            self._sweep_at = now + self._sweep_every
            self._sweep(now)

    def take(self, *, ahead: bool) -> Outgoing | None:
        """Return the next message; none ahead as long as new connections wait for one."""
        if not self._queue or (ahead and len(self._queue) <= self._opening):
            return None
        return self._queue.popleft()

    def settle(self, outcome: Outcome) -> None:
        """Note what became of a message."""
        self.settled.append(outcome)
        if self._given_back:
            self._given_back.pop(outcome.position, None)

    def give_back(self, mail: Outgoing, reply: Reply, *, for_nothing: bool) -> None:
        """Put a message back, unless it has had its chances."""
        tries = self._given_back.get(mail.position, 0) + for_nothing
        if tries >= TRIES or self._draining:
            self.settle(Deferred(position=mail.position, reply=reply))
        else:
            self._given_back[mail.position] = tries
            self._queue.appendleft(mail)

    def ready(self, connection: Connection, offers: Offers) -> Dialogue:
        """Begin to give this connection messages."""
        self._connections[connection] = True
        dialogue = Dialogue(connection, self, offers, limit=self._rules.messages_per_connection)
        if connection is self._trial:
            self._trial, self.verdict = None, offers
            dialogue.close()
        return dialogue

    def ended(self, connection: Connection, reply: Reply) -> None:
        """Forget this connection; see to what it leaves behind."""
        took_mail = self._connections.pop(connection, False)
        if connection is self._trial:
            self._trial, self.verdict = None, reply
        elif not took_mail:
            self._refused(reply)

    def try_out(self) -> None:
        """Begin to log in on a connection of its own, and out again; `verdict` will tell."""
        self.verdict = None
        self._open(trial=True)

    def drain(self) -> None:
        """Begin nothing more; finish what is under way and say goodbye."""
        self._draining = True
        self._defer_queue(Reply(code=0, text="not begun: closing", phase=Phase.CONNECT))
        for connection in tuple(self._connections):
            connection.say_goodbye()

    def cut_off(self) -> None:
        """Hang up on everything that is still there."""
        for connection in tuple(self._connections):
            connection.hang_up("cut off: closing took too long")
        self._lookup.close()
        self._selector.close()

    @property
    def _opening(self) -> int:
        return len(self._connections) - sum(self._connections.values())

    def _pump(self) -> None:
        """Give waiting messages to idle connections, then to new ones, then ahead to busy ones."""
        for connection in tuple(self._connections):
            if not self._queue:
                return
            if connection.dialogue is not None and connection.dialogue.idle:
                connection.poke()
        if self._draining:
            return
        if self._allowed < self._most and time.monotonic() >= self._grow_after:
            self._allowed += 1
            self._grow_after = time.monotonic() + _GROW_AGAIN
        while self._queue and len(self._connections) < self._allowed and len(self._queue) > self._opening:
            if not self._open():
                break
        for connection in tuple(self._connections):
            if len(self._queue) <= self._opening:
                return
            connection.poke()

    def _open(self, *, trial: bool = False) -> bool:
        """Begin to connect; return False while the relay's address is looked up, or when it has none."""
        self._trial_waits = False
        try:
            places = self._lookup.places()
        except OSError as error:
            reply = Reply(code=0, text=str(error), phase=Phase.CONNECT)
            if trial:
                self.verdict = reply
            else:
                self._refused(reply)
            return False
        if places is None:
            self._trial_waits = trial
            return False
        connection = Connection(
            self._selector,
            list(places),
            self,
            log_in(self._address, hello=self._hello),
            encrypt=self._encrypt,
            waits=self._waits,
            connect_within=self._connect_within,
        )
        if trial:
            self._trial = connection
        self._connections[connection] = False
        connection.begin()
        return True

    def _refused(self, reply: Reply) -> None:
        """One more connection was not to be had: make do with those there are, or tell everybody."""
        if any(self._connections.values()):
            self._allowed = max(1, sum(self._connections.values()))
            self._grow_after = time.monotonic() + _GROW_AGAIN
        elif not self._connections:
            self._defer_queue(reply)

    def _defer_queue(self, reply: Reply) -> None:
        while self._queue:
            self.settle(Deferred(position=self._queue.popleft().position, reply=reply))

    def _sweep(self, now: float) -> None:
        """Hang up on connections that have been silent for too long."""
        for connection in tuple(self._connections):
            if now < connection.deadline:
                continue
            if connection.phase is None:
                connection.say_goodbye()
            else:
                connection.hang_up(f"no answer in time ({connection.phase})")

    def _encrypt(self, verify: bool) -> TlsLayer:
        if verify not in self._contexts:
            self._contexts[verify] = tls.trusting(verify)
        return TlsLayer(self._contexts[verify], self._address.host)


def _cost_of_ending(connection: Connection) -> int:
    """Return the less the sooner a connection can go: those that are going already, the idle, the busy."""
    if connection.dialogue is None:
        return 3
    if connection.dialogue.busy:
        return 2
    return 1 if connection.dialogue.idle else 0

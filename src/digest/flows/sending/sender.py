"""One sender: claims chunks, commits each group before it starts it, and records what came back.

Single-threaded: the transport has a thread of its own and takes batches. The order in `_advance`
is the guarantee: nothing is started before the transaction that raised the mark is committed, and
an outcome is recorded with the next group. So after a crash at most `window` sends are unknown.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Connection, text

from digest.flows.sending.course import Course, not_begun
from digest.flows.sending.means import Heading, Limits, Means
from digest.flows.sending.plan import Plan, planned
from digest.flows.sending.tally import Tally
from digest.model.delivery import Outcome, Phase, Reply, Transport, Unknown
from digest.model.errors import Busy, StoreError
from digest.store.engine import Store
from digest.store.ledger import claim, closing
from digest.store.ledger.chunk import Claimed
from digest.store.ledger.claim import Scope
from digest.store.ledger.moments import drift
from digest.store.ledger.owners import Owner, bury
from digest.store.ledger.readers import readers
from digest.store.ledger.states import Closed

#: How long to wait for more outcomes, so that a group is worth its commit.
_GATHER = timedelta(milliseconds=5)
#: How long to wait for the first outcome, so that `stop` is asked often enough.
_WAIT = timedelta(milliseconds=500)
#: How often to try to commit, a second apart, before the database is given up.
_TRIES = 5
#: What is cut off after the time to drain is over has this long to say how it stood.
_CUT_OFF = timedelta(seconds=1)
_LONGEST_REST = timedelta(seconds=30)

T = TypeVar("T")


class Ending(StrEnum):
    """Why a sender's run ended."""

    NOTHING_DUE = "nothing due"  #: no chunk could be claimed
    STOPPED = "stopped"  #: it was asked to
    RELAY = "relay unreachable"  #: for longer than it had patience


class Sender:
    """Sends what is due of one edition, or of one digest with its letters."""

    def __init__(
        self, store: Store, means: Means, limits: Limits, owner: Owner, tally: Tally, scope: Scope
    ) -> None:
        self.last_reply: Reply | None = None  #: of a relay that could not be reached
        self._store, self._means, self._limits = store, means, limits
        self._owner, self._tally, self._scope = owner, tally, scope
        self._courses: list[Course] = []
        self._tickets: dict[int, tuple[Course, int]] = {}
        self._issued = 0
        self._transports: dict[str, Transport] = {}  #: by mailbox provider
        self._wires: dict[int, Callable[..., bytes]] = {}
        self._drift = timedelta(0)
        self._renewed = self._look_again = self._rest_until = self._now()
        self._rest = timedelta(0)
        self._silent_since: datetime | None = None
        self._tries = _TRIES

    def run(self) -> Ending:
        """Send until nothing may be sent now, or until it is stopped; leave no chunk behind.

        Raises:
            Busy, StoreError: the database cannot be written; what is in flight then is unknown.
        """
        with self._store.read() as connection:
            self._drift = timedelta(milliseconds=drift(connection, self._means.clock()))
        try:
            while True:
                if self._means.stop():
                    return Ending.STOPPED
                self._open()
                if not self._courses:
                    return Ending.NOTHING_DUE
                self._advance()
                self._finish()
                self._collect()
                self._renew()
                if self._out_of_patience():
                    return Ending.RELAY
        finally:
            self._wind_up()

    def _now(self) -> datetime:
        return self._means.clock() + self._drift

    def _open(self) -> None:
        """Claim chunks until the window could be filled, or nothing more is due."""
        waiting = sum(len(course.todo) for course in self._courses if not course.halted)
        room = self._limits.window - len(self._tickets) - waiting
        now = self._now()
        if room <= 0 or now < self._look_again:
            return
        opened, buried = self._commit(lambda connection: self._claim(connection, room))
        bury(self._means.owners, buried)
        self._courses += opened
        if sum(len(course.todo) for course in opened) < room:
            self._look_again = now + _WAIT

    def _claim(self, connection: Connection, room: int) -> tuple[list[Course], list[str]]:
        now, opened = self._now(), list[Course]()
        buried = claim.free_the_dead(connection, self._means.owners, now=now)
        while room > 0:
            claimed = claim.claim(
                connection, self._owner.name, now=now, lease=self._limits.lease, scope=self._scope
            )
            if claimed is None:
                break
            course = self._course(connection, claimed)
            opened.append(course)
            room -= max(len(course.todo), 1)
        return opened, list(buried)

    def _course(self, connection: Connection, claimed: Claimed) -> Course:
        key = claimed.terms.rendering
        heading = Heading(*connection.execute(_EDITION, {"key": claimed.terms.edition}).one())
        if key not in self._wires:
            self._wires[key] = self._means.compile(key)
        wanted = [claimed.ids[position] for position in claimed.unsent()]
        return Course(
            claimed=claimed,
            readers=readers(connection, wanted),
            heading=heading,
            wire=self._wires[key],
        )

    def _advance(self) -> None:
        """Commit the outcomes so far and the next group; only then start it."""
        plans = self._plans()
        if not plans:
            return
        now = self._now()
        until = now + self._limits.lease

        def work(connection: Connection) -> None:
            for plan in plans:
                plan.commit(connection, self._means.gate, now=now, until=until)

        self._commit(work)
        for plan in plans:
            starting = plan.committed(self._tally)
            self._tickets.update((mail.position, (plan.course, position)) for position, mail in starting)
            if starting:
                self._transport(plan.course).start([mail for _, mail in starting])
        self._tally.told()

    def _plans(self) -> list[Plan]:
        now, plans = self._now(), list[Plan]()
        room = 0 if now < self._rest_until else self._limits.window - len(self._tickets)
        for course in self._courses:
            course.check(now)
            batch = course.next(room)
            room -= len(batch)
            if batch or course.news:
                plans.append(planned(course, batch, self._means.personalise, self._issued))
                self._issued += len(batch)
        return plans

    def _transport(self, course: Course) -> Transport:
        provider = course.claimed.terms.provider
        if provider not in self._transports:
            self._transports[provider] = self._means.transport_for(provider)
        return self._transports[provider]

    def _finish(self) -> None:
        """Close the chunks that are done, give back those that have to wait, drop those we lost."""
        ready = [course for course in self._courses if course.drained and course.over]
        if ready:
            self._commit(lambda connection: self._end(connection, ready))
            self._courses = [course for course in self._courses if course not in ready]

    def _end(self, connection: Connection, ready: list[Course]) -> None:
        for course in ready:
            why = Closed.DONE if course.complete else course.ending
            if course.fenced:
                continue
            if why is None:
                claim.give_back(connection, course.claimed, bytes(course.bits))
                continue
            closing.close(
                connection,
                course.claimed,
                bytes(course.bits),
                why=why,
                now=self._now(),
                retries=self._limits.retries,
                chance=self._means.chance(),
            )

    def _collect(self) -> None:
        """Wait for outcomes: for the first one, and a little longer while a group would be small."""
        if not self._tickets:
            if self._now() < self._rest_until:
                self._means.pause(_GATHER.total_seconds() * 10)
            return
        self._land(self._finished(_WAIT))
        more = any(course.todo for course in self._courses)
        if more and 2 * len(self._tickets) > self._limits.window:
            self._land(self._finished(_GATHER))

    def _finished(self, wait: timedelta) -> list[Outcome]:
        ways = self._ways()
        return [outcome for way in ways for outcome in way.finished(wait / len(ways))]

    def _ways(self) -> list[Transport]:
        return list({id(transport): transport for transport in self._transports.values()}.values())

    def _land(self, outcomes: list[Outcome]) -> None:
        failed = [outcome for outcome in outcomes if not_begun(outcome)]
        for outcome in outcomes:
            course, position = self._tickets.pop(outcome.position)
            course.land(position, outcome)
        if len(failed) < len(outcomes):
            self._silent_since, self._rest = None, timedelta(0)
        elif failed:
            now, self.last_reply = self._now(), failed[-1].reply
            self._silent_since = self._silent_since or now
            self._rest = min(max(self._rest * 2, _WAIT), _LONGEST_REST)
            self._rest_until = now + self._rest

    def _out_of_patience(self) -> bool:
        return (
            self._silent_since is not None and self._now() - self._silent_since > self._limits.relay_patience
        )

    def _renew(self) -> None:
        now = self._now()
        if now - self._renewed > self._limits.lease / 3:
            self._commit(
                lambda connection: claim.renew(
                    connection, self._owner.name, now=now, lease=self._limits.lease
                )
            )
            self._renewed = now

    def _commit(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in one transaction; while the database fails, wait and do it again, a few times."""
        tries = self._tries
        while True:
            try:
                with self._store.write() as connection:
                    return work(connection)
            except (Busy, StoreError):
                tries -= 1
                if not tries:
                    self._tries = 1  # winding up tries once more, and no longer
                    raise
                self._means.pause(1)

    def _wind_up(self) -> None:
        """Let what is in flight land, cut off what does not, record it all, give back every chunk."""
        for course in self._courses:
            course.halted = True
        end = self._now() + self._limits.drain
        while self._tickets and self._now() < end:
            self._land(self._finished(_WAIT))
        if self._tickets:
            for transport in self._ways():
                self._land(transport.close(_CUT_OFF))
        for course, position in self._tickets.values():
            course.land(position, Unknown(position=position, reply=_NO_ANSWER))
        self._tickets.clear()
        if self._courses:
            self._advance()
            self._finish()


_EDITION = text("SELECT key, id, digest, kind FROM editions WHERE key = :key")
_NO_ANSWER = Reply(code=0, text="the sender ended before the relay had answered", phase=Phase.DOT)

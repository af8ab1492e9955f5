"""One sender: claims chunks, commits each group before it starts it, and records what came back.

The order in `_advance` is the guarantee: nothing is started before the transaction that raised the
mark is committed, and an outcome is recorded with the next group. So after a crash at most `window`
sends are unknown. The relays' sockets move whenever outcomes are asked for, in this thread.
"""

from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from digest.delivery.lanes import Wait
from digest.flows.sending.claiming import Claiming
from digest.flows.sending.course import Course
from digest.flows.sending.hearing import Hearing, not_begun, stop_edition
from digest.flows.sending.means import Limits, Means
from digest.flows.sending.plan import Plan
from digest.flows.sending.tally import Tally
from digest.flows.sending.traffic import Traffic
from digest.flows.sending.transactions import Transactions
from digest.flows.sending.writing import Writing
from digest.model.delivery import DeliveryState, Outcome, Phase, Reply, Sent
from digest.store.engine import Store
from digest.store.ledger import claim
from digest.store.ledger import lanes as book
from digest.store.ledger.claim import Scope
from digest.store.ledger.moments import drift
from digest.store.ledger.owners import Owner, bury

#: How long to wait for more outcomes, so that a group is worth its commit.
_GATHER = timedelta(milliseconds=5)
#: How long to wait for the first outcome, so that `stop` is asked often enough.
_WAIT = timedelta(milliseconds=500)
#: How often other senders are heard, and told what this one is at.
_OFTEN = timedelta(seconds=1)
#: A chunk whose lane is closed for longer is given back: another relay may take it, or another time.
_HOLD_ON = timedelta(seconds=5)
#: What is cut off after the time to drain is over has this long to say how it stood.
_CUT_OFF = timedelta(seconds=1)


class Ending(StrEnum):
    """Why a sender's run ended."""

    NOTHING_DUE = "nothing due"  #: no chunk could be claimed
    LANES = "lanes closed"  #: what is due may not leave for a while
    STOPPED = "stopped"  #: it was asked to
    RELAY = "relay unreachable"  #: for longer than it had patience


class Sender:
    """Sends what is due of one edition, or of one digest with its letters."""

    def __init__(
        self,
        store: Store,
        means: Means,
        limits: Limits,
        owner: Owner,
        tally: Tally,
        scope: Scope,
        traffic: Traffic,
    ) -> None:
        self.last_reply: Reply | None = None  #: of a relay that could not be reached
        self.wait: Wait | None = None  #: until when what is due may not leave, with LANES
        self._store, self._means, self._limits = store, means, limits
        self._owner, self._tally, self._scope, self._traffic = owner, tally, scope, traffic
        self._writing = Transactions(store, means.pause)
        self._claiming = Claiming(means, limits, owner.name, scope, traffic)
        self._hearing = Hearing(traffic.lanes, limits, means.chance)
        self._courses: list[Course] = []
        self._tickets: dict[int, tuple[Course, int]] = {}
        self._pen = Writing(means.personalise)
        self._never_began: Counter[str] = Counter()  #: by relay; not yet written down
        self._drift = timedelta(0)
        self._renewed = self._talked = self._look_again = self._now()

    def run(self) -> Ending:
        """Send until nothing may be sent now, or until it is stopped; leave no chunk behind.

        Raises:
            Busy, StoreError: the database cannot be written; what is in flight then is unknown.
        """
        with self._store.read() as connection:
            self._drift = timedelta(milliseconds=drift(connection, self._means.clock()))
        self._writing.commit(self._talk)
        try:
            while True:
                if self._means.stop():
                    return Ending.STOPPED
                self._open()
                if not self._courses and (ending := self._idle()) is not None:
                    return ending
                self._advance()
                self._finish()
                self._collect()
                self._keep_in_touch()
                if self._out_of_patience():
                    return Ending.RELAY
        finally:
            try:
                self._wind_up()
            finally:
                self._writing.end()

    def _now(self) -> datetime:
        return self._means.clock() + self._drift

    def _open(self) -> None:
        """Claim chunks until every relay that may be used has enough to do, or nothing more is due."""
        now, waiting = self._now(), self._waiting()
        room = self._limits.window - len(self._tickets) - sum(waiting.values())
        if room <= 0 or now < self._look_again or not self._traffic.open(now, waiting):
            return
        opened, buried = self._writing.commit(
            lambda connection: self._claiming.take(connection, waiting.copy(), room, now)
        )
        bury(self._means.owners, buried)
        self._courses = sorted([*self._courses, *opened], key=lambda course: -course.claimed.terms.priority)
        if sum(len(course.todo) for course in opened) < room:
            self._look_again = now + _WAIT

    def _waiting(self) -> Counter[str]:
        """Return relay -> messages that are claimed and wait to start."""
        waiting: Counter[str] = Counter()
        for course in self._courses:
            if not course.over:
                waiting[course.relay] += len(course.todo)
        return waiting

    def _idle(self) -> Ending | None:
        """Return why to end when no chunk is held; None to look again: a lane opens soon."""
        with self._store.read() as connection:
            due = claim.providers_due(connection, now=self._now(), scope=self._scope)
        now = self._now()
        found = [self._traffic.choose(provider, now, Counter()) for provider in due]
        waits = [wait for wait in found if isinstance(wait, Wait)]
        if not due:
            return Ending.NOTHING_DUE
        self.wait = min(waits, key=lambda wait: wait.until) if len(waits) == len(due) else None
        if self.wait is not None:
            away = self._traffic.lanes.silent_since() is not None
            if self.wait.until - now > self._limits.lane_patience and not away:
                return Ending.LANES
            self._means.pause(min(self.wait.until - now, _WAIT).total_seconds())
        self._look_again = now
        return None

    def _advance(self) -> None:
        """Commit the outcomes so far and the next group; only then start it."""
        plans, pauses = self._plans(), dict(self._hearing.pauses)
        if not plans and not pauses:
            return
        now, traffic = self._now(), self._traffic
        never_began = self._never_began.copy()

        def work(connection: Connection) -> None:
            for pause in pauses.values():
                stop_edition(connection, pause, now)
            traffic.read_the_day(connection, now, never_began)
            started: Counter[str] = Counter()
            for plan in plans:
                relay = plan.course.relay
                most = max(traffic.lanes.relays[relay].room(now) - started[relay], 0)
                started[relay] += plan.commit(
                    connection, self._means.gate, now=now, until=now + self._limits.lease, most=most
                )
            started.subtract(never_began)
            traffic.write_the_day(connection, started, now)

        self._writing.commit(work)
        self._never_began -= never_began
        for key in pauses:
            del self._hearing.pauses[key]
        for plan in plans:
            starting = plan.committed(self._tally)
            self._tickets.update((mail.position, (plan.course, position)) for position, mail in starting)
            if starting:
                terms = plan.course.claimed.terms
                traffic.start(plan.course.relay, terms.provider, [mail for _, mail in starting], now)
        self._tally.told()

    def _plans(self) -> list[Plan]:
        now, plans = self._now(), list[Plan]()
        left = self._limits.window - len(self._tickets)
        taken: Counter[tuple[str, str]] = Counter()
        for course in self._courses:
            course.check(now)
            room = 0 if course.over else min(left, self._room(course, taken, now))
            batch = course.next(room)
            left -= len(batch)
            taken[course.relay, course.claimed.terms.provider] += len(batch)
            if batch or course.news:
                plans.append(self._pen.plan(course, batch))
        return plans

    def _room(self, course: Course, taken: Counter[tuple[str, str]], now: datetime) -> int:
        """Return how many of a chunk may start now; a chunk whose lane is closed for long is given back."""
        relay, provider = course.relay, course.claimed.terms.provider
        room = self._traffic.room(relay, provider, now, taken)
        if not isinstance(room, Wait):
            return room
        other = isinstance(self._traffic.choose(provider, now, self._waiting()), str)
        if other or room.until - now > _HOLD_ON:
            course.halted = True
            self._look_again = now
        return 0

    def _finish(self) -> None:
        """Close the chunks that are done, give back those that have to wait, drop those we lost."""
        ready = [course for course in self._courses if course.drained and course.over]
        if ready:
            now, chance = self._now(), self._means.chance
            self._writing.commit(lambda connection: self._claiming.end(connection, ready, now, chance))
            self._courses = [course for course in self._courses if course not in ready]

    def _collect(self) -> None:
        """Write what comes next, then wait for outcomes: the first, and more while a group would be small."""
        if not self._tickets:
            if any(not course.over for course in self._courses):
                self._means.pause(self._until_room().total_seconds())
            return
        window, landed = self._limits.window, False
        while self._pen.ahead(self._courses, window):
            landed = self._land(self._traffic.finished(timedelta(0))) or landed
        outcomes = [] if landed else self._traffic.finished(min(_WAIT, self._until_room()))
        if any(course.todo for course in self._courses):
            end = self._now() + _GATHER
            while 3 * (len(self._tickets) - len(outcomes)) > window:
                if (left := end - self._now()) <= timedelta(0):
                    break
                outcomes += self._traffic.finished(left)
        self._land(outcomes)

    def _until_room(self) -> timedelta:
        """Return how long to wait at most for something to happen, a lane that opens included."""
        now = self._now()
        rooms = [
            self._traffic.room(course.relay, course.claimed.terms.provider, now, Counter())
            for course in self._courses
            if not course.over
        ]
        opening = [room.until - now for room in rooms if isinstance(room, Wait)]
        return max(min([_WAIT / 10 if not self._tickets else _WAIT, *opening]), timedelta(milliseconds=1))

    def _land(self, outcomes: list[Outcome]) -> bool:
        """Take in outcomes; return whether there were any."""
        now, tickets, failed = self._now(), self._tickets, list[tuple[Course, int, Outcome]]()
        landed: dict[int, tuple[Course, list[int]]] = {}  # per course, for there are many outcomes
        for outcome in outcomes:
            course, position = tickets.pop(outcome.position)
            if isinstance(outcome, Sent):
                course.arrived(position, outcome.reply)
                landed.setdefault(id(course), (course, []))[1].append(position)
            else:
                failed.append((course, position, outcome))
        for course, positions in landed.values():
            self._traffic.landed(course.relay, course.claimed.terms.provider, len(positions), sent=True)
            self._hearing.good(course, len(positions), now)
        for course, position, outcome in failed:
            self._traffic.landed(course.relay, course.claimed.terms.provider, 1, sent=False)
            if not_begun(outcome):
                self._put_back(course, position, outcome.reply, now)
            else:
                course.failed(self._hearing.mishap(course, position, outcome, now))
        if failed and (why := self._traffic.lanes.locked_out()):
            self._hearing.stop_everything(self._courses, why)
        return bool(outcomes)

    def _put_back(self, course: Course, position: int, reply: Reply, now: datetime) -> None:
        course.back_in_line(position)
        self._traffic.never_began(course.relay, now)
        self._never_began[course.relay] += 1
        self.last_reply = reply
        self._hearing.away(course, reply, now)

    def _out_of_patience(self) -> bool:
        since = self._traffic.lanes.silent_since()
        return since is not None and self._now() - since > self._limits.relay_patience

    def _keep_in_touch(self) -> None:
        """Renew the leases, hear what other senders have learnt, tell what this one is at."""
        now = self._now()
        if now - self._talked > _OFTEN:
            self._talked = now
            self._writing.commit(self._talk)
            self._traffic.adjust(now)
            self._tally.held_up = self._traffic.held_up(now)
            self._tally.told()

    def _talk(self, connection: Connection) -> None:
        now = self._now()
        self._traffic.learn(connection, self._owner.name, now, self._never_began)
        self._traffic.tell(connection, self._owner.name, now)
        self._pen.senders = self._traffic.senders
        if now - self._renewed > self._limits.lease / 3:
            claim.renew(connection, self._owner.name, now=now, lease=self._limits.lease)
            self._renewed = now

    def _wind_up(self) -> None:
        """Let what is in flight land, cut off what does not, record it all, give back every chunk."""
        for course in self._courses:
            course.halted = True
        stopping = self._means.stop()  # then what has not begun does not begin any more
        end = self._now() + self._limits.drain
        while self._tickets and not stopping and self._now() < end:
            self._land(self._traffic.finished(_WAIT))
        if self._tickets:
            self._land(self._traffic.close(self._limits.drain if stopping else _CUT_OFF))
        for course, position in self._tickets.values():
            course.failed(course.mishap(position, DeliveryState.UNKNOWN, _NO_ANSWER))
        self._tickets.clear()
        if self._courses:
            self._advance()
            self._finish()
        if not self._writing.failing:
            self._writing.commit(self._say_goodbye)

    def _say_goodbye(self, connection: Connection) -> None:
        now, never = self._now(), Counter({name: -number for name, number in self._never_began.items()})
        self._traffic.write_the_day(connection, never, now)
        self._traffic.tell(connection, self._owner.name, now)
        book.silence(connection, [self._owner.name])


_NO_ANSWER = Reply(code=0, text="the sender ended before the relay had answered", phase=Phase.DOT)

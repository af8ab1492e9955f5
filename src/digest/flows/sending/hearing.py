"""What is made of a relay's answers: judged by the rules, told to the lanes, kept by the ledger.

An answer says something about the reader, about the lane or about us. Only what it says about the
reader counts as a try; too many that say something about us are a reason to pause the edition.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.delivery.alarm import BLOCKED, Alarm
from digest.delivery.lanes import Lanes, Wait
from digest.delivery.replies import Action, Verdict, judge
from digest.flows.sending.course import Course
from digest.flows.sending.means import Limits
from digest.model.delivery import Deferred, DeliveryState, Outcome, Phase, Refused, Reply, Unknown
from digest.model.edition import EditionState
from digest.store import editions
from digest.store.ledger.mishap import Mishap
from digest.store.ledger.moments import NEVER, stamp

#: Failures before the dialogue about a message began: they say nothing about its recipient.
_BEFORE_THE_MESSAGE = frozenset({Phase.CONNECT, Phase.TLS, Phase.EHLO, Phase.AUTH})


def not_begun(outcome: Outcome) -> bool:
    """Whether an outcome speaks of the relay and not of the message, which can simply wait its turn."""
    return isinstance(outcome, Deferred) and outcome.reply.phase in _BEFORE_THE_MESSAGE


@dataclass(frozen=True, slots=True)
class Pause:
    """An edition that has to stop."""

    edition: str
    why: str


def stop_edition(connection: Connection, pause: Pause, now: datetime) -> None:
    """Take the step to paused, unless somebody has stopped the edition already."""
    state = editions.edition(connection, pause.edition).state
    if state is EditionState.SENDING:
        new = EditionState.PAUSED
        editions.set_state(connection, pause.edition, state, new, who="sender", now=now, why=pause.why)


class Hearing:
    """Listens to the answers of all relays that one sender uses."""

    def __init__(self, lanes: Lanes, limits: Limits, chance: Callable[[], float]) -> None:
        self._lanes, self._limits, self._chance = lanes, limits, chance
        self._alarms: dict[int, Alarm] = {}  #: by the edition's key
        self.pauses: dict[int, Pause] = {}  #: editions that have to stop, until somebody has seen to it

    def good(self, course: Course, number: int, now: datetime) -> None:
        """Take in that the relay took `number` messages."""
        self._lanes.relays[course.relay].reached()
        self._alarm(course).good(course.claimed.terms.provider, number, now)

    def away(self, course: Course, reply: Reply, now: datetime) -> None:
        """Take in that no message could be offered to the relay."""
        provider = course.claimed.terms.provider
        self._lanes.heard(course.relay, provider, reply, judge(reply, provider=provider), now)

    def mishap(self, course: Course, position: int, outcome: Outcome, now: datetime) -> Mishap:
        """Return what the ledger keeps of an outcome that is no plain 250."""
        provider, reply = course.claimed.terms.provider, outcome.reply
        alarm = self._alarm(course)
        if isinstance(outcome, Unknown):
            alarm.cut_off(provider, now)
            self._lanes.relays[course.relay].cut_off(f"hangs up before it answers: {reply}", now)
            self._look(course, now)
            return course.mishap(position, DeliveryState.UNKNOWN, reply)
        verdict = judge(reply, provider=provider)
        self._lanes.heard(course.relay, provider, reply, verdict, now)
        alarm.heard(provider, verdict, now)
        if alarm.blocked(provider, now):
            self._lanes.heard(course.relay, provider, reply, BLOCKED, now)
        self._look(course, now)
        if isinstance(outcome, Refused | Deferred) and not verdict.again:
            return course.mishap(position, DeliveryState.REFUSED, reply, rule=verdict.rule)
        return course.mishap(
            position,
            DeliveryState.DEFERRED,
            reply,
            rule=verdict.rule,
            again=self._again(course, verdict, now),
            counts=not verdict.our_fault,
        )

    def stop_everything(self, courses: list[Course], why: str) -> None:
        """Pause the editions of `courses`: nothing will leave before a person has mended something."""
        for course in courses:
            self._pause(course, why)

    def _again(self, course: Course, verdict: Verdict, now: datetime) -> int:
        """Return when the message may be tried again, in milliseconds; NEVER to give up."""
        terms = course.claimed.terms
        if verdict.action is Action.SLOW:
            room = self._lanes.room(course.relay, terms.provider, now)
            return stamp(room.until if isinstance(room, Wait) else now + verdict.rest)
        letter = course.heading.kind == "letter"
        retries = self._limits.letters if letter else self._limits.retries
        elapsed = timedelta(milliseconds=stamp(now) - terms.began)
        wait = retries.wait(terms.attempt, elapsed, self._chance(), asked=verdict.rest)
        return NEVER if wait is None else stamp(now + wait)

    def _look(self, course: Course, now: datetime) -> None:
        why = self._alarm(course).why_to_pause(now)
        if why:
            self._pause(course, why)

    def _pause(self, course: Course, why: str) -> None:
        if course.heading.kind != "letter":  # a letter waits for its relay: nobody looks after its edition
            self.pauses.setdefault(course.heading.key, Pause(course.heading.id, why))

    def _alarm(self, course: Course) -> Alarm:
        return self._alarms.setdefault(course.heading.key, Alarm())

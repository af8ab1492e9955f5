"""When single answers add up to a reason to stop: our own fault, refusals, or readers who are not there.

Providers use the words "user unknown" when they block a sender, so a burst of dead addresses
at one provider is a sign about us: the lane rests, and nobody is suppressed for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.delivery.replies import Action, Scope, Verdict
from digest.delivery.windows import Window

#: The lane of every provider that is not known by name: many receivers, none of which can block it alone.
MANY = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """So many, and more than so large a part of all answers, within `span`."""

    number: int
    part: float
    span: timedelta

    def crossed(self, number: int, answers: int) -> bool:
        """Whether `number` among `answers` are too many."""
        return number >= self.number and number > self.part * answers


#: "Pause" answers: three settle it, or one in a hundred.
OUR_FAULT = Threshold(number=3, part=0.01, span=timedelta(minutes=5))
#: Refusals for spam, reputation or policy: a blocked sender gets them from everybody.
DISLIKED = Threshold(number=10, part=0.05, span=timedelta(minutes=10))
#: Refusals of any kind: a list that was never mailed, or somebody who says no to everything.
REFUSED = Threshold(number=50, part=0.2, span=timedelta(minutes=10))
#: Messages cut off before the relay's answer: each one is a question that an editor has to answer.
CUT_OFF = Threshold(number=10, part=0.1, span=timedelta(minutes=10))
#: Dead addresses at one provider: lists that are well kept have far fewer.
DEAD_BURST = Threshold(number=20, part=0.15, span=timedelta(minutes=10))

#: What a burst of dead addresses means for the lane.
BLOCKED = Verdict(
    rule="dead-burst",
    cause="so many unknown addresses at once look like a block",
    action=Action.SLOW,
    again=False,
    rest=timedelta(hours=1),
    scope=Scope.LANE,
)


def believable(provider: str, dead: int, answers: int) -> bool:
    """Whether `dead` of all `answers` from `provider` may be taken for what they say: nobody there."""
    return provider == MANY or not DEAD_BURST.crossed(dead, answers)


class Alarm:
    """Listens to the answers to one edition, and says when to stop."""

    def __init__(self) -> None:
        self._answers = {each.span: Window(each.span) for each in (OUR_FAULT, DISLIKED)}
        self._ours, self._disliked = Window(OUR_FAULT.span), Window(DISLIKED.span)
        self._refused, self._cut_off = Window(REFUSED.span), Window(CUT_OFF.span)
        self._by_provider: dict[str, tuple[Window, Window]] = {}
        self._cause = self._dislike = ""  #: of the last answer of its kind

    def good(self, provider: str, number: int, now: datetime) -> None:
        """Take in `number` messages that were taken."""
        answers, _ = self._windows(provider)
        for window in (answers, *self._answers.values()):
            window.count(number, now)

    def heard(self, provider: str, verdict: Verdict, now: datetime) -> None:
        """Take in an answer that was not good."""
        self.good(provider, 1, now)
        if verdict.action is Action.PAUSE:
            self._ours.count(1, now)
            self._cause = verdict.cause
        if verdict.alarms:
            self._disliked.count(1, now)
            self._dislike = verdict.cause
        if not verdict.again:
            self._refused.count(1, now)
        if verdict.action is Action.SUPPRESS:
            self._windows(provider)[1].count(1, now)

    def cut_off(self, provider: str, now: datetime) -> None:
        """Take in that the relay hung up between the end of a message and its answer."""
        self.good(provider, 1, now)
        self._cut_off.count(1, now)

    def why_to_pause(self, now: datetime) -> str:
        """Return why the edition has to stop until somebody has looked; empty while it need not.

        Three answers that are our fault are enough while they are a hundredth of all: a single
        receiver with a rule of its own does not stop an edition to the others.
        """
        few, many = (window.used(now) for window in self._answers.values())
        if OUR_FAULT.crossed(self._ours.used(now), few):
            return self._cause
        disliked, refused = self._disliked.used(now), self._refused.used(now)
        if DISLIKED.crossed(disliked, many):
            return f"{disliked:,} of the last {many:,} were refused: {self._dislike}"
        if REFUSED.crossed(refused, many):
            return f"{refused:,} of the last {many:,} were refused"
        cut_off = self._cut_off.used(now)
        if CUT_OFF.crossed(cut_off, many):
            return f"{cut_off:,} of the last {many:,} are unknown: the relay hangs up before it answers"
        return ""

    def blocked(self, provider: str, now: datetime) -> bool:
        """Whether so many are "unknown" at `provider` of late that it looks like a block."""
        answers, dead = self._windows(provider)
        return not believable(provider, dead.used(now), answers.used(now))

    def _windows(self, provider: str) -> tuple[Window, Window]:
        if provider not in self._by_provider:
            self._by_provider[provider] = Window(DEAD_BURST.span), Window(DEAD_BURST.span)
        return self._by_provider[provider]

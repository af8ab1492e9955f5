"""When single answers add up to a reason to stop: too many that are our own fault, too many "unknown user".

Providers use the words "user unknown" when they block a sender, so a burst of dead addresses
at one provider is a sign about us: nobody is suppressed for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.delivery.replies import Action, Verdict
from digest.delivery.windows import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """So many, and so large a part of all answers, within `span`."""

    number: int
    part: float
    span: timedelta


#: "Pause" answers: three settle it, or one in a hundred.
OUR_FAULT = Threshold(number=3, part=0.01, span=timedelta(minutes=5))
#: Dead addresses at one provider: lists that are well kept have far fewer.
DEAD_BURST = Threshold(number=20, part=0.15, span=timedelta(minutes=10))


class Alarm:
    """Listens to the answers to one edition; says when to pause, and when not to believe a provider."""

    def __init__(self) -> None:
        self._all, self._ours = Window(OUR_FAULT.span), Window(OUR_FAULT.span)
        self._by_provider: dict[str, tuple[Window, Window]] = {}
        self.cause = ""  #: of the last answer that was our fault

    def heard(self, provider: str, verdict: Verdict | None, now: datetime) -> None:
        """Take in an answer; `verdict` is None for one that was good."""
        answers, dead = self._windows(provider)
        self._all.count(1, now)
        answers.count(1, now)
        if verdict is None:
            return
        if verdict.action is Action.PAUSE:
            self._ours.count(1, now)
            self.cause = verdict.cause
        elif verdict.action is Action.SUPPRESS:
            dead.count(1, now)

    def must_pause(self, now: datetime) -> bool:
        """Whether the edition has to stop until somebody has mended what is wrong with us.

        Three such answers are enough while they are a hundredth of all: a single receiver
        with a rule of its own does not stop an edition to the others.
        """
        ours, answers = self._ours.used(now), self._all.used(now)
        return ours >= OUR_FAULT.number and ours > OUR_FAULT.part * answers

    def believes(self, provider: str, now: datetime) -> bool:
        """Whether "nobody there" from `provider` may suppress addresses."""
        answers, dead = self._windows(provider)
        gone = dead.used(now)
        return not (gone >= DEAD_BURST.number and gone > DEAD_BURST.part * answers.used(now))

    def _windows(self, provider: str) -> tuple[Window, Window]:
        if provider not in self._by_provider:
            self._by_provider[provider] = Window(DEAD_BURST.span), Window(DEAD_BURST.span)
        return self._by_provider[provider]

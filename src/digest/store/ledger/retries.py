"""When to try again, and when to give up: RFC 5321, 4.5.4.1."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How long to wait before another attempt.

    The RFC asks for at least 30 minutes between attempts and some days until one gives up; an
    edition is no news by then, so its `valid_until` ends it much sooner.
    """

    first: timedelta = timedelta(minutes=30)
    growth: float = 2.0  #: each wait is so many times the last one
    longest: timedelta = timedelta(hours=4)
    give_up: timedelta = timedelta(days=4)  #: after the first attempt
    jitter: float = 0.2  #: so much of a wait is left to chance, lest all come back at once

    def wait(
        self, attempt: int, elapsed: timedelta, chance: float, *, asked: timedelta = timedelta(0)
    ) -> timedelta | None:
        """Return the wait after attempt number `attempt`, or None to give up.

        Args:
            attempt: attempts made so far, from 1.
            elapsed: since the first attempt.
            chance: 0 to below 1, drawn by the caller.
            asked: how long the receiver wants us to wait at first; 0 when it did not say.
        """
        plain = min((asked or self.first) * self.growth ** min(max(attempt, 1) - 1, 30), self.longest)
        wait = plain * (1 + self.jitter * chance)
        return wait if elapsed + wait <= self.give_up else None


#: What is done unless a newsroom says otherwise.
RETRIES = Retries()
#: For letters: who signed up looks for the mail now, and a receiver that is only careful wants five minutes.
LETTERS = Retries(first=timedelta(minutes=5), longest=timedelta(hours=1), give_up=timedelta(days=2))

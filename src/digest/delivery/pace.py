"""How fast one lane may go: back-off when a receiver objects, and the slow way back.

A lane is one relay's mail to one mailbox provider. Told to slow down, it rests, then goes on
over one connection, and adds one more after each quiet spell (what Gmail asks for on 4.7.28).
Nothing here waits or reads a clock: `now` is an argument, the answer is a number or a time.
"""

from datetime import datetime, timedelta

from digest.delivery.replies import Action, Verdict
from digest.model.delivery import Rest

#: After a quiet spell as long as the rest, but no longer than this, a lane gets one more connection.
QUIET = timedelta(minutes=5)
#: A lane that is told to slow down again while it recovers rests so many times longer, up to LONGEST.
GROWTH = 2
LONGEST = timedelta(hours=4)


class Pace:
    """One lane's pace."""

    def __init__(self, connections: int) -> None:
        self._most = connections
        self.rest: Rest | None = None  #: the last one; None: at full speed

    def heard(self, verdict: Verdict, now: datetime) -> bool:
        """Take in what an answer means; only `slow` changes the pace. Return whether it did."""
        if verdict.action is not Action.SLOW or self.resting(now):
            return False  # resting: these are the answers to what was under way already
        length = verdict.rest
        if self.rest is not None and self.connections(now) < self._most:
            length = max(length, min(self.rest.length * GROWTH, LONGEST))
        self.rest = Rest(until=now + length, length=length, cause=verdict.cause)
        return True

    def resting(self, now: datetime) -> bool:
        """Whether nothing may leave."""
        return self.rest is not None and now < self.rest.until

    def connections(self, now: datetime) -> int:
        """Return how many connections the lane may use; 0 while it rests."""
        if self.rest is None:
            return self._most
        if now < self.rest.until:
            return 0
        allowed = 1 + (now - self.rest.until) // min(QUIET, self.rest.length)
        return min(allowed, self._most)

    def recovered(self, now: datetime) -> bool:
        """Whether it rested once and is at full speed again; forgets that it did."""
        if self.rest is None or self.connections(now) < self._most:
            return False
        self.rest = None
        return True

    def take_over(self, rest: Rest | None) -> None:
        """Learn from another sender; of two rests the later one counts."""
        if rest is None or self.rest is None or rest.until > self.rest.until:
            self.rest = rest

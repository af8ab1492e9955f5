"""How fast one lane may go: back-off when a receiver objects, and the slow way back.

A lane is one relay's mail to one mailbox provider. Told to slow down, it rests, then goes on
over one connection, and adds one more after each quiet spell (what Gmail asks for on 4.7.28).
Nothing here waits or reads a clock: `now` is an argument, the answer is a number or a time.
"""

from datetime import datetime, timedelta

from digest.delivery.replies import Action, Verdict

#: A quiet spell after which a recovering lane gets one more connection.
QUIET = timedelta(minutes=5)
#: A lane that is told to slow down again while it recovers rests so many times longer, up to LONGEST.
GROWTH = 2
LONGEST = timedelta(hours=4)


class Pace:
    """One lane's pace."""

    def __init__(self, connections: int) -> None:
        self._most = connections
        self._rest_until: datetime | None = None
        self._last_rest = timedelta(0)
        self._recovering_since: datetime | None = None  #: None: at full speed
        self.cause = ""  #: why it is slow, for people

    def heard(self, verdict: Verdict, now: datetime) -> None:
        """Take in what an answer means; only `slow` changes the pace."""
        if verdict.action is not Action.SLOW:
            return
        if self._rest_until is not None and now < self._rest_until:
            return  # the answers to what was under way already
        rest = verdict.rest
        if self.connections(now) < self._most:
            rest = max(rest, min(self._last_rest * GROWTH, LONGEST))
        self._last_rest = rest
        self._rest_until = self._recovering_since = now + rest
        self.cause = verdict.cause

    def connections(self, now: datetime) -> int:
        """Return how many connections the lane may use; 0 while it rests."""
        if self._recovering_since is None:
            return self._most
        if now < self._recovering_since:
            return 0
        allowed = 1 + (now - self._recovering_since) // QUIET
        if allowed >= self._most:
            self._recovering_since = self._rest_until = None
            self._last_rest = timedelta(0)
            self.cause = ""
            return self._most
        return allowed

    def resumes(self, now: datetime) -> datetime:
        """Return when it may send again; now, unless it rests."""
        return max(now, self._rest_until or now)

"""Counts what was sent within a sliding span of time, so that a limit holds in every such span."""

from collections import deque
from datetime import datetime, timedelta

_PIECES = 64  # of a span; what is sent within one piece is counted together


class Window:
    """At most so many in any `span`; errs on the side of fewer, by less than one piece of the span."""

    def __init__(self, span: timedelta) -> None:
        self.span = span
        self._piece = span / _PIECES
        self._sent: deque[tuple[datetime, int]] = deque()  #: (end of its piece, count), oldest first
        self._total = 0

    def count(self, number: int, now: datetime) -> None:
        """Note that `number` were sent; negative: that many of those noted last were not, after all."""
        if not number:
            return
        self._forget(now)
        if number < 0:
            self._take_back(-number)
            return
        if self._sent and now < self._sent[-1][0]:
            end, before = self._sent.pop()
            self._sent.append((end, before + number))
        else:
            self._sent.append((now + self._piece, number))
        self._total += number

    def used(self, now: datetime) -> int:
        """Return how many count against the limit now."""
        self._forget(now)
        return self._total

    def free_at(self, limit: int, now: datetime) -> datetime:
        """Return when there is room for one more under `limit`; now, if there is."""
        over = self.used(now) - limit + 1
        for end, number in self._sent:
            if over <= 0:
                break
            over -= number
            now = end + self.span
        return now

    def take_over(self, other: "Window") -> None:
        """Count here what was counted there, as sent when it was."""
        for end, number in other._sent:
            self.count(number, end - other._piece)

    def _take_back(self, number: int) -> None:
        while number > 0 and self._sent:
            end, there = self._sent.pop()
            taken = min(number, there)
            self._total -= taken
            number -= taken
            if there > taken:
                self._sent.append((end, there - taken))

    def _forget(self, now: datetime) -> None:
        while self._sent and self._sent[0][0] + self.span <= now:
            self._total -= self._sent.popleft()[1]


def per_second(rate: float) -> list[tuple[int, Window]]:
    """Return limits that together keep `rate`, spread over each second instead of at its beginning."""
    if rate < 1:
        return [(1, Window(timedelta(seconds=1 / rate)))]
    limits = [(max(1, round(rate * 10)), Window(timedelta(seconds=10)))]
    limits.append((-int(-rate // 1), Window(timedelta(seconds=1))))
    if rate >= 10:
        limits.append((-int(-rate // 10), Window(timedelta(milliseconds=100))))
    return limits

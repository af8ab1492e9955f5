"""How long a relay may take in each phase (RFC 5321, 4.5.3.2: these are its minima)."""

from dataclasses import dataclass
from datetime import timedelta

from digest.model.delivery import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Time-outs of one connection. The last one must be long: giving up early makes `unknown`."""

    connect: timedelta = timedelta(seconds=30)
    greeting: timedelta = timedelta(minutes=5)
    command: timedelta = timedelta(minutes=5)
    data: timedelta = timedelta(minutes=2)
    body: timedelta = timedelta(minutes=3)  #: without any byte taken by the relay
    dot: timedelta = timedelta(minutes=10)
    idle: timedelta = timedelta(seconds=60)  #: without work, before we say goodbye

    def seconds(self, phase: Phase | None) -> float:
        """Return how long to wait in `phase`; None is a connection without work."""
        match phase:
            case None:
                wait = self.idle
            case Phase.CONNECT:
                wait = self.greeting
            case Phase.DATA:
                wait = self.data
            case Phase.BODY:
                wait = self.body
            case Phase.DOT:
                wait = self.dot
            case _:
                wait = self.command
        return wait.total_seconds()

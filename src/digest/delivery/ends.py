"""The two ends of a dialogue: the work it takes its messages from, and the line to the relay."""

from typing import Protocol

from digest.model.delivery import Outcome, Outgoing, Reply


class Work(Protocol):
    """Where messages come from and where outcomes go."""

    def take(self, *, ahead: bool) -> Outgoing | None:
        """Return the next message, or None; `ahead`: it would have to wait behind another one."""

    def settle(self, outcome: Outcome) -> None:
        """Note what became of a message."""

    def give_back(self, mail: Outgoing, reply: Reply, *, for_nothing: bool) -> None:
        """Take back a message of which no byte was sent; `reply` says what happened.

        `for_nothing`: no message at all came to an outcome on that connection.
        """


class Line(Protocol):
    """The way to the relay."""

    def write(self, data: bytes) -> None:
        """Send `data`."""

    def write_message(self, wire: bytes, end: bytes, after: bytes) -> None:
        """Send a message, what ends it, and what follows; remember when its end has left."""

    def dot_has_left(self) -> bool:
        """Whether the end of the last message may have left this machine; False is sure."""

    def hang_up(self, why: str) -> None:
        """End the connection and call `lost` before returning."""

"""One chunk on its way: what is still to be sent, what is in flight, what is not yet recorded.

Decides only; `Sender` writes to the ledger and starts the sends, in that order. Nothing here
changes until the transaction that says so is committed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from digest.flows.sending.means import Heading
from digest.model.delivery import Deferred, DeliveryState, Outcome, Phase, Refused, Reply, Sent
from digest.model.mail import Addressed
from digest.model.subscriber import Subscriber
from digest.store.ledger.chunk import Claimed
from digest.store.ledger.fates import Fate, put
from digest.store.ledger.group import Group
from digest.store.ledger.mishap import Mishap
from digest.store.ledger.moments import stamp
from digest.store.ledger.states import Closed

#: Why a recipient is not sent to after all: the state it comes to, and the reason in words.
Struck = tuple[DeliveryState, str]

#: Failures before the dialogue about a message began: they say nothing about its recipient.
_BEFORE_THE_MESSAGE = frozenset({Phase.CONNECT, Phase.TLS, Phase.EHLO, Phase.AUTH})


def not_begun(outcome: Outcome) -> bool:
    """Whether an outcome speaks of the relay and not of the message, which can simply wait its turn."""
    return isinstance(outcome, Deferred) and outcome.reply.phase in _BEFORE_THE_MESSAGE


@dataclass(slots=True)
class Course:
    """The way of one claimed chunk. Positions are the chunk's."""

    claimed: Claimed
    readers: Mapping[int, Subscriber]  #: by subscriber id; who is missing has left for good
    heading: Heading
    wire: Callable[[Addressed], bytes]  #: the compiled mail, filled for one reader
    bits: bytearray = field(init=False)
    mark: int = field(init=False)
    todo: list[int] = field(init=False)  #: descending: the next one is the last
    flying: set[int] = field(default_factory=set)
    news: list[tuple[int, Outcome]] = field(default_factory=list)  #: came in, not yet recorded
    ending: Closed | None = None  #: why no more of it is started, when it was not done
    halted: bool = False  #: no more of it is started for now: it will be given back
    fenced: bool = False  #: it is somebody else's

    def __post_init__(self) -> None:
        self.bits = bytearray(self.claimed.bits)
        self.mark = self.claimed.mark
        self.todo = self.claimed.unsent()[::-1]

    @property
    def drained(self) -> bool:
        """Whether nothing is in flight and nothing waits to be recorded."""
        return not (self.flying or self.news)

    @property
    def complete(self) -> bool:
        """Whether every recipient has an outcome, and every outcome is recorded."""
        return self.drained and not self.todo

    @property
    def over(self) -> bool:
        """Whether nothing more of it is to be started by us."""
        return not self.todo or self.halted or self.fenced or self.ending is not None

    def check(self, now: datetime) -> None:
        """Start no more of it when its time is over."""
        if stamp(now) >= self.claimed.terms.valid_until and self.ending is None:
            self.ending = Closed.TOO_LATE

    def land(self, position: int, outcome: Outcome) -> None:
        """Take in what became of a position in flight; one that was never begun goes back in line."""
        self.flying.discard(position)
        if self.fenced:
            return
        if not_begun(outcome):
            self.todo = sorted([*self.todo, position], reverse=True)
        else:
            self.news.append((position, outcome))

    def next(self, room: int) -> list[int]:
        """Return the positions that would be sent next, ascending."""
        if room <= 0 or self.halted or self.ending:
            return []
        return self.todo[: -room - 1 : -1]

    def group(self, batch: Sequence[int], struck: Mapping[int, Struck]) -> Group:
        """Return what has to be committed before `batch` may be started.

        Args:
            batch: positions, ascending, as `next` gave them.
            struck: those of them that are not sent after all.
        """
        bits = bytearray(self.bits)
        replies: list[tuple[int, str]] = []
        mishaps: list[Mishap] = []
        for position, outcome in self.news:
            if isinstance(outcome, Sent):
                put(bits, position, Fate.SENT)
                replies.append((position, str(outcome.reply)))
            else:
                mishaps.append(self._mishap(position, _state(outcome), outcome.reply))
        for position, (state, why) in struck.items():
            reply = Reply(code=0, text=why, phase=Phase.CONNECT)
            mishaps.append(self._mishap(position, state, reply))
        for mishap in mishaps:
            held = mishap.outcome is DeliveryState.UNKNOWN
            put(bits, mishap.position, Fate.HELD if held else Fate.EXCEPTION)
        mark = max(self.mark, batch[-1] + 1) if batch else self.mark
        return Group(
            claimed=self.claimed, mark=mark, bits=bytes(bits), replies=tuple(replies), mishaps=tuple(mishaps)
        )

    def recorded(self, group: Group, batch: Sequence[int], struck: Collection[int]) -> None:
        """Take note that `group` is committed: those of `batch` that are not struck may be started now."""
        self.bits, self.mark = bytearray(group.bits), group.mark
        self.news.clear()
        if batch:
            del self.todo[-len(batch) :]
        self.flying.update(position for position in batch if position not in struck)

    def lose(self) -> None:
        """Take note that somebody else owns the chunk: nothing more is started or recorded."""
        self.fenced = True
        self.todo.clear()
        self.news.clear()

    def _mishap(self, position: int, state: DeliveryState, reply: Reply) -> Mishap:
        return Mishap(position=position, subscriber=self.claimed.ids[position], outcome=state, reply=reply)


def _state(outcome: Outcome) -> DeliveryState:
    if isinstance(outcome, Deferred):
        return DeliveryState.DEFERRED
    return DeliveryState.REFUSED if isinstance(outcome, Refused) else DeliveryState.UNKNOWN

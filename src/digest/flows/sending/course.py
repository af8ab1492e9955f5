"""One chunk on its way: what is still to be sent, what is in flight, what is not yet recorded.

Decides only; `Sender` writes to the ledger and starts the sends, in that order. Nothing here
changes until the transaction that says so is committed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from digest.flows.sending.means import Heading, Sign
from digest.model.delivery import DeliveryState, Outgoing, Phase, Reply
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


@dataclass(slots=True)
class Course:
    """The way of one claimed chunk. Positions are the chunk's."""

    claimed: Claimed
    readers: Mapping[int, Subscriber]  #: by subscriber id; who is missing has left for good
    heading: Heading
    variant: str  #: of its words
    relay: str  #: chosen when it was claimed
    wire: Callable[[Addressed], bytes]  #: the compiled mail, filled for one reader
    sign: Sign  #: as the relay's mail is signed
    bits: bytearray = field(init=False)
    mark: int = field(init=False)
    todo: list[int] = field(init=False)  #: descending: the next one is the last
    written: dict[int, Outgoing | Struck] = field(default_factory=dict)  #: ready to start, or why it cannot
    flying: set[int] = field(default_factory=set)
    sent: list[tuple[int, Reply]] = field(default_factory=list)  #: came in, not yet recorded
    mishaps: list[Mishap] = field(default_factory=list)  #: as well
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
    def news(self) -> bool:
        """Whether outcomes wait to be recorded."""
        return bool(self.sent or self.mishaps)

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

    def arrived(self, position: int, reply: Reply) -> None:
        """Take in that the relay took the message of a position in flight."""
        self.flying.discard(position)
        if not self.fenced:
            self.sent.append((position, reply))

    def failed(self, mishap: Mishap) -> None:
        """Take in what else became of a position in flight."""
        self.flying.discard(mishap.position)
        if not self.fenced:
            self.mishaps.append(mishap)

    def back_in_line(self, position: int) -> None:
        """Take in that the message of a position in flight was never begun."""
        self.flying.discard(position)
        if not self.fenced:
            self.todo = sorted([*self.todo, position], reverse=True)

    def next(self, room: int) -> list[int]:
        """Return the positions that would be sent next, ascending."""
        if room <= 0 or self.halted or self.ending:
            return []
        return self.coming(room)

    def coming(self, number: int) -> list[int]:
        """Return the first positions that are still to be started, ascending, whatever keeps them."""
        return self.todo[: -number - 1 : -1]

    def group(self, batch: Sequence[int], struck: Mapping[int, Struck]) -> Group:
        """Return what has to be committed before `batch` may be started.

        Args:
            batch: positions, ascending, as `next` gave them.
            struck: those of them that are not sent after all.
        """
        bits = bytearray(self.bits)
        replies = [(position, str(reply)) for position, reply in self.sent]
        for position, _ in self.sent:
            put(bits, position, Fate.SENT)
        mishaps = [
            *self.mishaps,
            *(
                self.mishap(position, state, Reply(code=0, text=why, phase=Phase.CONNECT))
                for position, (state, why) in struck.items()
            ),
        ]
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
        self.sent.clear()
        self.mishaps.clear()
        if batch:
            del self.todo[-len(batch) :]
        for position in batch:
            del self.written[position]
        self.flying.update(position for position in batch if position not in struck)

    def lose(self) -> None:
        """Take note that somebody else owns the chunk: nothing more is started or recorded."""
        self.fenced = True
        self.todo.clear()
        self.sent.clear()
        self.mishaps.clear()

    def mishap(
        self,
        position: int,
        state: DeliveryState,
        reply: Reply,
        *,
        rule: str = "",
        again: int | None = None,
        counts: bool = True,
    ) -> Mishap:
        """Return what the ledger keeps of a position that was no plain 250; see there."""
        return Mishap(
            position=position,
            subscriber=self.claimed.ids[position],
            outcome=state,
            reply=reply,
            rule=rule,
            again=again,
            counts=counts,
        )

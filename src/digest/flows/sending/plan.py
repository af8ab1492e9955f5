"""One group of one chunk, from plan to commit to start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from digest.flows.sending.course import Course, Struck
from digest.flows.sending.means import Gate
from digest.flows.sending.tally import Tally
from digest.model.delivery import DeliveryState, Outgoing
from digest.model.edition import EditionState
from digest.store.ledger import gate as roster
from digest.store.ledger import group as ledger
from digest.store.ledger.group import Group
from digest.store.ledger.moments import stamp
from digest.store.ledger.states import Closed

#: `sent` is there for what an editor or a policy sends again when all else is done.
_ON_ITS_WAY = (EditionState.SENDING, EditionState.SENT)


@dataclass(slots=True)
class Plan:
    """What one transaction will say about a chunk, and what may start when it is committed."""

    course: Course
    planned: Sequence[int]  #: positions, ascending
    mails: Mapping[int, Outgoing]  #: by position, written before the transaction begins
    unfit: Mapping[int, Struck]  #: cannot be written at all
    _struck: dict[int, Struck] = field(default_factory=dict)
    batch: Sequence[int] = ()  #: those of them that were committed
    _group: Group | None = None
    _kept: bool = False
    _state: EditionState = EditionState.SENDING

    def commit(
        self,
        connection: Connection,
        gate: Gate,
        *,
        now: datetime,
        until: datetime,
        most: int | None = None,
    ) -> int:
        """Write the group; return how many may start. May be called again after a rollback.

        Args:
            most: what is left of the relay's day; None: no limit.
        """
        course = self.course
        key = course.claimed.terms.edition
        self._state = roster.state(connection, key)
        batch = self.planned if self._state in _ON_ITS_WAY else ()
        batch = batch if most is None else batch[:most]
        self._struck = {position: struck for position, struck in self.unfit.items() if position in batch}
        if batch:
            ids = course.claimed.ids
            no = gate(connection, course.heading, [ids[position] for position in batch])
            for position in batch:
                if ids[position] in no:
                    self._struck[position] = (DeliveryState.CANCELLED, no[ids[position]])
        self.batch = batch
        self._group = course.group(batch, self._struck)
        self._kept = ledger.record(
            connection, self._group, at=stamp(now), until=stamp(until), relay=course.relay
        )
        return len(batch) - len(self._struck) if self._kept else 0

    def committed(self, tally: Tally) -> list[tuple[int, Outgoing]]:
        """Take note of the commit; return (position, mail) of those that may be started now."""
        course, group = self.course, self._group
        if group is None or not self._kept:
            course.lose()
            return []
        tally.take(group)
        course.recorded(group, self.batch, self._struck)
        if self._state is EditionState.CANCELLED:
            course.ending = Closed.WITHDRAWN
        elif self._state not in _ON_ITS_WAY:
            course.halted = True
        return [(position, self.mails[position]) for position in self.batch if position not in self._struck]

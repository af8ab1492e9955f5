"""One group of one chunk, from plan to commit to start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from digest.flows.sending.course import Course, Struck
from digest.flows.sending.means import Gate, Place
from digest.flows.sending.tally import Tally
from digest.model.delivery import DeliveryState, Outgoing
from digest.model.edition import EditionState
from digest.model.errors import AddressWrong
from digest.model.mail import Addressed
from digest.model.subscriber import Subscriber
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


def planned(
    course: Course, batch: Sequence[int], personalise: Callable[[Subscriber, Place], Addressed], issued: int
) -> Plan:
    """Write the mails of `batch`; whoever cannot be addressed is struck, the others go on.

    Args:
        issued: the last ticket given out; the batch takes the next ones.
    """
    fit: list[tuple[int, Addressed]] = []
    wires: list[bytes] = []
    unfit: dict[int, Struck] = {}
    for ticket, position in enumerate(batch, issued + 1):
        reader = course.readers.get(course.claimed.ids[position])
        if reader is None:
            unfit[position] = (DeliveryState.CANCELLED, roster.FORGOTTEN)
            continue
        began, variant = course.claimed.terms.began, course.variant
        place = Place(course.heading, course.claimed.id, position, began, ticket, variant)
        try:
            addressed = personalise(reader, place)
            wires.append(course.wire(addressed))
        except AddressWrong as error:
            unfit[position] = (DeliveryState.REFUSED, str(error))
            continue
        fit.append((position, addressed))
    mails = {
        position: Outgoing(
            position=addressed.position,
            mail_from=addressed.mail_from,
            rcpt_to=addressed.envelope_to,
            wire=wire,
            envid=addressed.envid,
        )
        for (position, addressed), wire in zip(fit, course.sign(wires), strict=True)
    }
    return Plan(course, batch, mails, unfit)

"""Writes a group's mails: filled, signed, and where it can be before their turn.

A sender that waits for its relays writes what they get next. Nothing of it counts before the group
is planned and committed: whoever is barred until then is struck, and what was written for them dropped.
"""

from collections.abc import Callable, Sequence

from digest.flows.sending.course import Course, Struck
from digest.flows.sending.means import Place
from digest.flows.sending.plan import Plan
from digest.model.delivery import DeliveryState, Outgoing
from digest.model.errors import AddressWrong
from digest.model.mail import Addressed
from digest.model.subscriber import Subscriber
from digest.store.ledger.gate import FORGOTTEN

#: So many are written before the relays are looked after again: they must not wait for a signature long.
_PIECE = 4


class Writing:
    """One sender's pen. Each mail it writes has a ticket of its own."""

    def __init__(self, personalise: Callable[[Subscriber, Place], Addressed]) -> None:
        self._personalise = personalise
        self._issued = 0

    def plan(self, course: Course, batch: Sequence[int]) -> Plan:
        """Return `batch` ready to be committed; whoever cannot be addressed is struck, the others go on."""
        missing = [position for position in batch if position not in course.written]
        if missing:
            self._write(course, missing)
        mails, unfit = dict[int, Outgoing](), dict[int, Struck]()
        for position in batch:
            written = course.written[position]
            if isinstance(written, Outgoing):
                mails[position] = written
            else:
                unfit[position] = written
        return Plan(course, batch, mails, unfit)

    def ahead(self, courses: Sequence[Course], most: int) -> bool:
        """Write a few of the mails that come next, if fewer than `most` are; return whether it did."""
        left = most
        for course in courses:
            if course.over:
                continue
            left -= len(course.written)
            if left <= 0:
                return False
            missing = [position for position in course.coming(most) if position not in course.written]
            if missing:
                self._write(course, missing[: min(_PIECE, left)])
                return True
        return False

    def _write(self, course: Course, positions: Sequence[int]) -> None:
        claimed, wires, fit = course.claimed, list[bytes](), list[tuple[int, Addressed]]()
        for position in positions:
            reader = course.readers.get(claimed.ids[position])
            if reader is None:
                course.written[position] = (DeliveryState.CANCELLED, FORGOTTEN)
                continue
            self._issued += 1
            began, variant = claimed.terms.began, course.variant
            place = Place(course.heading, claimed.id, position, began, self._issued, variant)
            try:
                addressed = self._personalise(reader, place)
                wires.append(course.wire(addressed))
            except AddressWrong as error:
                course.written[position] = (DeliveryState.REFUSED, str(error))
                continue
            fit.append((position, addressed))
        for (position, addressed), wire in zip(fit, course.sign(wires), strict=True):
            course.written[position] = Outgoing(
                position=addressed.position,
                mail_from=addressed.mail_from,
                rcpt_to=addressed.envelope_to,
                wire=wire,
                envid=addressed.envid,
            )

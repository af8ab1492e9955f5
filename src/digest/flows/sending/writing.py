"""Writes a group's mails: filled, signed, and where it can be before their turn.

A sender that waits for its relays writes what they get next. Nothing of it counts before the group
is planned and committed: whoever is barred until then is struck, and what was written for them dropped.
"""

import time
from collections.abc import Callable, Sequence

from digest.flows.sending.course import Course, Struck
from digest.flows.sending.means import Place
from digest.flows.sending.plan import Plan
from digest.model.delivery import DeliveryState, Outgoing
from digest.model.errors import AddressWrong
from digest.model.mail import Addressed
from digest.model.subscriber import Subscriber
from digest.store.ledger.gate import FORGOTTEN

#: The relays are looked after again after so many mails, or so many seconds of writing and signing.
_PIECE, _AT_MOST = 16, 0.0003
#: But so many are signed together by a sender that has all cores for it.
_TOGETHER = 4


class Writing:
    """One sender's pen. Each mail it writes has a ticket of its own."""

    def __init__(self, personalise: Callable[[Subscriber, Place], Addressed]) -> None:
        self._personalise = personalise
        self.senders = 1  #: on the same relays, this one included; each signs on its part of the cores
        self._issued = 0
        self._piece = 1  #: as many as can be written in _AT_MOST: ten without a signature

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
                piece = missing[: min(self._piece, left)]
                began = time.perf_counter()
                self._write(course, piece)
                each = (time.perf_counter() - began) / len(piece)
                self._piece = min(max(round(_AT_MOST / each), _TOGETHER // self.senders, 1), _PIECE)
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
        for (position, addressed), wire in zip(fit, course.sign(wires, self.senders), strict=True):
            course.written[position] = Outgoing(
                position=addressed.position,
                mail_from=addressed.mail_from,
                rcpt_to=addressed.envelope_to,
                wire=wire,
                envid=addressed.envid,
            )

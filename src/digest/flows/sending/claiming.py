"""Which chunks a sender holds: taken when a relay has room for them, ended when nothing of them flies."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, text

from digest.flows.sending.course import Course
from digest.flows.sending.means import Heading, Limits, Means, Wire
from digest.flows.sending.traffic import Traffic
from digest.store.ledger import claim, closing, names
from digest.store.ledger import lanes as book
from digest.store.ledger.chunk import Claimed
from digest.store.ledger.claim import Scope
from digest.store.ledger.readers import readers
from digest.store.ledger.states import Closed

_EDITION = text("SELECT key, id, digest, kind FROM editions WHERE key = :key")


@dataclass(slots=True)
class Claiming:
    """Takes chunks for one sender and lets go of them."""

    means: Means
    limits: Limits
    owner: str
    scope: Scope
    traffic: Traffic
    _wires: dict[int, Wire] = field(default_factory=dict)

    def take(
        self, connection: Connection, waiting: Counter[str], room: int, now: datetime
    ) -> tuple[list[Course], list[str]]:
        """Claim chunks until `room` is filled, every open relay has enough to do, or nothing more is due.

        Args:
            waiting: relay -> messages that are claimed and wait to start; counted up.

        Returns:
            The chunks, and the names of dead senders whose chunks were freed.
        """
        opened: list[Course] = []
        buried = claim.free_the_dead(connection, self.means.owners, now=now)
        book.silence(connection, buried)
        while room > 0 and self.traffic.open(now, waiting):
            claimed = claim.claim(
                connection,
                self.owner,
                now=now,
                lease=self.limits.lease,
                scope=self.scope,
                avoid=self.traffic.avoided(now, waiting),
            )
            if claimed is None:
                break
            relay = self.traffic.choose(claimed.terms.provider, now, waiting)
            assert isinstance(relay, str), "a chunk was claimed whose lane is closed"
            course = self._course(connection, claimed, relay)
            opened.append(course)
            waiting[relay] += len(course.todo)
            room -= max(len(course.todo), 1)
        return opened, list(buried)

    def end(
        self, connection: Connection, ready: Sequence[Course], now: datetime, chance: Callable[[], float]
    ) -> None:
        """Close chunks that are done, give back those that have to wait; what was lost is somebody else's."""
        for course in ready:
            if course.fenced:
                continue
            letter = course.heading.kind == "letter"
            retries = self.limits.letters if letter else self.limits.retries
            why = Closed.DONE if course.complete else course.ending
            if why is None:
                closing.try_again(connection, course.claimed, now=now, retries=retries, chance=chance())
                claim.give_back(connection, course.claimed, bytes(course.bits))
                continue
            closing.close(
                connection,
                course.claimed,
                bytes(course.bits),
                why=why,
                now=now,
                retries=retries,
                chance=chance(),
            )

    def _course(self, connection: Connection, claimed: Claimed, relay: str) -> Course:
        key = claimed.terms.rendering
        heading = Heading(*connection.execute(_EDITION, {"key": claimed.terms.edition}).one())
        if key not in self._wires:
            self._wires[key] = self.means.compile(key)
        wanted = [claimed.ids[position] for position in claimed.unsent()]
        return Course(
            claimed=claimed,
            readers=readers(connection, wanted),
            heading=heading,
            variant=names.variant_of(connection, key),
            relay=relay,
            wire=self._wires[key],
            sign=self.traffic.ways[relay].sign,
        )

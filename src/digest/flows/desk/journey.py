"""An edition on its way and after: how far it has come, how fast, what held it up, who has which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.delivery.replies import rules
from digest.flows.desk.returned import Returned, returned
from digest.flows.sending.lanes_now import LanesNow, lanes_now
from digest.model.delivery import DeliveryState
from digest.model.digest import Schedule
from digest.model.edition import EditionState
from digest.store import editions
from digest.store.editions import EditionKind, EditionRecord
from digest.store.ledger import history, names, outcomes
from digest.store.ledger.history import Counts
from digest.store.ledger.standing import standing

#: Earlier editions that one is compared with.
EARLIER = 8
#: Bars of the picture of an edition's course.
_BARS = 60
_STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 21600, 86400)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Deliveries of one outcome, for one reason, in plain words."""

    outcome: DeliveryState
    cause: str
    answer: str  #: the relay's, as an example
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How many were accepted in each step of time."""

    step: timedelta
    points: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Another edition of the digest, to compare with."""

    edition: str
    day: datetime
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Everything about the sending of one edition."""

    state: EditionState
    began: datetime
    counts: Counts
    per_second: float  #: of late; since the beginning where senders do not say
    lanes: LanesNow
    told: tuple[Told, ...]
    providers: tuple[tuple[str, int], ...]  #: accepted, by mailbox provider, the most first
    versions: tuple[tuple[str, int], ...]  #: accepted, by `variant/version` of the words
    returned: Returned
    next_try: datetime | None  #: when the rest may be sent, where nothing can be sent before

    @property
    def left(self) -> timedelta | None:
        """Return how long the rest takes at this speed; None while nothing can be said."""
        idle = self.state is not EditionState.SENDING or self.next_try is not None
        if not self.counts.unfinished or self.per_second <= 0 or idle:
            return None
        return timedelta(seconds=self.counts.unfinished / self.per_second)


def journey(connection: Connection, schedule: Schedule, record: EditionRecord, *, now: datetime) -> Journey:
    """Return how the sending of an edition stands, or ended.

    Raises:
        NotFound: there is no such edition.
    """
    key, began = names.edition_key(connection, record.id), record.published_at or record.changed_at
    counts = history.counts(connection, key, now=now)
    lanes = lanes_now(connection, schedule.relays, now=now, edition=record.id)
    rate = sum(lane.per_second for lane in lanes.lanes)
    seconds = (now - began).total_seconds()
    got = outcomes.accepted(connection, key)
    versions = names.versions(connection, record.id)
    left = standing(connection, key, now=now)
    by_provider, by_version = dict[str, int](), dict[str, int]()
    for one in got:
        by_provider[one.provider] = by_provider.get(one.provider, 0) + one.number
        name = "{}/{}".format(*versions[one.rendering])
        by_version[name] = by_version.get(name, 0) + one.number
    return Journey(
        state=record.state,
        began=began,
        counts=counts,
        per_second=rate if rate > 0 else counts.sent / seconds if seconds > 0 else 0.0,
        lanes=lanes,
        told=tuple(_told(connection, key)),
        providers=tuple(sorted(by_provider.items(), key=lambda item: -item[1])),
        versions=tuple(sorted(by_version.items())),
        returned=returned(connection, key, since=began),
        next_try=left.next_due
        if left.open and not left.leased and left.next_due and left.next_due > now
        else None,
    )


def course(connection: Connection, edition: str) -> Course:
    """Return how an edition was accepted over time, in at most sixty steps of a round length."""
    key = names.edition_key(connection, edition)
    fine = outcomes.over_time(connection, key, step=_STEPS[0])
    if not fine:
        return Course(step=_STEPS[0], points=())
    whole = fine[-1][0] - fine[0][0]
    step = next((step for step in _STEPS if whole / step < _BARS), _STEPS[-1])
    points = fine if step == _STEPS[0] else outcomes.over_time(connection, key, step=step)
    return Course(step=step, points=tuple(points))


def earlier(connection: Connection, record: EditionRecord, *, now: datetime) -> tuple[Earlier, ...]:
    """Return this edition and those of its digest before it, the newest first."""
    went = (EditionState.SENDING, EditionState.PAUSED, EditionState.SENT)
    records = editions.editions(
        connection, record.digest, states=went, kinds=(EditionKind.EDITION,), limit=200
    )
    mine = record.published_at or now
    before = [(one.published_at, one) for one in records if one.published_at and one.published_at <= mine]
    before.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(
        Earlier(
            edition=one.id,
            day=one.published_at or one.changed_at,
            counts=history.counts(connection, names.edition_key(connection, one.id), now=now),
        )
        for _, one in before[: EARLIER + 1]
    )


def _told(connection: Connection, key: int) -> list[Told]:
    causes: Mapping[str, str] = {rule.id: rule.cause for rule in rules().rules}
    return [
        Told(
            outcome=reason.outcome,
            cause=causes.get(reason.rule, reason.words if not reason.code else "no rule speaks of it"),
            answer=" ".join(
                filter(None, (str(reason.code) if reason.code else "", reason.enhanced, reason.words))
            ),
            number=reason.number,
        )
        for reason in outcomes.reasons(connection, key)
        if reason.outcome is not DeliveryState.MOVED
    ]

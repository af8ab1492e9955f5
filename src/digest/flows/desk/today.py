"""What an editor finds at the desk this morning: for every digest what comes next, what runs, what was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.audience.segment import in_words
from digest.flows.checks import checks_of
from digest.flows.outlook import why_not
from digest.flows.release import editors_needed
from digest.flows.slots import count_readers, own_slots, round_ups
from digest.model.cadence import Occurrence
from digest.model.classes import foremost
from digest.model.digest import Digest, Schedule
from digest.model.edition import EditionState, before_sending
from digest.model.errors import NotFound
from digest.model.finding import Finding
from digest.store import classes, compositions, editions
from digest.store.editions import EditionKind, EditionRecord
from digest.store.ledger import history, names
from digest.store.ledger.history import Counts

#: How far ahead the next edition of a digest is looked for.
AHEAD = timedelta(days=40)
#: How long before it is due an edition may be built by hand: earlier there are leftovers only.
NEAR = timedelta(hours=12)
#: Editions of a digest that are looked through, the newest first.
RECENT = 12
_ON_ITS_WAY = (EditionState.SENDING, EditionState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """The edition that is next: perhaps late, perhaps not built yet."""

    edition: str
    due: datetime | None
    state: EditionState | None  #: None: not built yet
    why: str  #: of the last step
    subject: str
    stories: int
    findings: tuple[Finding, ...]
    near: bool  #: it is due soon enough for its stories to be there
    waits: bool  #: for a person
    late: bool  #: its time has passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Went:
    """An edition that is on its way, or is over."""

    edition: str
    state: EditionState
    why: str
    subject: str
    at: datetime  #: when it began to be sent, or was left out
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One digest on the page of today."""

    digest: Digest
    readers: int
    audience: str  #: in words: `everyone`, or a segment's conditions
    next: Coming | None
    left_out: tuple[tuple[Occurrence, str], ...]  #: occurrences before the next one that the calendar skips
    running: tuple[Went, ...]
    last: tuple[Went, ...]  #: the newest that is over, and below a correction the edition before it

    @property
    def when(self) -> datetime | None:
        """Return when its next edition is due."""
        return self.next.due if self.next else None

    @property
    def waits(self) -> bool:
        """Whether anything of this digest waits for a person."""
        paused = any(went.state is EditionState.PAUSED for went in self.running)
        unknown = any(went.counts.unknown for went in (*self.running, *self.last))
        return paused or unknown or bool(self.next and self.next.waits)


def today(connection: Connection, schedule: Schedule, *, now: datetime) -> tuple[Card, ...]:
    """Return a card for every digest, the one that is due first on top."""
    cards = [_card(connection, schedule, digest, now) for digest in schedule.digests]
    far = now + AHEAD
    return tuple(sorted(cards, key=lambda card: (not card.running, card.when or far, card.digest.id)))


def waits_for_person(digest: Digest, record: EditionRecord) -> bool:
    """Whether an edition as it stands leaves only after somebody's word."""
    needed = editors_needed(digest, record.kind)
    return record.state is EditionState.HELD or (record.state is EditionState.READY and needed > 0)


def _card(connection: Connection, schedule: Schedule, digest: Digest, now: datetime) -> Card:
    records = editions.editions(connection, digest.id, limit=RECENT)
    running = tuple(_went(connection, r, now) for r in records if r.state in _ON_ITS_WAY)
    over = [r for r in records if not before_sending(r.state) and r.state not in _ON_ITS_WAY]
    ahead, left_out = _ahead(digest, records, now)
    return Card(
        digest=digest,
        readers=count_readers(connection, digest),
        audience=in_words(digest.audience),
        next=_coming(connection, schedule, digest, records, ahead, now),
        left_out=left_out,
        running=running,
        last=tuple(_went(connection, record, now) for record in _newest(over)),
    )


def _newest(over: Sequence[EditionRecord]) -> Sequence[EditionRecord]:
    """Return what is told of `over`: corrections at the front, and the newest edition."""
    first = next((at for at, one in enumerate(over) if one.kind is EditionKind.EDITION), len(over))
    return over[: first + 1]


def _ahead(
    digest: Digest, records: Sequence[EditionRecord], now: datetime
) -> tuple[Occurrence | None, tuple[tuple[Occurrence, str], ...]]:
    """Return the next occurrence that will be sent, and those before it that the calendar leaves out."""
    there = {record.id for record in records}
    built = [slot for slot in round_ups(digest, after=now, until=now + AHEAD) if slot.edition in there]
    slots = sorted((*own_slots(digest, after=now, until=now + AHEAD), *built), key=lambda slot: slot.due)
    reasons = why_not(digest, slots)
    left_out: list[tuple[Occurrence, str]] = []
    settled = {r.id for r in records if not before_sending(r.state)}
    for slot in slots:
        if slot.edition in settled:
            continue
        if slot.edition not in reasons:
            return slot, tuple(left_out)
        left_out.append((slot, reasons[slot.edition]))
    return None, tuple(left_out)


def _coming(
    connection: Connection,
    schedule: Schedule,
    digest: Digest,
    records: Sequence[EditionRecord],
    ahead: Occurrence | None,
    now: datetime,
) -> Coming | None:
    """Return what comes next: what should have left by now and has not, else the next occurrence."""
    day = now.astimezone(digest.timezone).date()
    late = [
        record
        for record in records
        if record.kind is EditionKind.EDITION and before_sending(record.state) and record.day == day
        and (record.due is None or record.due <= now)
    ]  # fmt: skip
    record = late[0] if late else next((r for r in records if ahead and r.id == ahead.edition), None)
    if record is None:
        return None if ahead is None else Coming(
            edition=ahead.edition, due=ahead.due, state=None, why="", subject="", stories=0,
            findings=(), near=ahead.due - now <= NEAR, waits=False, late=False,
        )  # fmt: skip
    try:
        made = compositions.compositions(connection, record.id)
        main = foremost(list(made), classes.placements(connection, record.id))
        number = len(made[main].selection.slots)
        found = checks_of(connection, schedule.newsroom, record.id, now=now).findings
    except NotFound:
        number, found = 0, ()
    return Coming(
        edition=record.id,
        due=record.due,
        state=record.state,
        why=record.why,
        subject=record.subject,
        stories=number,
        findings=found,
        near=record.due is None or record.due - now <= NEAR,
        waits=waits_for_person(digest, record),
        late=bool(late) and record.due is not None,
    )


def _went(connection: Connection, record: EditionRecord, now: datetime) -> Went:
    return Went(
        edition=record.id,
        state=record.state,
        why=record.why,
        subject=record.subject,
        at=record.published_at or record.changed_at,
        counts=history.counts(connection, names.edition_key(connection, record.id), now=now),
    )

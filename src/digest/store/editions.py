"""Editions: their state, what editors decided about them, and their history.

A state changes only from the state that the caller saw (`set_state`), and the change and its line
of history are one transaction, so that two editors, or an editor and the clock, cannot both win.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from digest.model.change import Change, Field, Made
from digest.model.edition import Choice, EditionState, step
from digest.model.errors import NotFound, StepForbidden
from digest.store.codec import from_json, to_json
from digest.store.tables.archive import approvals as _APPROVALS
from digest.store.tables.archive import editions as _EDITIONS
from digest.store.tables.archive import history as _HISTORY
from digest.store.upsert import add_missing


class EditionKind(StrEnum):
    """Why it is mailed."""

    EDITION = "edition"
    CORRECTION = "correction"  #: a mail that corrects an edition
    LETTER = "letter"  #: built in, one per letter and language


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRecord:
    """An edition as the database knows it."""

    id: str  #: `morning/2026-11-23`
    digest: str
    kind: EditionKind
    day: date
    due: datetime | None
    state: EditionState
    why: str  #: of the last step
    subject: str
    choice: Choice
    approved_hash: str  #: empty while nobody has approved it
    made_at: datetime
    changed_at: datetime
    published_at: datetime | None  #: when it began to be sent; None before

    @property
    def breaking(self) -> bool:
        """Whether those get it too who want breaking news only."""
        return self.choice.breaking


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """Who did what, when; with the states where it was a step, and the values where it was a change."""

    at: datetime
    who: str
    what: str
    old: EditionState | None = None
    new: EditionState | None = None
    number: int = 0  #: grows with every line; the newest one is the edition's version
    change: Made | None = None


def open_edition(
    connection: Connection,
    id: str,
    *,
    digest: str,
    day: date,
    who: str,
    now: datetime,
    due: datetime | None = None,
    kind: EditionKind = EditionKind.EDITION,
    state: EditionState = EditionState.COLLECTING,
) -> EditionRecord:
    """Return the edition `id`, made in `state` when it is not there; one that is there stays as it is."""
    if _row(connection, id) is None:
        row = {
            "id": id, "digest": digest, "kind": kind.value, "day": day, "due": due, "state": state.value,
            "why": "", "subject": "", "choice": "{}", "approved_hash": "", "made_at": now,
            "changed_at": now, "published_at": now if state is EditionState.SENDING else None,
        }  # fmt: skip
        add_missing(connection, _EDITIONS, [row])
        if kind is not EditionKind.LETTER:
            _write_line(connection, id, HistoryLine(at=now, who=who, what="opened", new=state))
    return edition(connection, id)


def edition(connection: Connection, id: str) -> EditionRecord:
    """Return the edition `id`.

    Raises:
        NotFound: there is none; the message names the newest ones there are.
    """
    row = _row(connection, id)
    if row is None:
        there = ", ".join(record.id for record in editions(connection, limit=3)) or "none yet"
        raise NotFound(f"{id}: no edition of that name: the newest are {there}")
    return _record(row)


def there(connection: Connection, id: str) -> EditionRecord | None:
    """Return the edition `id`, None when there is none yet."""
    row = _row(connection, id)
    return None if row is None else _record(row)


def editions(
    connection: Connection,
    digest: str | None = None,
    *,
    day: date | None = None,
    states: Collection[EditionState] = (),
    kinds: Collection[EditionKind] = (EditionKind.EDITION, EditionKind.CORRECTION),
    limit: int = 50,
) -> list[EditionRecord]:
    """Return editions, the newest day first; of one digest, one day, in some states, where given."""
    wanted = select(_EDITIONS).where(_EDITIONS.c.kind.in_([kind.value for kind in kinds]))
    if digest is not None:
        wanted = wanted.where(_EDITIONS.c.digest == digest)
    if day is not None:
        wanted = wanted.where(_EDITIONS.c.day == day)
    if states:
        wanted = wanted.where(_EDITIONS.c.state.in_([state.value for state in states]))
    newest = wanted.order_by(_EDITIONS.c.day.desc(), _EDITIONS.c.key.desc()).limit(limit)
    return [_record(row) for row in connection.execute(newest)]


def set_state(
    connection: Connection,
    id: str,
    old: EditionState,
    new: EditionState,
    *,
    who: str,
    now: datetime,
    what: str = "",
    why: str = "",
) -> None:
    """Take one step, if the edition still is in `old`, and write it into its history.

    Args:
        who: `clock`, or an editor's name.
        what: the line of history; the new state when empty.
        why: kept with the edition and shown beside its state: `skipped: fewer than 4 stories`.

    A step back from approved forgets every approval. The first step to sending sets `published_at`.

    Raises:
        NotFound: there is no such edition.
        StepForbidden: the step is none, or the edition has left `old` meanwhile.
    """
    step(id, old, new)
    values: dict[str, Any] = {"state": new.value, "why": why, "changed_at": now}
    if old is EditionState.APPROVED and new is not EditionState.SENDING:
        values["approved_hash"] = ""
    if new is EditionState.SENDING and old is not EditionState.PAUSED:
        values["published_at"] = now
    changed = connection.execute(
        update(_EDITIONS).where(_EDITIONS.c.id == id, _EDITIONS.c.state == old.value).values(values)
    )
    if changed.rowcount == 0:
        raise StepForbidden(id, edition(connection, id).state, new)
    if "approved_hash" in values:
        connection.execute(delete(_APPROVALS).where(_APPROVALS.c.edition_key == _key(id)))
    line = what or (f"{new.value}: {why}" if why else new.value)
    _write_line(connection, id, HistoryLine(at=now, who=who, what=line, old=old, new=new))


def note(connection: Connection, id: str, *, who: str, what: str, now: datetime) -> None:
    """Write a line into an edition's history: a test copy that went out, an alert, an edit."""
    edition(connection, id)
    _write_line(connection, id, HistoryLine(at=now, who=who, what=what))


def history(connection: Connection, id: str) -> list[HistoryLine]:
    """Return an edition's history, oldest first."""
    rows = connection.execute(
        select(_HISTORY).where(_HISTORY.c.edition_key == _key(id)).order_by(_HISTORY.c.key)
    )
    return [
        HistoryLine(
            at=row.at,
            who=row.who,
            what=row.what,
            old=EditionState(row.old_state) if row.old_state else None,
            new=EditionState(row.new_state) if row.new_state else None,
            number=row.key,
            change=_made(row) if row.field else None,
        )
        for row in rows
    ]


def versions(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """Return the version of each edition: the number of the newest line of its history."""
    rows = connection.execute(
        select(_EDITIONS.c.id, func.max(_HISTORY.c.key).label("version"))
        .join(_HISTORY, _HISTORY.c.edition_key == _EDITIONS.c.key)
        .where(_EDITIONS.c.id.in_(ids))
        .group_by(_EDITIONS.c.id)
    )
    return {row.id: row.version for row in rows}


def newest_version(connection: Connection) -> int:
    """Return the number of the newest line of any history; 0 while there is none."""
    return int(connection.execute(select(func.max(_HISTORY.c.key))).scalar() or 0)


def lock(connection: Connection, id: str) -> EditionRecord:
    """Return the edition `id`, which nobody else changes until this transaction ends.

    SQLite has one writer anyway; on PostgreSQL the row is held.

    Raises:
        NotFound: there is none.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(_EDITIONS.c.key).where(_EDITIONS.c.id == id).with_for_update())
    return edition(connection, id)


def note_change(
    connection: Connection, id: str, change: Change, *, before: str | None, who: str, what: str, now: datetime
) -> None:
    """Write a change of content into an edition's history, with the value that it had before."""
    line = HistoryLine(
        at=now, who=who, what=what,
        change=Made(
            number=0, field=change.field, story=change.story, before=before, after=change.value, who=who
        ),
    )  # fmt: skip
    _write_line(connection, id, line)


def _made(row: Row[*tuple[Any, ...]]) -> Made:
    return Made(
        number=row.key,
        field=Field(row.field),
        story=row.story,
        before=row.before,
        after=row.after,
        who=row.who,
    )


def set_choice(connection: Connection, id: str, choice: Choice, *, now: datetime) -> None:
    """Keep what editors have decided about an edition; `note_change` says who changed what."""
    values = {"choice": to_json(choice), "changed_at": now}
    connection.execute(update(_EDITIONS).where(_EDITIONS.c.id == id).values(values))


def set_subject(connection: Connection, id: str, subject: str, *, now: datetime) -> None:
    """Keep the subject that a correction gave an edition."""
    values = {"subject": subject, "changed_at": now}
    connection.execute(update(_EDITIONS).where(_EDITIONS.c.id == id).values(values))


def _key(id: str) -> Any:
    """Return a subquery for the number behind an edition's id."""
    return select(_EDITIONS.c.key).where(_EDITIONS.c.id == id).scalar_subquery()


def _row(connection: Connection, id: str) -> Row[*tuple[Any, ...]] | None:
    return connection.execute(select(_EDITIONS).where(_EDITIONS.c.id == id)).first()


def _record(row: Row[*tuple[Any, ...]]) -> EditionRecord:
    return EditionRecord(
        id=row.id,
        digest=row.digest,
        kind=EditionKind(row.kind),
        day=row.day,
        due=row.due,
        state=EditionState(row.state),
        why=row.why,
        subject=row.subject,
        choice=from_json(Choice, row.choice),
        approved_hash=row.approved_hash,
        made_at=row.made_at,
        changed_at=row.changed_at,
        published_at=row.published_at,
    )


def _write_line(connection: Connection, id: str, line: HistoryLine) -> None:
    connection.execute(
        insert(_HISTORY).values(
            edition_key=_key(id),
            at=line.at,
            who=line.who,
            what=line.what,
            old_state=line.old.value if line.old else "",
            new_state=line.new.value if line.new else "",
            field=line.change.field.value if line.change else "",
            story=line.change.story if line.change else "",
            before=line.change.before if line.change else None,
            after=line.change.after if line.change else None,
        )
    )

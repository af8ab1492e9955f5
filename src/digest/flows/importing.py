"""Import a list of subscribers: look first, then do exactly that; and take it back.

`plan` and `apply` walk through the same rows and decide by the same function; only `apply`
writes. It writes some thousand rows a transaction, so that senders and pages are hardly kept
waiting, and every one of those transactions leaves the roster whole: an import that is killed
is simply done again.
"""

import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection

from digest.audience.consent import Asked, asked_for
from digest.audience.importing import rows_of
from digest.audience.layout import Layout, layout_of
from digest.audience.optouts import OptOuts
from digest.audience.plan import Decision, Known, Verdict, decide
from digest.audience.row import Row
from digest.audience.tally import Tally
from digest.flows.subscribe_replay import replay
from digest.model.consent import stop_scope
from digest.model.digest import Digest
from digest.model.errors import FileWrong, Problem
from digest.model.subscriber import Saying, Word
from digest.settings.messages import did_you_mean
from digest.store import audit
from digest.store.engine import Store
from digest.store.roster import bringing, people, words
from digest.store.roster.seen import Seen

#: Rows in one transaction: others wait for a few tenths of a second.
BATCH = 5_000
#: Rows in one transaction of a long list: its addresses fall all over the indexes, so that small
#: transactions write every page of them again and again (1,000,000 rows: 11 GB instead of 3).
LONG_BATCH = 20_000
LONG = 16_000_000  #: bytes of a long list
_ROOM = 48_000  # kilobytes

#: Told now and then: bytes read, bytes in all.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list on its way in: where it is, what it may ask for, and how carefully it is taken."""

    path: Path
    name: str  #: what to call it, in problems and in the record of imports
    digests: Sequence[Digest]
    otherwise: tuple[str, ...] = ()  #: digests for rows that name none
    topic: str = ""  #: the file's name counts as a topic; see `audience/consent.asked_for`
    additions_only: bool = False
    by: str = ""  #: who imports it
    fingerprint: str = ""


def plan(
    store: Store, opt_outs: OptOuts, listing: Listing, *, now: datetime, progress: Progress | None = None
) -> Tally:
    """Return what importing `listing` would do. Nothing is changed.

    Raises:
        FileWrong: it cannot be read as a list of subscribers at all.
    """
    replay(store, opt_outs)
    with _opened(listing) as file, _few_collections():
        walk = _Walk(file, listing, now, opt_outs.who)
        for batch in walk.batches(progress):
            with store.read() as connection:
                walk.decide(connection, batch)
    return walk.tally


def apply(
    store: Store, opt_outs: OptOuts, listing: Listing, *, now: datetime, progress: Progress | None = None
) -> Tally:
    """Import `listing`, and return what was done; its `number` is what `undo` takes.

    Raises:
        FileWrong: it cannot be read as a list of subscribers at all; nothing was changed.
    """
    replay(store, opt_outs)
    with _opened(listing) as file, _few_collections():
        walk = _Walk(file, listing, now, opt_outs.who)
        with store.write() as connection:
            number = bringing.begin(
                connection, listing.name, now=now, by=listing.by, fingerprint=listing.fingerprint
            )
        walk.tally.number = number
        for batch in walk.batches(progress):
            with store.write() as connection:
                bringing.make_room(connection, _ROOM)
                _write(connection, walk.decide(connection, batch), number, now)
    with store.write() as connection:
        bringing.finish(connection, number, walk.tally.counts())
        _note(connection, listing.by, f"imported {listing.name}", walk.tally.counts(), number, now)
        bringing.make_room(connection)
    return walk.tally


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for cycles less often: a list makes many objects and no cycle (it took a sixth of the time)."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@dataclass(frozen=True, slots=True)
class _Settled:
    """A row, what is known of the person, and what was decided."""

    row: Row
    who: str
    known: Known
    decision: Decision


class _Walk:
    """One walk through a list, a batch at a time."""

    def __init__(self, file: BinaryIO, listing: Listing, now: datetime, who: Callable[[str], str]) -> None:
        self.layout: Layout = layout_of(file, listing.name)
        self.tally = Tally(path=listing.name, layout=self.layout)
        self._file, self._listing, self._now, self._who = file, listing, now, who
        self._asked: dict[tuple[tuple[str, ...], ...], Asked] = {}

    def batches(self, progress: Progress | None) -> Iterator[list[tuple[Row, str]]]:
        """Yield the rows that count, each with the keyed hash of its address, a batch at a time.

        Problems and duplicates go to the tally.
        """
        size = os.fstat(self._file.fileno()).st_size
        batch = LONG_BATCH if size > LONG else BATCH
        found = rows_of(self._file, self.layout, path=self._listing.name, now=self._now)
        with Seen() as seen:
            while some := list(islice(found, batch)):
                yield list(self._counting(some, seen))
                if progress is not None:
                    progress(min(self._file.tell(), size), size)

    def decide(self, connection: Connection, rows: Sequence[tuple[Row, str]]) -> list[_Settled]:
        """Return what becomes of each of `rows`, by what the roster knows now."""
        held = people.held(connection, list({row.address.key: None for row, _ in rows}))
        said = words.words_of(connection, list({who: None for _, who in rows}))
        settled = []
        for row, who in rows:
            known = _as_known(held.get(row.address.key), said.get(who, ()))
            decision = decide(row, self._asks(row), known, additions_only=self._listing.additions_only)
            self.tally.add(row, decision)
            settled.append(_Settled(row, who, known, decision))
        return settled

    def _counting(self, found: Sequence[Row | Problem], seen: Seen) -> Iterator[tuple[Row, str]]:
        rows = []
        for one in found:
            if isinstance(one, Problem):
                self.tally.problem(one)
            elif unknown := self._asks(one).unknown:
                self.tally.problem(self._no_digest(one, unknown[0]))
            else:
                rows.append((one, self._who(one.address.key)))
        earlier = seen.earlier([(who, row.line) for row, who in rows])
        for (row, who), first in zip(rows, earlier, strict=True):
            if not first or row.lowered is not None or row.left:
                yield row, who  # a no counts wherever it stands
            else:
                self.tally.duplicate(row, first)

    def _asks(self, row: Row) -> Asked:
        said = (row.digests, row.unconfirmed, row.left, row.topics)
        asked = self._asked.get(said)
        if asked is None:
            listing = self._listing
            asked = asked_for(row, listing.digests, topic=listing.topic, otherwise=listing.otherwise)
            if len(self._asked) < BATCH:
                self._asked[said] = asked
        return asked

    def _no_digest(self, row: Row, name: str) -> Problem:
        known = [digest.id for digest in self._listing.digests]
        message = f"{name}: no digest of that name{did_you_mean(name, known)}: there are {', '.join(known)}"
        return Problem(path=self._listing.name, line=row.line, column=0, message=message)


def add_one(
    store: Store, opt_outs: OptOuts, row: Row, asked: Asked, *, by: str, now: datetime
) -> tuple[Decision, int]:
    """Bring one person in by hand, as a list of one row would; return what was decided, and its number."""
    replay(store, opt_outs)
    who = opt_outs.who(row.address.key)
    with store.write() as connection:
        settled = _Settled(
            row, who, known := _known(connection, row.address.key, who), decide(row, asked, known)
        )
        number = bringing.begin(connection, "added by hand", now=now, by=by)
        _write(connection, [settled], number, now)
        counts = {str(settled.decision.verdict): 1}
        bringing.finish(connection, number, counts)
        _note(connection, by, "added one reader by hand", counts, number, now)
    return settled.decision, number


def _note(
    connection: Connection, who: str, what: str, counts: Mapping[str, int], number: int, now: datetime
) -> None:
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "nothing in it"
    audit.note(
        connection,
        at=now,
        who=who or "import",
        what=f"{what}: {told}",
        about=f"import {number}",
    )


def _known(connection: Connection, key: str, who: str) -> Known:
    return _as_known(people.find(connection, key), words.words_of(connection, [who]).get(who, ()))


def _as_known(there: people.Held | None, said: Sequence[Saying]) -> Known:
    if there is None:
        return Known(words=said) if said else _NOBODY
    return Known(
        subscriber=there.subscriber, standings=there.standings, words=said, own_choice=there.own_choice
    )


_NOBODY = Known()


def _write(connection: Connection, settled: Sequence[_Settled], number: int, now: datetime) -> None:
    newcomers, changes, noes = [], [], []
    for one in settled:
        decision = one.decision
        if decision.verdict is Verdict.NEW and decision.subscriber is not None:
            newcomers.append(
                bringing.Newcomer(subscriber=decision.subscriber, who=one.who, subscribe=decision.subscribe)
            )
        elif decision.verdict is Verdict.CHANGED and one.known.subscriber is not None:
            changes.append(
                bringing.Change(
                    before=one.known.subscriber,
                    after=decision.subscriber,
                    subscribe=decision.subscribe,
                    confirm=decision.confirm,
                    consent=one.row.consent,
                )
            )
        if decision.leave or decision.stop is not None:
            noes.extend(_noes(one.who, decision, f"import {number}", now))
    bringing.bring_in(connection, newcomers, number=number, now=now)
    bringing.change(connection, changes, number=number, now=now)
    words.hear(connection, noes)


def _noes(who: str, decision: Decision, source: str, now: datetime) -> list[Saying]:
    """Return the noes that a file carries; they go to the database only: the opt-out file is the people's."""
    scopes = list(decision.leave)
    if decision.stop is not None:
        scopes.append(stop_scope(decision.stop))
    return [Saying(at=now, who=who, scope=scope, word=Word.NO, source=source) for scope in scopes]


def _opened(listing: Listing) -> BinaryIO:
    try:
        return listing.path.open("rb")
    except OSError as error:
        why = (error.strerror or "cannot be read").lower()
        raise FileWrong((Problem(path=listing.name, line=0, column=0, message=why),)) from error


def in_folder(listing: Listing) -> Listing:
    """Return `listing` as the folder `subscribers/` has it: additions only, and its name is a topic."""
    return replace(listing, additions_only=True, topic=listing.path.stem, by="subscribers/")

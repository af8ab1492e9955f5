"""What people said, as the database has it: the newest word per person and scope, and what follows.

`hear` is the only way in for a yes or a no, whether it comes from a page, a report, an import or
the opt-out file, today or again: hearing a word twice, or words in another order, changes nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, text, update

from digest.model.consent import newest, stopped_by, word_on
from digest.model.subscriber import Saying, Standing, Word
from digest.store.ledger.moments import stamp
from digest.store.tables.roster import replays, sayings, subscribers, subscriptions, suppressions
from digest.store.upsert import batches, put

_W, _S, _N = sayings.c, subscribers.c, subscriptions.c
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_ANYTHING = text("SELECT 1 FROM sayings LIMIT 1")
_KEEP_NEWEST = text(
    "INSERT INTO sayings (who, scope, word, at, source) VALUES (:who, :scope, :word, :at, :source)"
    " ON CONFLICT (who, scope) DO UPDATE SET word = excluded.word, at = excluded.at, source = excluded.source"
    " WHERE excluded.at > sayings.at"
    " OR (excluded.at = sayings.at AND excluded.word = 'no' AND sayings.word = 'yes')"
)


def hear(connection: Connection, words: Iterable[Saying]) -> int:
    """Take `words` in; the newest of each person and scope wins. Return how many people they are from.

    Standings and suppressions follow: a no lowers to unsubscribed, a newer yes raises to
    confirmed, and a stop (see `model/consent`) suppresses until a newer yes.
    """
    latest = newest(words)
    if latest:
        connection.execute(_KEEP_NEWEST, [_row(saying) for saying in latest.values()])
    people = list(dict.fromkeys(who for who, _ in latest))
    for some in batches(people):
        _follow(connection, some)
    return len(people)


def words_of(connection: Connection, people: Sequence[str]) -> dict[str, list[Saying]]:
    """Return the newest words of `people` (keyed hashes), by person; who never said any is missing."""
    found: dict[str, list[Saying]] = {}
    if connection.execute(_ANYTHING).one_or_none() is None:
        return found  # nobody has ever said anything: a new newsroom's first list
    for some in batches(people):
        query = select(sayings).where(_W.who.in_([bytes.fromhex(who) for who in some]))
        for row in connection.execute(query):
            saying = as_saying(*row)
            found.setdefault(saying.who, []).append(saying)
    return found


def as_saying(who: bytes, scope: str, word: str, at: int, source: str) -> Saying:
    """Return a row of `sayings` as a value."""
    return Saying(
        at=_BEGINNING + at * _MICROSECOND, who=who.hex(), scope=scope, word=Word(word), source=source
    )


def replayed(connection: Connection, file: str) -> int:
    """Return how far the opt-out file called `file` was read into this database, in bytes."""
    end = connection.execute(select(replays.c.end).where(replays.c.file == file)).scalar_one_or_none()
    return int(end or 0)


def mark_replayed(connection: Connection, file: str, end: int) -> None:
    """Keep that `file` was read up to byte `end`."""
    put(connection, replays, [{"file": file, "end": end}], key=("file",))


def _row(saying: Saying) -> dict[str, Any]:
    return {
        "who": bytes.fromhex(saying.who),
        "scope": saying.scope,
        "word": str(saying.word),
        "at": (saying.at - _BEGINNING) // _MICROSECOND,
        "source": saying.source,
    }


def _follow(connection: Connection, people: Sequence[str]) -> None:
    """Make suppressions and standings of `people` what their words say."""
    words = words_of(connection, people)
    _suppress(connection, people, words)
    query = (
        select(_S.who, _N.subscriber, _N.digest, _N.standing)
        .join_from(subscribers, subscriptions, _N.subscriber == _S.id)
        .where(_S.who.in_([bytes.fromhex(who) for who in people]))
    )
    for who, subscriber, digest, standing in connection.execute(query).all():
        said = word_on(digest, words.get(who.hex(), ()))
        becomes = _standing_after(said, Standing(standing))
        if said is not None and becomes is not None:
            connection.execute(
                update(subscriptions)
                .where(_N.subscriber == subscriber, _N.digest == digest)
                .values(standing=str(becomes), since=stamp(said.at), paused_until=None)
            )


def _standing_after(said: Saying | None, now: Standing) -> Standing | None:
    """Return what a standing becomes by the newest word, None when it stays."""
    if said is None:
        return None
    if said.word is Word.NO:
        return Standing.UNSUBSCRIBED if now is not Standing.UNSUBSCRIBED else None
    return Standing.CONFIRMED if now in (Standing.UNSUBSCRIBED, Standing.UNCONFIRMED) else None


def _suppress(connection: Connection, people: Sequence[str], words: dict[str, list[Saying]]) -> None:
    stopped = {who: stopped_by(words.get(who, ())) for who in people}
    free = [bytes.fromhex(who) for who, reason in stopped.items() if reason is None]
    connection.execute(delete(suppressions).where(suppressions.c.who.in_(free)))
    rows = [
        {
            "who": bytes.fromhex(who),
            "reason": str(reason),
            "at": max(stamp(saying.at) for saying in words[who]),
        }
        for who, reason in stopped.items()
        if reason is not None
    ]
    put(connection, suppressions, rows, key=("who",))

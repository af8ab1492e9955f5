"""A look at an edition for somebody without an account: a signed link that ends.

The link is all it takes, so it gives little: one edition, to look at, until its time is over. It
is bound to its own purpose, and no other link of ours opens what it opens. That it was given
stands in the edition's history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from digest.model.classes import foremost
from digest.model.digest import Digest, Schedule
from digest.model.errors import AskedWrongly, NotFound, TokenWrong
from digest.model.mail import Rendering
from digest.model.token import read, sign
from digest.render.slots import fill
from digest.store import classes, editions, renderings
from digest.store.editions import EditionKind, EditionRecord
from digest.store.engine import Store

SHARE = "share"
#: How long a link works unless told otherwise, and at most.
USUAL, LONGEST = timedelta(hours=24), timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a link lets one see."""

    record: EditionRecord
    digest: Digest
    rendering: Rendering
    subject: str  #: with nobody's name in it
    variant: str
    who: str  #: who gave it
    until: datetime


def share(
    store: Store,
    edition: str,
    *,
    who: str,
    keys: Sequence[bytes],
    now: datetime,
    lasting: timedelta = USUAL,
) -> tuple[str, datetime]:
    """Return the token of a new link to `edition` and when it ends; the history says who made it.

    Raises:
        NotFound: no such edition, or there is nothing in it yet.
        AskedWrongly: `lasting` is longer than LONGEST, or no time at all.
    """
    if not timedelta(0) < lasting <= LONGEST:
        raise AskedWrongly(f"a link works for up to {LONGEST.days} days")
    until = (now + lasting).replace(microsecond=0)
    with store.write() as connection:
        record = editions.edition(connection, edition)
        if record.kind is EditionKind.LETTER or not renderings.renderings(connection, edition):
            raise NotFound(f"{edition}: there is nothing to look at yet")
        told = f"gave a link to look at it until {until:%Y-%m-%d %H:%M} UTC"
        editions.note(connection, edition, who=who, what=told, now=now)
    payload = f"{int(until.timestamp())} {edition} {who}"
    return sign(SHARE, payload, key=keys[0], expires=until), until


def look(
    store: Store, token: str, *, schedule: Schedule, keys: Sequence[bytes], now: datetime, variant: str = ""
) -> Look:
    """Return what `token` lets one see: the newest words of its edition.

    Raises:
        TokenExpired: its time is over.
        TokenWrong: it is not ours, for another purpose, or damaged.
        NotFound: the edition, or its digest, is no longer there.
    """
    stamp, _, rest = read(SHARE, token, keys=keys, now=now).partition(" ")
    edition, _, who = rest.partition(" ")
    if not stamp.isdecimal() or not edition:
        raise TokenWrong("share link: not one of ours")
    with store.read() as connection:
        record = editions.edition(connection, edition)
        words = renderings.renderings(connection, edition)
        placements = classes.placements(connection, edition)
    if not words:
        raise NotFound(f"{edition}: there is nothing to look at")
    chosen = variant if variant in words else foremost(list(words), placements)
    seen = words[chosen]
    nobody = dict.fromkeys(seen.slots, "")
    return Look(
        record=record,
        digest=schedule.digest(record.digest),
        rendering=seen,
        subject=fill(seen.subject, seen.nonce, nobody, html=False),
        variant=chosen,
        who=who,
        until=datetime.fromtimestamp(int(stamp), UTC),
    )

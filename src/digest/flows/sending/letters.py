"""Letters: a mail to one reader that answers something they did. The same ledger, the same senders.

A letter is a chunk of one recipient in a built-in edition (one per letter, digest and language),
before all editions, with the policy `resend`: a confirmation twice is better than none.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.model.digest import UnknownPolicy
from digest.model.edition import EditionState
from digest.model.mail import Rendering
from digest.store.editions import EditionKind, open_edition
from digest.store.ledger import names
from digest.store.ledger.enlist import enlist
from digest.store.renderings import all_renderings, save_rendering

#: Before every edition.
PRIORITY = 100


def letter_edition(letter: str, digest: str, language: str) -> str:
    """Return the id of the built-in edition behind a letter: `letters/confirm/morning/en`."""
    return f"letters/{letter}/{digest}/{language}"


def enlist_letter(
    connection: Connection,
    letter: str,
    digest: str,
    rendering: Rendering,
    subscriber: int,
    provider: str,
    *,
    now: datetime,
    valid_for: timedelta = timedelta(days=2),
) -> str:
    """Enlist a letter to `subscriber` in the transaction of what it answers; return its edition's id.

    Args:
        letter: confirm, welcome, export ...
        rendering: its words; when they have changed since the last letter they get a new version.
        valid_for: nothing leaves later than this.
    """
    name = letter_edition(letter, digest, rendering.language)
    open_edition(
        connection,
        name,
        digest=digest,
        day=now.date(),
        who="letters",
        now=now,
        kind=EditionKind.LETTER,
        state=EditionState.SENDING,
    )
    key = _words(connection, name, rendering, now)
    enlist(
        connection,
        names.edition_key(connection, name),
        key,
        [(subscriber, provider)],
        not_before=now,
        valid_until=now + valid_for,
        priority=PRIORITY,
        policy=UnknownPolicy.RESEND,
    )
    return name


def _words(connection: Connection, name: str, rendering: Rendering, now: datetime) -> int:
    """Return the key of these words, kept under the next version when they are new."""
    held = all_renderings(connection, name)
    newest = max((version for _, version in held), default=0)
    if not newest or held["", newest].hash != rendering.hash:
        save_rendering(connection, name, "", rendering, now=now, version=newest + 1)
    return names.rendering_keys(connection, name)[""]

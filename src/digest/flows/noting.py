"""What is noted in the log that no single verb does: a changed schedule, a restored copy."""

import getpass
import hashlib
import os
import pwd
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from digest.model.errors import Busy, Problem
from digest.store import accounts, audit, sessions
from digest.store.engine import Store

_SCHEDULE = "schedule"


def note_schedule(store: Store, path: Path, problems: Sequence[Problem], *, now: datetime) -> bool:
    """Note that the schedule is another than the one noted last; False if it is the same.

    However many processes read it, and whether or not one was running when it changed, there is
    one line for each text of the file. Who changed it is not known to us: the file's owner is named.
    While somebody else writes at length nothing is noted: the text is compared again at the next start.
    """
    try:
        text, owner = path.read_bytes(), _owner(path)
    except OSError:
        return False  # it is gone again: whoever needs it says so
    mark = hashlib.sha256(text).hexdigest()[:12]
    with store.read() as connection:
        last = audit.newest(connection, _SCHEDULE)
        if last is not None and f"({mark})" in last.what:
            return False
    wrong = f", with {len(problems)} problem{'s' * (len(problems) != 1)}: the old one runs on"
    what = "is read for the first time" if last is None else "changed"
    try:
        with store.write() as connection:
            last = audit.newest(connection, _SCHEDULE)
            if last is not None and f"({mark})" in last.what:
                return False  # another process was quicker
            told = f"{path.name} {what} ({mark}){wrong if problems else ''}"
            audit.note(connection, at=now, who=owner, what=told, about=_SCHEDULE)
    except Busy:
        return False
    return True


def note_by_hand(store: Store, what: str, *, about: str, now: datetime) -> None:
    """Note what the person at this machine did on the command line."""
    with store.write() as connection:
        audit.note(connection, at=now, who=getpass.getuser(), what=what, about=about)


def note_restored(store: Store, *, taken: datetime, who: str, now: datetime) -> int:
    """End every sign-in and invitation that an old copy brings back, and note it; return how many there were.

    Whoever was signed out, shut out or given another role since must not come in by an old session.
    """
    with store.write() as connection:
        ended = sum(sessions.end_all(connection, account.key) for account in accounts.every(connection))
        accounts.end_invitations(connection)
        told = f"restored from a backup of {taken:%Y-%m-%d %H:%M} UTC; whoever was signed in is signed out"
        audit.note(connection, at=now, who=who, what=told, about="restore")
    return ended


def _owner(path: Path) -> str:
    number = os.stat(path).st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"

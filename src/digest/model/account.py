"""Who works at the desk, what each may do there, and how long a sign-in lasts."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from digest.model.errors import AskedWrongly

#: A sign-in ends when nothing was asked for so long.
IDLE = timedelta(hours=12)
#: A sign-in ends after so long in any case.
AT_MOST = timedelta(days=7)
#: How long the second step of a sign-in may take.
SECOND_STEP_WITHIN = timedelta(minutes=10)
#: How long an invitation can be answered.
INVITED_FOR = timedelta(days=3)
#: A name has at most so many characters.
LONGEST_NAME = 32


class Role(StrEnum):
    """What an editor may do; each role may do all that the ones before it may."""

    READER = "reader"  #: sees the desk, changes nothing
    EDITOR = "editor"  #: changes editions and sends test copies
    APPROVER = "approver"  #: approves, sends, overrides a blocker
    ADMIN = "admin"  #: looks after accounts and readers

    def may(self, need: "Role") -> bool:
        """Whether this role is enough for what asks for `need`."""
        return _ORDER.index(self) >= _ORDER.index(need)


_ORDER = tuple(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person at the desk: the name stands in every history line, the role decides what is allowed."""

    name: str
    role: Role

    def may(self, need: Role) -> bool:
        """Whether this person may do what asks for `need`."""
        return self.role.may(need)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An editor's account. Neither password nor secret is in it."""

    key: int
    name: str
    email: str  #: may be empty; who may approve is reminded there
    role: Role
    disabled: bool
    has_password: bool  #: False until the invitation is answered
    invited_until: datetime | None  #: when an open invitation ends
    second_step: bool  #: signing in asks for a one-time code, too
    made_at: datetime
    signed_in_at: datetime | None  #: the last time

    @property
    def actor(self) -> Actor:
        """Return the person as every verb of the desk wants to know it."""
        return Actor(name=self.name, role=self.role)


class Stage(StrEnum):
    """How far a sign-in has come."""

    CODE = "code"  #: the password was right; the one-time code is still asked for
    OPEN = "open"  #: signed in


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A sign-in of one browser, known by the hash of its token alone."""

    hash: str
    account: int
    stage: Stage
    made_at: datetime
    seen_at: datetime
    until: datetime  #: it ends then, whatever happens
    network: str  #: where it was made
    browser: str  #: what it called itself

    def over(self, now: datetime) -> bool:
        """Whether its time is over: too long unused, or simply too long."""
        return now >= self.until or now - self.seen_at >= IDLE


def account_name(text: str) -> str:
    """Return the name of an account as it is kept: one spelling, whatever case it was typed in.

    Raises:
        AskedWrongly: it is no name; the message says what one is.
    """
    name = unicodedata.normalize("NFKC", text.strip()).casefold()
    if not 2 <= len(name) <= LONGEST_NAME or not name[0].isalnum():
        raise AskedWrongly(f"{name!r}: a name has 2 to {LONGEST_NAME} characters and begins with a letter")
    if not all(sign.isalnum() or sign in "._-" for sign in name):
        raise AskedWrongly(f"{name!r}: a name is made of letters, digits, dots, hyphens and underscores")
    return name

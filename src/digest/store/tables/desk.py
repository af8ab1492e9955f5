"""The tables of those who work at the desk, declared as SQLModel: editors, sessions, the audit log.

Statements use the plain views in `accounts`; see `content` for why, and for what keeps them equal.
No table holds a password, a session's token, an invitation's or a recovery code: only hashes of them.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Text

from digest.store.tables import Key, Moment
from digest.store.tables.content import Row, column


class EditorRow(Row, table=True):
    """An editor's account."""

    __tablename__ = "editors"

    key: int | None = column(Key, primary_key=True, default=None)
    name: str = column(Text, unique=True)  #: `model.account.account_name`
    email: str = column(Text, default="")
    role: str = column(Text)  #: `model.account.Role`
    disabled: bool = column(Boolean, default=False)
    password: str = column(Text, default="")  #: Argon2id; empty until the invitation is answered
    invitation: str = column(Text, default="", index=True)  #: hash of the token; empty when none is open
    invited_until: datetime | None = column(Moment, default=None)
    totp: str = column(Text, default="")  #: shared secret, sealed; empty when there is none
    totp_on: bool = column(Boolean, default=False)  #: False while it is being set up
    totp_period: int = column(BigInteger, default=0)  #: of the last code that was accepted
    made_at: datetime = column(Moment)
    signed_in_at: datetime | None = column(Moment, default=None)


class RecoveryCodeRow(Row, table=True):
    """A recovery code that has not been used."""

    __tablename__ = "recovery_codes"

    editor_key: int = column(Key, primary_key=True, foreign_key="editors.key", ondelete="CASCADE")
    hash: str = column(Text, primary_key=True)


class SessionRow(Row, table=True):
    """A sign-in of one browser."""

    __tablename__ = "sessions"

    hash: str = column(Text, primary_key=True)  #: SHA-256 of the token
    editor_key: int = column(Key, foreign_key="editors.key", ondelete="CASCADE", index=True)
    stage: str = column(Text)  #: `model.account.Stage`
    made_at: datetime = column(Moment)
    seen_at: datetime = column(Moment)
    until: datetime = column(Moment)
    network: str = column(Text, default="")
    browser: str = column(Text, default="")


class SignInAttemptRow(Row, table=True):
    """A try to sign in that has not succeeded; a success takes its own away."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "whose", "at"), Index(None, "at"))

    key: int | None = column(Key, primary_key=True, default=None)
    whose: str = column(Text)  #: keyed hash of a name, a network, or both
    at: datetime = column(Moment)
    ticket: str = column(Text, index=True)  #: what the rows of one try share


class AuditRow(Row, table=True):
    """Who did what that is not in an edition's history. Only ever added to."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "at"),)

    key: int | None = column(Key, primary_key=True, default=None)
    at: datetime = column(Moment)
    who: str = column(Text)
    what: str = column(Text)
    about: str = column(Text, default="")  #: `account ida`, `reader 17`, `import 3`, `schedule`

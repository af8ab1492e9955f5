"""Sessions: sign-ins that are open, known by the hash of their token alone."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from digest.model.account import IDLE, Account, Session, Stage
from digest.store.accounts import account_of
from digest.store.tables.accounts import editors as _EDITORS
from digest.store.tables.accounts import sessions as _SESSIONS

#: A session that is in use is written anew so often at most.
TOUCH = timedelta(minutes=5)


def begin(connection: Connection, session: Session) -> None:
    """Keep a new session; those whose time is over go."""
    connection.execute(
        delete(_SESSIONS).where(
            or_(_SESSIONS.c.until <= session.made_at, _SESSIONS.c.seen_at <= session.made_at - IDLE)
        )
    )
    connection.execute(
        insert(_SESSIONS).values(
            hash=session.hash, editor_key=session.account, stage=session.stage.value, made_at=session.made_at,
            seen_at=session.seen_at, until=session.until, network=session.network, browser=session.browser,
        )
    )  # fmt: skip


def find(connection: Connection, hash: str, *, now: datetime) -> tuple[Session, Account] | None:
    """Return a session and whose it is; None when there is none, it is over, or the account is shut out."""
    columns = [column.label(f"s_{column.name}") for column in _SESSIONS.c]
    row = connection.execute(
        select(*columns, *_EDITORS.c)
        .join(_EDITORS, _EDITORS.c.key == _SESSIONS.c.editor_key)
        .where(_SESSIONS.c.hash == hash)
    ).first()
    if row is None or row.disabled:
        return None
    session = Session(
        hash=row.s_hash,
        account=row.s_editor_key,
        stage=Stage(row.s_stage),
        made_at=row.s_made_at,
        seen_at=row.s_seen_at,
        until=row.s_until,
        network=row.s_network,
        browser=row.s_browser,
    )
    return None if session.over(now) else (session, account_of(row))


def of_account(connection: Connection, account: int, *, now: datetime) -> list[Session]:
    """Return the open sessions of an account, the one used last first."""
    rows = connection.execute(
        select(_SESSIONS)
        .where(_SESSIONS.c.editor_key == account, _SESSIONS.c.stage == Stage.OPEN.value)
        .order_by(_SESSIONS.c.seen_at.desc(), _SESSIONS.c.hash)
    )
    found = [
        Session(
            hash=row.hash, account=row.editor_key, stage=Stage(row.stage), made_at=row.made_at,
            seen_at=row.seen_at, until=row.until, network=row.network, browser=row.browser,
        )
        for row in rows
    ]  # fmt: skip
    return [session for session in found if not session.over(now)]


def touch(connection: Connection, hash: str, now: datetime) -> None:
    """Remember that a session is in use."""
    connection.execute(update(_SESSIONS).where(_SESSIONS.c.hash == hash).values(seen_at=now))


def end(connection: Connection, hash: str) -> None:
    """End one session."""
    connection.execute(delete(_SESSIONS).where(_SESSIONS.c.hash == hash))


def end_all(connection: Connection, account: int) -> int:
    """End every session of an account; return how many there were."""
    return connection.execute(delete(_SESSIONS).where(_SESSIONS.c.editor_key == account)).rowcount

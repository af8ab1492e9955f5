"""The life of an editor's account: added, invited, given a role, shut out, removed.

Every verb notes who did it, in the transaction that does it. Whatever changes what a person may
do ends that person's sessions, so that no browser goes on with what was true before. There is
always an admin who can come in: the last one can be neither removed nor lowered nor shut out.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from digest.access import password as passwords
from digest.flows.signing_in import (
    REFUSED,
    Browser,
    Ticket,
    begin,
    count_attempt,
    forget_attempts,
    hash_of,
)
from digest.model.account import INVITED_FOR, Account, Role, Stage, account_name
from digest.model.errors import AskedWrongly, NotFound, SignInRefused
from digest.store import accounts, attempts, audit, sessions
from digest.store.engine import Store

INVITATION_OVER = "this invitation was used, replaced, or is too old: ask for a new one"


def add(store: Store, *, name: str, email: str, role: Role | None, who: str, now: datetime) -> Account:
    """Add an account, which has no password yet. The first one is an admin's.

    Args:
        role: None gives admin to the first account and editor to every other.

    Raises:
        AskedWrongly: the name is none, or taken; or the first account would be no admin's.
    """
    spelled = account_name(name)
    with store.write() as connection:
        first = not accounts.exist(connection)
        given = role or (Role.ADMIN if first else Role.EDITOR)
        if first and given is not Role.ADMIN:
            raise AskedWrongly(
                f"{spelled}: the first account is an admin's: somebody has to look after the others"
            )
        made = accounts.add(connection, name=spelled, email=email.strip(), role=given, now=now)
        _note(connection, made, f"added as {given}", who, now)
        return made


def invite(store: Store, name: str, *, who: str, now: datetime) -> str:
    """Return the token of a new invitation to set a password; an earlier one no longer works.

    Raises:
        NotFound: no account of that name.
        AskedWrongly: the account is disabled.
    """
    token = secrets.token_urlsafe(32)
    with store.write() as connection:
        account = _named(connection, name)
        if account.disabled:
            raise AskedWrongly(f"{account.name}: is disabled: enable it first")
        accounts.invite(connection, account.key, hash_of(token), now + INVITED_FOR)
        _note(connection, account, "invited to set a password", who, now)
    return token


def invited(store: Store, token: str, *, now: datetime) -> Account:
    """Return who was invited by `token`; nothing is changed.

    Raises:
        NotFound: it was used, replaced, or is over.
    """
    with store.read() as connection:
        return _invited(connection, token, now)


def accept(
    store: Store, token: str, *, password: str, newsroom: str, browser: Browser, now: datetime
) -> Ticket:
    """Answer an invitation with a password, and sign in; a second step that is on is still asked for.

    Raises:
        NotFound: the invitation was used, replaced, or is over.
        AskedWrongly: the password will not do.
    """
    account = invited(store, token, now=now)
    stored = _stored(password, account, newsroom)
    with store.write() as connection:
        account = _invited(connection, token, now)
        accounts.set_password(connection, account.key, stored)
        sessions.end_all(connection, account.key)
        _note(connection, account, "set a password by invitation", account.name, now)
        stage = Stage.CODE if account.second_step else Stage.OPEN
        return begin(connection, account, stage=stage, browser=browser, now=now)


def set_password(
    store: Store,
    name: str,
    *,
    password: str,
    newsroom: str,
    who: str,
    keys: Sequence[bytes],
    now: datetime,
) -> None:
    """Give an account a password, and end its sessions; tries that failed are forgotten.

    Raises:
        NotFound: no account of that name.
        AskedWrongly: the password will not do.
    """
    with store.read() as connection:
        account = _named(connection, name)
    stored = _stored(password, account, newsroom)
    with store.write() as connection:
        accounts.set_password(connection, account.key, stored)
        sessions.end_all(connection, account.key)
        forget_attempts(connection, account.name, keys=keys)
        _note(connection, account, "given a new password", who, now)


def change_password(
    store: Store,
    account: Account,
    *,
    old: str,
    new: str,
    newsroom: str,
    browser: Browser,
    keys: Sequence[bytes],
    now: datetime,
) -> Ticket:
    """Change one's own password; return a new session in place of all others.

    Raises:
        SignInRefused: the old one is wrong.
        SignInPaused: too many tries.
        AskedWrongly: the new one will not do.
    """
    attempt = count_attempt(store, account.name, browser, keys=keys, now=now)
    with store.read() as connection:
        before = accounts.password(connection, account.key)
    if not passwords.matches(before, old):
        raise SignInRefused(REFUSED)
    stored = _stored(new, account, newsroom)
    with store.write() as connection:
        attempts.take_back(connection, attempt)
        accounts.set_password(connection, account.key, stored)
        sessions.end_all(connection, account.key)
        _note(connection, account, "changed the password", account.name, now)
        return begin(connection, account, stage=Stage.OPEN, browser=browser, now=now)


def set_role(store: Store, name: str, role: Role, *, who: str, now: datetime) -> bool:
    """Give an account another role, and end its sessions; False if it has it already.

    Raises:
        NotFound: no account of that name.
        AskedWrongly: it is the last admin.
    """
    with store.write() as connection:
        account = _named(connection, name)
        if account.role is role:
            return False
        _keep_an_admin(connection, account, f"become {role}")
        accounts.set_role(connection, account.key, role)
        sessions.end_all(connection, account.key)
        _note(connection, account, f"{account.role} became {role}", who, now)
        return True


def disable(store: Store, name: str, *, who: str, now: datetime) -> bool:
    """Shut somebody out at once; the account and its name stay. False if it was so already.

    Raises:
        NotFound: no account of that name.
        AskedWrongly: it is the last admin.
    """
    with store.write() as connection:
        account = _named(connection, name)
        if account.disabled:
            return False
        _keep_an_admin(connection, account, "be disabled")
        accounts.set_disabled(connection, account.key, True)
        sessions.end_all(connection, account.key)
        _note(connection, account, "disabled", who, now)
        return True


def enable(store: Store, name: str, *, who: str, keys: Sequence[bytes], now: datetime) -> bool:
    """Let somebody in again, and forget tries that failed. False if the account was not disabled.

    Raises:
        NotFound: no account of that name.
    """
    with store.write() as connection:
        account = _named(connection, name)
        forget_attempts(connection, account.name, keys=keys)
        if account.disabled:
            accounts.set_disabled(connection, account.key, False)
        _note(connection, account, "enabled" if account.disabled else "let in again", who, now)
        return account.disabled


def remove(store: Store, name: str, *, who: str, now: datetime) -> Account:
    """Remove an account; what was done under its name stays in the log and in histories.

    Raises:
        NotFound: no account of that name.
        AskedWrongly: it is the last admin.
    """
    with store.write() as connection:
        account = _named(connection, name)
        _keep_an_admin(connection, account, "be removed")
        accounts.remove(connection, account.key)
        _note(connection, account, "removed", who, now)
        return account


def reset_second_step(store: Store, name: str, *, who: str, now: datetime) -> bool:
    """Take the second step from an account whose app is lost, and end its sessions; False if it had none.

    Raises:
        NotFound: no account of that name.
    """
    with store.write() as connection:
        account = _named(connection, name)
        sealed, on, _ = accounts.second_step(connection, account.key)
        accounts.set_second_step(connection, account.key, sealed="", on=False)
        if not on:
            return False
        sessions.end_all(connection, account.key)
        _note(connection, account, "second step reset", who, now)
        return bool(sealed)


def end_sessions(store: Store, name: str, *, who: str, now: datetime) -> int:
    """End every session of an account; return how many there were.

    Raises:
        NotFound: no account of that name.
    """
    with store.write() as connection:
        account = _named(connection, name)
        count = sessions.end_all(connection, account.key)
        if count:
            _note(connection, account, "signed out everywhere", who, now)
        return count


def _named(connection: Connection, name: str) -> Account:
    return accounts.named(connection, account_name(name))


def _invited(connection: Connection, token: str, now: datetime) -> Account:
    account = accounts.by_invitation(connection, hash_of(token))
    if account is None or account.disabled or account.invited_until is None or account.invited_until <= now:
        raise NotFound(INVITATION_OVER)
    return account


def _stored(password: str, account: Account, newsroom: str) -> str:
    why = passwords.weakness(password, known=(account.name, account.email, newsroom))
    if why:
        raise AskedWrongly(f"this password will not do: {why}")
    return passwords.hashed(password)


def _keep_an_admin(connection: Connection, account: Account, what: str) -> None:
    alone = account.role is Role.ADMIN and not account.disabled
    if alone and not accounts.admins(connection, without=account.key):
        raise AskedWrongly(f"{account.name}: cannot {what}: there is no other admin")


def _note(connection: Connection, account: Account, what: str, who: str, now: datetime) -> None:
    audit.note(connection, at=now, who=who, what=what, about=f"account {account.name}")

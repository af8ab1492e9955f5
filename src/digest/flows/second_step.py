"""The second step of signing in: one-time codes from an app, and recovery codes for when it is lost.

A code works once, even when two browsers send it at the same moment: the period it belongs to is
used up by one UPDATE. Whoever turns the second step on or off is signed out everywhere else.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from digest.access import one_time, seal
from digest.access import password as passwords
from digest.flows.signing_in import (
    REFUSED,
    Browser,
    Ticket,
    begin,
    code_name,
    count_attempt,
)
from digest.model.account import Account, Session, Stage
from digest.model.errors import SignInRefused, StepForbidden
from digest.model.token import keyed_hash
from digest.store import accounts, attempts, audit, sessions
from digest.store.engine import Store

WRONG = "that code is not right, or was used before"
_PURPOSE = "one-time codes"


def take_code(
    store: Store,
    session: Session,
    account: Account,
    *,
    typed: str,
    browser: Browser,
    keys: Sequence[bytes],
    now: datetime,
) -> Ticket:
    """Finish a sign-in that waits for its code; a recovery code does as well, once.

    Raises:
        SignInRefused: the code is wrong or used up, or the sign-in began too long ago.
        SignInPaused: too many tries.
    """
    attempt = count_attempt(store, code_name(account.name), browser, keys=keys, now=now)
    with store.write() as connection:
        if sessions.find(connection, session.hash, now=now) is None:
            raise SignInRefused("that took too long: please begin again")
        recovered = _use(connection, account, typed, keys=keys, now=now)
        attempts.take_back(connection, attempt)
        sessions.end(connection, session.hash)
        if recovered:
            left = accounts.recovery_left(connection, account.key)
            _note(connection, account, f"used a recovery code; {left} left", now)
        return begin(connection, account, stage=Stage.OPEN, browser=browser, now=now)


def prepare(store: Store, account: Account, *, keys: Sequence[bytes]) -> str:
    """Return the shared secret that an app is to be given: a new one, or the one that waits already.

    Raises:
        StepForbidden: it is on; turn it off first.
    """
    with store.write() as connection:
        sealed, on, _ = accounts.second_step(connection, account.key)
        if on:
            raise StepForbidden("the second step", "on", "set up anew")
        if sealed:
            return seal.unseal(sealed, purpose=_PURPOSE, keys=keys)
        secret = one_time.new_secret()
        sealed = seal.seal(secret, purpose=_PURPOSE, keys=keys)
        accounts.set_second_step(connection, account.key, sealed=sealed, on=False)
        return secret


def turn_on(
    store: Store, account: Account, *, typed: str, browser: Browser, keys: Sequence[bytes], now: datetime
) -> tuple[tuple[str, ...], Ticket]:
    """Turn the second step on once a code proves that the app has the secret.

    Returns:
        the recovery codes, which are shown once, and a new session in place of all others.

    Raises:
        SignInRefused: the code is wrong.
        SignInPaused: too many tries.
        StepForbidden: it was not prepared, or is on.
    """
    attempt = count_attempt(store, code_name(account.name), browser, keys=keys, now=now)
    codes = one_time.recovery_codes()
    with store.write() as connection:
        sealed, on, last = accounts.second_step(connection, account.key)
        if on or not sealed:
            raise StepForbidden("the second step", "on" if on else "not set up", "on")
        secret = seal.unseal(sealed, purpose=_PURPOSE, keys=keys)
        period = one_time.accepted(secret, typed, now=now, last=last)
        if period is None or not accounts.use_period(connection, account.key, period):
            raise SignInRefused(WRONG)
        attempts.take_back(connection, attempt)
        hashes = [_kept(account, code, keys[0]) for code in codes]
        accounts.set_second_step(connection, account.key, sealed=sealed, on=True, recovery=hashes)
        _note(connection, account, "turned the second step on", now)
        sessions.end_all(connection, account.key)
        return codes, begin(connection, account, stage=Stage.OPEN, browser=browser, now=now)


def turn_off(
    store: Store, account: Account, *, password: str, browser: Browser, keys: Sequence[bytes], now: datetime
) -> Ticket:
    """Turn the second step off, by the password; return a new session in place of all others.

    Raises:
        SignInRefused: the password is wrong.
        SignInPaused: too many tries.
    """
    attempt = count_attempt(store, account.name, browser, keys=keys, now=now)
    with store.read() as connection:
        stored = accounts.password(connection, account.key)
    if not passwords.matches(stored, password):
        raise SignInRefused(REFUSED)
    with store.write() as connection:
        attempts.take_back(connection, attempt)
        accounts.set_second_step(connection, account.key, sealed="", on=False)
        _note(connection, account, "turned the second step off", now)
        sessions.end_all(connection, account.key)
        return begin(connection, account, stage=Stage.OPEN, browser=browser, now=now)


def _use(
    connection: Connection, account: Account, typed: str, *, keys: Sequence[bytes], now: datetime
) -> bool:
    """Use up a code, and return whether it was a recovery code; or raise SignInRefused."""
    sealed, on, last = accounts.second_step(connection, account.key)
    if not on:
        raise SignInRefused(WRONG)  # it was reset meanwhile: the password alone does, at the next try
    secret = seal.unseal(sealed, purpose=_PURPOSE, keys=keys)
    period = one_time.accepted(secret, typed, now=now, last=last)
    if period is not None and accounts.use_period(connection, account.key, period):
        return False
    if accounts.use_recovery(connection, account.key, [_kept(account, typed, key) for key in keys]):
        return True
    raise SignInRefused(WRONG)


def _kept(account: Account, code: str, key: bytes) -> str:
    return keyed_hash(key, f"recovery {account.key} {one_time.recovery_spelling(code)}")


def _note(connection: Connection, account: Account, what: str, now: datetime) -> None:
    audit.note(connection, at=now, who=account.name, what=what, about=f"account {account.name}")

"""Signing in: a name and a password, a code if the account asks for one, then a session.

Whoever asks with a name that is not there, a wrong password, or for an account that is shut out
gets one and the same answer after the same work. A token is made here and never taken from the
browser, and a new one at every step, so that nobody can plant one beforehand.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import Connection

from digest.access import password as passwords
from digest.model.account import (
    AT_MOST,
    SECOND_STEP_WITHIN,
    Account,
    Session,
    Stage,
    account_name,
)
from digest.model.errors import AskedWrongly, Busy, SignInPaused, SignInRefused
from digest.model.token import keyed_hash
from digest.store import accounts, attempts, audit, sessions
from digest.store.engine import Store

REFUSED = "name or password are not right"
#: Tries of one name from one network, of one network, and of one name from anywhere; see decision 0803.
LIMITS: Mapping[str, tuple[int, timedelta]] = {
    "here": (5, timedelta(minutes=15)),
    "network": (30, timedelta(minutes=15)),
    "name": (50, timedelta(hours=1)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Where a request comes from, as far as it says."""

    address: str = ""  #: IP address
    name: str = ""  #: what it calls itself

    @property
    def network(self) -> str:
        """Return the network of `address`: /24, or /64 (what one household or office has)."""
        try:
            address = ip_address(self.address)
        except ValueError:
            return "an unknown network"
        return str(ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A session that was just begun: its token is given to the browser and kept nowhere else."""

    token: str
    session: Session
    account: Account


def sign_in(
    store: Store, *, name: str, password: str, browser: Browser, keys: Sequence[bytes], now: datetime
) -> Ticket:
    """Begin a session for whoever knows the password; its stage says whether a code is still asked for.

    Raises:
        SignInRefused: the same words whether there is no such account, no such password, or no entry.
        SignInPaused: too many tries.
    """
    typed = _typed_name(name)
    attempt = count_attempt(store, typed, browser, keys=keys, now=now)
    with store.read() as connection:
        account = accounts.find(connection, typed)
        stored = "" if account is None else accounts.password(connection, account.key)
    right = passwords.matches(stored, password)
    if account is None or not right or account.disabled:
        raise SignInRefused(REFUSED)
    renewed = passwords.hashed(password) if passwords.outdated(stored) else ""
    with store.write() as connection:
        fresh = accounts.by_key(connection, account.key)
        if fresh is None or fresh.disabled or accounts.password(connection, account.key) != stored:
            raise SignInRefused(REFUSED)  # it was changed while we looked
        attempts.take_back(connection, attempt)
        if renewed:
            accounts.set_password(connection, account.key, renewed)
        stage = Stage.CODE if fresh.second_step else Stage.OPEN
        return begin(connection, fresh, stage=stage, browser=browser, now=now)


def begin(
    connection: Connection, account: Account, *, stage: Stage, browser: Browser, now: datetime
) -> Ticket:
    """Begin a session with a new token (256 random bits); an open one is noted in the log."""
    token = secrets.token_urlsafe(32)
    session = Session(
        hash=hash_of(token),
        account=account.key,
        stage=stage,
        made_at=now,
        seen_at=now,
        until=now + (AT_MOST if stage is Stage.OPEN else SECOND_STEP_WITHIN),
        network=browser.network,
        browser=browser.name[:200],
    )
    sessions.begin(connection, session)
    if stage is Stage.OPEN:
        accounts.signed_in(connection, account.key, now)
        about = f"account {account.name}"
        audit.note(
            connection, at=now, who=account.name, what=f"signed in from {browser.network}", about=about
        )
    return Ticket(token=token, session=session, account=account)


def who_is(store: Store, token: str, *, now: datetime) -> tuple[Session, Account] | None:
    """Return the session that `token` opens and whose it is, or None; a session in use lives on."""
    hash = hash_of(token)
    with store.read() as connection:
        found = sessions.find(connection, hash, now=now)
    if found is None:
        return None
    if found[0].stage is Stage.OPEN and now - found[0].seen_at >= sessions.TOUCH:
        try:
            with store.write() as connection:
                sessions.touch(connection, hash, now)
        except Busy:
            pass  # somebody writes at length: the next request will note it
    return found


def sign_out(store: Store, session: Session, account: Account, *, everywhere: bool, now: datetime) -> None:
    """End a session, or every session of its person."""
    with store.write() as connection:
        if everywhere:
            sessions.end_all(connection, account.key)
        else:
            sessions.end(connection, session.hash)
        what = "signed out everywhere" if everywhere else "signed out"
        audit.note(connection, at=now, who=account.name, what=what, about=f"account {account.name}")


def count_attempt(store: Store, name: str, browser: Browser, *, keys: Sequence[bytes], now: datetime) -> str:
    """Count a try of `name`; return the ticket by which it is taken back when it succeeds.

    Raises:
        SignInPaused: there were too many.
    """
    whose = _whose(name, browser, keys[0])
    with store.read() as connection:  # who is paused writes nothing
        _look(connection, whose, now)
    ticket = secrets.token_hex(8)
    with store.write() as connection:
        attempts.alone(connection)
        tries = _look(connection, whose, now)
        attempts.add(connection, ticket, list(whose.values()), now=now)
        paused = [kind for kind, count in tries.items() if count + 1 == LIMITS[kind][0]]
        if paused:
            known = accounts.find(connection, name)  # else what was typed may be anything, a password even
            about = f"account {known.name}" if known else "signing in"
            what = f"too many tries to sign in, the last from {browser.network}: paused"
            audit.note(connection, at=now, who="signing in", what=what, about=about)
    return ticket


def forget_attempts(connection: Connection, name: str, *, keys: Sequence[bytes]) -> None:
    """Let `name` try again at once, from everywhere."""
    attempts.forget(connection, _name_hash(name, keys[0]))
    attempts.forget(connection, _name_hash(code_name(name), keys[0]))


def code_name(name: str) -> str:
    """Return the name under which tries of one-time codes of `name` are counted."""
    return f"{name} code"  # no account's name has a space


def hash_of(token: str) -> str:
    """Return what a random token is kept as; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def _typed_name(text: str) -> str:
    """Return a name as it is looked up; one that nobody can have is a try like any other."""
    try:
        return account_name(text)
    except AskedWrongly:
        return text[:200]


def _whose(name: str, browser: Browser, key: bytes) -> dict[str, str]:
    """Return under what a try is counted. Keyed hashes: a password typed as a name is kept nowhere."""
    by_name, by_network = _name_hash(name, key), keyed_hash(key, f"network {browser.network}")
    return {"here": f"{by_name} {by_network}", "network": by_network, "name": by_name}


def _name_hash(name: str, key: bytes) -> str:
    return keyed_hash(key, f"signing in {name}")


def _look(connection: Connection, whose: Mapping[str, str], now: datetime) -> dict[str, int]:
    """Return how many tries there were under each, or raise SignInPaused."""
    tries = {}
    for kind, (most, window) in LIMITS.items():
        count, first = attempts.since(connection, whose[kind], now - window)
        if count >= most and first is not None:
            raise SignInPaused(first + window - now)
        tries[kind] = count
    return tries

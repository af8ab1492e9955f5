"""Accounts of editors as rows. Who may change what is decided in `flows/accounts`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from digest.model.account import Account, Role
from digest.model.errors import AskedWrongly, NotFound
from digest.store.tables.accounts import editors as _EDITORS
from digest.store.tables.accounts import recovery_codes as _CODES
from digest.store.upsert import add_missing

_Row = Row[*tuple[Any, ...]]


def exist(connection: Connection) -> bool:
    """Whether there is any account, usable or not: from then on the desk asks who one is."""
    return connection.execute(select(_EDITORS.c.key).limit(1)).first() is not None


def add(connection: Connection, *, name: str, email: str, role: Role, now: datetime) -> Account:
    """Add an account that has no password yet.

    Raises:
        AskedWrongly: there is one of that name.
    """
    if find(connection, name) is not None:
        raise AskedWrongly(f"{name}: there is an account of that name already")
    row = {
        "name": name, "email": email, "role": role.value, "disabled": False, "password": "", "invitation": "",
        "totp": "", "totp_on": False, "totp_period": 0, "made_at": now,
    }  # fmt: skip
    connection.execute(insert(_EDITORS).values(row))
    return named(connection, name)


def find(connection: Connection, name: str) -> Account | None:
    """Return the account called `name`, if there is one."""
    row = connection.execute(select(_EDITORS).where(_EDITORS.c.name == name)).first()
    return None if row is None else account_of(row)


def named(connection: Connection, name: str) -> Account:
    """Return the account called `name`.

    Raises:
        NotFound: there is none.
    """
    found = find(connection, name)
    if found is None:
        raise NotFound(f"{name}: no account of that name: see `digest users list`")
    return found


def by_key(connection: Connection, key: int) -> Account | None:
    """Return an account by its key."""
    row = connection.execute(select(_EDITORS).where(_EDITORS.c.key == key)).first()
    return None if row is None else account_of(row)


def by_invitation(connection: Connection, hash: str) -> Account | None:
    """Return whom an invitation belongs to, if it is still to be answered."""
    if not hash:
        return None
    row = connection.execute(select(_EDITORS).where(_EDITORS.c.invitation == hash)).first()
    return None if row is None else account_of(row)


def every(connection: Connection) -> list[Account]:
    """Return all accounts, by name."""
    return [account_of(row) for row in connection.execute(select(_EDITORS).order_by(_EDITORS.c.name))]


def admins(connection: Connection, *, without: int) -> int:
    """Return how many accounts other than `without` are admins who can sign in or were invited to."""
    count = select(func.count()).where(
        _EDITORS.c.role == Role.ADMIN.value, _EDITORS.c.disabled.is_(False), _EDITORS.c.key != without
    )
    return connection.execute(count).scalar_one()


def password(connection: Connection, key: int) -> str:
    """Return what the password of an account is kept as; empty when it has none."""
    stored: str = connection.execute(select(_EDITORS.c.password).where(_EDITORS.c.key == key)).scalar_one()
    return stored


def set_password(connection: Connection, key: int, stored: str) -> None:
    """Keep a password; an invitation that was open is used up."""
    _set(connection, key, password=stored, invitation="", invited_until=None)


def invite(connection: Connection, key: int, hash: str, until: datetime) -> None:
    """Open an invitation; an earlier one no longer works."""
    _set(connection, key, invitation=hash, invited_until=until)


def set_role(connection: Connection, key: int, role: Role) -> None:
    """Give an account another role."""
    _set(connection, key, role=role.value)


def set_disabled(connection: Connection, key: int, disabled: bool) -> None:
    """Shut an account out, or let it in again; an open invitation ends with it."""
    _set(connection, key, disabled=disabled, invitation="", invited_until=None)


def end_invitations(connection: Connection) -> None:
    """Close every invitation that is open."""
    connection.execute(update(_EDITORS).values(invitation="", invited_until=None))


def signed_in(connection: Connection, key: int, now: datetime) -> None:
    """Remember when somebody signed in."""
    _set(connection, key, signed_in_at=now)


def remove(connection: Connection, key: int) -> None:
    """Remove an account with its sessions and codes."""
    connection.execute(delete(_EDITORS).where(_EDITORS.c.key == key))


def second_step(connection: Connection, key: int) -> tuple[str, bool, int]:
    """Return (sealed secret, whether it is on, period of the last code) of an account."""
    row = connection.execute(
        select(_EDITORS.c.totp, _EDITORS.c.totp_on, _EDITORS.c.totp_period).where(_EDITORS.c.key == key)
    ).one()
    return row.totp, row.totp_on, row.totp_period


def set_second_step(
    connection: Connection, key: int, *, sealed: str, on: bool, recovery: Sequence[str] = ()
) -> None:
    """Keep a secret of one-time codes, or none; recovery codes are replaced by those of the hashes given."""
    _set(connection, key, totp=sealed, totp_on=on)
    connection.execute(delete(_CODES).where(_CODES.c.editor_key == key))
    add_missing(connection, _CODES, [{"editor_key": key, "hash": hash} for hash in recovery])


def use_period(connection: Connection, key: int, period: int) -> bool:
    """Use up the code of `period`; False when it, or a later one, was used before."""
    used = connection.execute(
        update(_EDITORS)
        .where(_EDITORS.c.key == key, _EDITORS.c.totp_period < period)
        .values(totp_period=period)
    )
    return used.rowcount == 1


def use_recovery(connection: Connection, key: int, hashes: Sequence[str]) -> bool:
    """Use up the recovery code of one of `hashes`; False when there is none."""
    used = connection.execute(delete(_CODES).where(_CODES.c.editor_key == key, _CODES.c.hash.in_(hashes)))
    return used.rowcount > 0


def recovery_left(connection: Connection, key: int) -> int:
    """Return how many recovery codes an account has left."""
    return connection.execute(select(func.count()).where(_CODES.c.editor_key == key)).scalar_one()


def account_of(row: _Row) -> Account:
    """Return a row of `editors` as a value."""
    return Account(
        key=row.key,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        disabled=row.disabled,
        has_password=bool(row.password),
        invited_until=row.invited_until if row.invitation else None,
        second_step=row.totp_on,
        made_at=row.made_at,
        signed_in_at=row.signed_in_at,
    )


def _set(connection: Connection, key: int, **values: object) -> None:
    connection.execute(update(_EDITORS).where(_EDITORS.c.key == key).values(**values))

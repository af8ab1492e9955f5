"""Where relays and the database are, as the environment or `secrets.env` says.

`DIGEST_RELAY_MAIN` is the relay that `send_through: main` means::

    smtp://user:password@smtp.example.org:587     STARTTLS; port 587 when left out
    smtps://user:password@smtp.example.org        TLS from the start; port 465
    smtp://127.0.0.1:25?tls=none                  also: implicit, starttls, opportunistic
    smtps://user@smtp.example.org?auth=xoauth2    also: plain, login; the password is then the token
    maildir:./outbox                              a folder; nothing leaves
    local:                                        the embedded inbox

User and password are percent-decoded (`@` in a password is `%40`); a password may also stand
alone, as it is, in `DIGEST_RELAY_MAIN_PASSWORD`. All of them may come from a file:
`DIGEST_RELAY_MAIN_FILE`. `DIGEST_DATABASE` is an SQLAlchemy URL. No message repeats a password.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from digest.model.delivery import RelayAddress, RelayKind, TlsMode
from digest.model.errors import RelayUnusable
from digest.settings.messages import did_you_mean, listed
from digest.settings.secrets import new_key, secret, signing_keys

__all__ = ["database_url", "new_key", "relay_address", "secret", "signing_keys", "variable"]

AUTHS = ("plain", "login", "xoauth2")
_LOCAL = "local"
_FORM = "write smtp://user:password@host:587, in user and password / as %2F, @ as %40, # as %23, ? as %3F"
_PORTS = {"smtp": 587, "smtps": 465}


def variable(name: str) -> str:
    """Return the name of the variable that says where the relay called `name` is."""
    return "DIGEST_RELAY_" + re.sub(r"[^A-Za-z0-9]", "_", name).upper()


def relay_address(name: str, environment: Mapping[str, str], folder: Path) -> RelayAddress:
    """Return where the relay called `name` is and how to log in.

    Raises:
        RelayUnusable: it is set nowhere, or not in a way that is understood.
        FileWrong: a file that should say it cannot be read.
    """
    asked = variable(name)
    written = secret(asked, environment, folder)
    if written is None:
        if name == _LOCAL:
            return RelayAddress(name=name, kind=RelayKind.LOCAL, tls=TlsMode.NONE)
        raise RelayUnusable(
            f"{name}: no address: set {asked}=smtp://user:password@host:587 in the environment or in "
            "secrets.env, or maildir:./outbox, or local: to try it out"
        )
    scheme, colon, rest = written.strip().partition(":")
    kind = scheme.lower()
    if not colon or kind not in (*_PORTS, "maildir", _LOCAL):
        raise RelayUnusable(
            f"{name}: {asked} begins with smtp://, smtps://, maildir: or local:"
            + (did_you_mean(kind, (*_PORTS, "maildir", _LOCAL)) if colon and kind.isalpha() else "")
        )
    if kind == _LOCAL:
        return RelayAddress(name=name, kind=RelayKind.LOCAL, tls=TlsMode.NONE)
    if kind == "maildir":
        return _maildir(name, asked, rest, folder)
    password = secret(f"{asked}_PASSWORD", environment, folder)
    return _smtp(name, asked, written.strip(), password)


def database_url(environment: Mapping[str, str], folder: Path) -> str:
    """Return the SQLAlchemy URL of the newsroom's database; a relative SQLite path lies in `folder`."""
    url = secret("DIGEST_DATABASE", environment, folder) or "sqlite:///state/digest.db"
    path = url.removeprefix("sqlite:///")
    if path == url or not path or path.startswith((":memory:", "/", "file:")):
        return url
    return f"sqlite:///{(folder / path).absolute()}"


def _maildir(name: str, asked: str, rest: str, folder: Path) -> RelayAddress:
    path = rest.removeprefix("//")
    if not path:
        raise RelayUnusable(f"{name}: {asked}: a folder is missing: write maildir:./outbox")
    target = (folder / Path(path).expanduser()).absolute()
    return RelayAddress(name=name, kind=RelayKind.MAILDIR, folder=str(target), tls=TlsMode.NONE)


def _smtp(name: str, asked: str, written: str, password: str | None) -> RelayAddress:
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError as error:
        raise RelayUnusable(
            f"{name}: {asked} is not an address: {_FORM}; a port is a number up to 65535"
        ) from error
    host = parts.hostname
    if not host or parts.path not in ("", "/") or parts.fragment:
        raise RelayUnusable(f"{name}: {asked} is not an address: {_FORM}")
    options = _options(name, asked, parts)
    user = unquote(parts.username or "")
    return RelayAddress(
        name=name,
        kind=RelayKind.SMTP,
        host=host,
        port=port or _PORTS[parts.scheme],
        user=user,
        password=unquote(parts.password or "") if password is None else password,
        auth=options.get("auth", ""),
        tls=_tls(options.get("tls", ""), parts.scheme, port, host, bool(user)),
    )


def _options(name: str, asked: str, parts: SplitResult) -> dict[str, str]:
    known = {"tls": tuple(mode.value for mode in TlsMode), "auth": AUTHS}
    found: dict[str, str] = {}
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key not in known:
            near = did_you_mean(key, known)
            raise RelayUnusable(f"{name}: {asked}: unknown option {key}{near or ': known are tls and auth'}")
        if value.lower() not in known[key]:
            near = did_you_mean(value, known[key])
            raise RelayUnusable(f"{name}: {asked}: {key} is {listed(known[key])}, not {value}{near}")
        found[key] = value.lower()
    return found


def _tls(asked: str, scheme: str, port: int | None, host: str, login: bool) -> TlsMode:
    """Return how to encrypt: as asked, else by scheme and port; a login never goes in the clear."""
    if asked:
        return TlsMode(asked)
    if scheme == "smtps" or port == 465:
        return TlsMode.IMPLICIT
    if port in (None, 587) and not _loopback(host):
        return TlsMode.STARTTLS
    return TlsMode.STARTTLS if login and not _loopback(host) else TlsMode.OPPORTUNISTIC


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

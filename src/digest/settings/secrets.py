"""What must not stand in `schedule.yaml`: relays' addresses, passwords, the signing keys.

A value is looked up in the environment (`NAME`), then in the file that `NAME_FILE` names, then
in `secrets.env` in the newsroom's folder, which is made with mode 0600 when the first signing
key is needed. No message of this module repeats a value.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from digest.model.errors import FileWrong, Problem

FILE = "secrets.env"
SIGNING = "DIGEST_SECRET"

_KEY_BYTES = 32
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_HEADER = (
    "# Made by digest. Keep it out of version control and in your backups: without the key, links in\n"
    "# mails that readers have stop working, and the file of opt-outs cannot be read.\n"
)


def secret(name: str, environment: Mapping[str, str], folder: Path) -> str | None:
    """Return the value called `name`, or None when it is set nowhere.

    Raises:
        FileWrong: `NAME_FILE` names a file that cannot be read, or `secrets.env` has a wrong line.
    """
    for known in (environment, _read(folder / FILE)):
        if known.get(name):
            return known[name]
        if known.get(f"{name}_FILE"):
            return _from_file(f"{name}_FILE", folder / known[f"{name}_FILE"])
    return None


def signing_keys(environment: Mapping[str, str], folder: Path) -> tuple[bytes, ...]:
    """Return the keys that sign links, the newest first; the first one is made at the first need.

    To change the key, put a new one before the old one, with a comma between: the first signs, all
    of them are read. `digest.settings.secrets.new_key()` makes one.

    Raises:
        FileWrong: a key is not 64 hexadecimal digits.
    """
    written = secret(SIGNING, environment, folder) or _first_key(folder / FILE)
    keys = []
    for text in re.split(r"[\s,]+", written.strip()):
        if not re.fullmatch(r"[0-9a-fA-F]{64,}", text) or len(text) % 2:
            raise _wrong(
                f"{SIGNING}: a key is {2 * _KEY_BYTES} hexadecimal digits; several stand with commas"
            )
        keys.append(bytes.fromhex(text))
    return tuple(keys)


def new_key() -> str:
    """Return a new signing key as it is written in `secrets.env`."""
    return secrets.token_hex(_KEY_BYTES)


def add_keys(folder: Path, keys: Sequence[bytes]) -> None:
    """Make `secrets.env` in `folder` hold exactly `keys` as its signing keys; its other lines stay.

    Raises:
        FileWrong: it cannot be read or written.
    """
    path = folder / FILE
    line = f"{SIGNING}={','.join(key.hex() for key in keys)}"
    lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else _HEADER.splitlines()
    kept = [one for one in lines if not ((match := _LINE.fullmatch(one.strip())) and match[1] == SIGNING)]
    fresh = path.with_name(f"{FILE}.part")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write("\n".join([*kept, line]) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise _wrong(f"cannot be written: {error.strerror}") from error


def _first_key(path: Path) -> str:
    """Return the key in `path`, after writing one if there is none; safe in several processes at once."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise _wrong(f"cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        found = _parse(text).get(SIGNING)
        if found:
            return found
        key = new_key()
        file.write(("" if text.endswith("\n") or not text else "\n") + ("" if text else _HEADER))
        file.write(f"{SIGNING}={key}\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def _read(path: Path) -> Mapping[str, str]:
    try:
        return _parse(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise _wrong("not UTF-8: save the file as UTF-8") from error
    except OSError as error:
        raise _wrong(f"cannot be read: {error.strerror}") from error


def _parse(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise _wrong("a line reads NAME=value", number)
        value = match[2]
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        found[match[1]] = value
    return found


def _from_file(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise FileWrong(
            (Problem(path=str(path), line=0, column=0, message=f"named by {name}: {why}"),)
        ) from error


def _wrong(message: str, line: int = 0) -> FileWrong:
    return FileWrong((Problem(path=FILE, line=line, column=0, message=message),))

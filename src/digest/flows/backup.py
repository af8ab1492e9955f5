"""Save a newsroom's memory in one file: database, opt-outs, pictures, keys; while it works on.

The database is copied first and the opt-out file afterwards, so that every no in the copy of the
database is in the copy of the file as well; pictures last, for those that an edition names are
there before it does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from digest.flows import backup_file
from digest.flows.backup_file import Manifest, Progress
from digest.model.errors import StoreError
from digest.store.engine import Store
from digest.store.snapshot import snapshot

DATABASE, OPT_OUTS, KEYS, SECRETS = "digest.db", "opt-outs.jsonl", "keys", "secrets.env"
_FOLDERS = ("pictures", "secrets")


def save(
    store: Store,
    *,
    folder: Path,
    keys: Sequence[bytes],
    target: Path,
    newsroom: str,
    program: str,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> Manifest:
    """Write the backup `target` of the newsroom in `folder`; return what is in it.

    Args:
        keys: those that sign links, the newest first, wherever they come from.

    Raises:
        AskedWrongly: `target` is there already, or the database is a server's.
        StoreError: it cannot be written whole; nothing is left of it.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".digest-backup-", dir=target.parent) as name:
            stage = Path(name)
            snapshot(store, stage / DATABASE)
            members = _members(folder, stage, keys)
            return backup_file.write(
                target, members, taken=now, program=program, newsroom=newsroom, progress=progress
            )
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error.strerror or error}") from error


def _members(folder: Path, stage: Path, keys: Sequence[bytes]) -> Mapping[str, Path]:
    members = {DATABASE: stage / DATABASE}
    opt_outs = folder / "state" / OPT_OUTS
    if opt_outs.exists():
        copyfile(opt_outs, stage / OPT_OUTS)
        members[OPT_OUTS] = stage / OPT_OUTS
    (stage / KEYS).write_text("".join(f"{key.hex()}\n" for key in keys), encoding="ascii")
    members[KEYS] = stage / KEYS
    if (folder / SECRETS).exists():
        members[SECRETS] = folder / SECRETS
    for name in _FOLDERS:
        inside = folder / "state" / name if name == "pictures" else folder / name
        members |= {f"{name}/{path.name}": path for path in sorted(inside.glob("*")) if path.is_file()}
    return members

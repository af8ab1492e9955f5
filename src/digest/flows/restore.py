"""Bring a backup back, here or on another machine: nobody is mailed twice, and no no is forgotten.

The copy of the database is made ready beside the present one (migrated, told every no that this
folder knows, forbidden to send what may have been sent since) and then takes its place; whatever
fails before that leaves everything as it was. The old database is kept beside it.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from digest.audience.optouts import OptOuts, merge
from digest.flows.backup import DATABASE, KEYS, OPT_OUTS, SECRETS
from digest.flows.backup_file import Backup, opened
from digest.flows.noting import note_restored
from digest.flows.subscribe_replay import replay
from digest.model.cadence import due
from digest.model.digest import Digest
from digest.model.errors import AskedWrongly
from digest.settings.secrets import add_keys
from digest.store import occurrences
from digest.store.distrust import Distrusted, distrust
from digest.store.engine import open_store
from digest.store.roster import words
from digest.store.snapshot import sayings_in, take_out_of_use

_WHO = "restore"
_THEIRS = f"{OPT_OUTS}.backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did, or would do."""

    taken: datetime  #: when the backup was made
    newer_words: int  #: yes and no that this folder knew and the backup did not
    held: Distrusted
    skipped: tuple[str, ...]  #: occurrences that came due since, and are not made up for
    pictures: int  #: that were missing here
    kept: Path | None  #: the database that was here before
    left_alone: tuple[str, ...]  #: files that are here and differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a backup goes."""

    folder: Path  #: of the newsroom
    database: Path  #: its SQLite file
    keys: Sequence[bytes]  #: that this newsroom has now; none when it has none yet
    keys_from_environment: bool
    digests: Sequence[Digest]


def restore(path: Path, place: Place, *, now: datetime, dry_run: bool = False) -> Restored:
    """Bring the backup at `path` back into `place`.

    Args:
        dry_run: do everything beside, and change nothing.

    Raises:
        AskedWrongly: it is no backup, or this folder's opt-outs were kept with another key.
        Busy: a process of digest is at work here.
        StoreError: the backup is damaged, or the disk is full; nothing was changed.
        DatabaseNewer: a newer version of digest made it.
    """
    state = place.database.parent
    state.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        backup = stack.enter_context(opened(path))
        name = stack.enter_context(TemporaryDirectory(prefix=".restoring-", dir=state))
        stage = Path(name)
        if place.database.exists() and not dry_run:
            take_out_of_use(place.database)
        backup.extract(DATABASE, stage / DATABASE)
        keys = _joined_keys(backup, stage, place)
        opt_outs = _joined_opt_outs(backup, stage, place, keys)
        held, skipped = _made_ready(backup, stage, place, opt_outs, now)
        newer = _newer(place, stage, keys)
        missing, differing = _files(backup, place)
        kept = None
        if not dry_run:
            kept = _put_in_place(backup, stage, place, keys, missing, now)
        return Restored(
            taken=backup.manifest.taken,
            newer_words=newer,
            held=held,
            skipped=skipped,
            pictures=sum(name.startswith("pictures/") for name in missing),
            kept=kept,
            left_alone=differing,
        )


def _joined_keys(backup: Backup, stage: Path, place: Place) -> tuple[bytes, ...]:
    """Return this folder's keys and behind them those of the backup: links signed by either work."""
    backup.extract(KEYS, stage / KEYS)
    theirs = [bytes.fromhex(line) for line in (stage / KEYS).read_text(encoding="ascii").split()]
    more = [key for key in theirs if key not in place.keys]
    if more and place.keys_from_environment:
        raise AskedWrongly(
            "DIGEST_SECRET is set in the environment, and the backup was made with another key: unset it, "
            "restore, and take the line of secrets.env over into the environment"
        )
    return (*place.keys, *more)


def _joined_opt_outs(backup: Backup, stage: Path, place: Place, keys: Sequence[bytes]) -> OptOuts:
    """Return a file beside that knows every word of this folder's and of the backup's."""
    there = place.folder / "state" / OPT_OUTS
    theirs = stage / _THEIRS
    if OPT_OUTS in backup.manifest.hashes:
        backup.extract(OPT_OUTS, theirs)
    joined = OptOuts(stage / OPT_OUTS, keys)
    if not there.exists():
        if theirs.exists():
            copyfile(theirs, joined.path)
        return joined
    joined.path.write_bytes(there.read_bytes())
    others = OptOuts(theirs, keys)
    if theirs.exists() and others.key_check() != joined.key_check():
        raise AskedWrongly(
            f"{there}: was kept with another key than the backup's: its noes cannot be told to each other: "
            "restore into a folder of its own"
        )
    merge(joined, [others])
    joined.close()
    return joined


def _made_ready(
    backup: Backup, stage: Path, place: Place, opt_outs: OptOuts, now: datetime
) -> tuple[Distrusted, tuple[str, ...]]:
    """Make the copy of the database fit to go on: migrated, careful, and told every no."""
    taken = backup.manifest.taken
    with open_store(f"sqlite:///{stage / DATABASE}", now=now) as store:
        with store.write() as connection:
            held = distrust(connection, taken=taken, now=now, who=_WHO)
            skipped = _leave_out(connection, place.digests, taken, now)
        note_restored(store, taken=taken, who=_WHO, now=now)
        replay(store, opt_outs)
        said = sayings_in(place.database)
        if said:
            with store.write() as connection:
                words.hear(connection, said)
    take_out_of_use(stage / DATABASE)
    return held, skipped


def _leave_out(
    connection: Connection, digests: Sequence[Digest], taken: datetime, now: datetime
) -> tuple[str, ...]:
    """Note the occurrences that came due since the backup: they may have been sent by whoever lived on."""
    reason = f"came due between the backup of {taken:%Y-%m-%d %H:%M} UTC and its restore"
    left_out = []
    for digest in digests:
        for slot in due(digest.cadence, digest.id, digest.timezone, after=taken, until=now):
            if occurrences.skip(connection, slot, reason=reason, now=now):
                left_out.append(slot.edition)
    return tuple(left_out)


def _newer(place: Place, stage: Path, keys: Sequence[bytes]) -> int:
    """Return how many words this folder knew that the backup did not."""
    there = OptOuts(place.folder / "state" / OPT_OUTS, keys).read().sayings
    known = set(OptOuts(stage / _THEIRS, keys).read().sayings)
    return sum(1 for saying in set(there) if saying not in known)


def _files(backup: Backup, place: Place) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Return which members are missing here, with their places, and which are here and differ."""
    missing, differing = {}, []
    for name, hashed in backup.manifest.hashes.items():
        target = _target(name, place.folder)
        if target is None:
            continue
        if not target.exists():
            missing[name] = target
        elif sha256(target.read_bytes()).hexdigest() != hashed:
            differing.append(name)
    return missing, tuple(differing)


def _target(name: str, folder: Path) -> Path | None:
    """Return where a member goes that is a file of its own; None for the others, and for a hostile name."""
    kind, _, rest = name.partition("/")
    if name == SECRETS:
        return folder / SECRETS
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", rest):
        return None
    return {"pictures": folder / "state" / "pictures" / rest, "secrets": folder / "secrets" / rest}.get(kind)


def _put_in_place(
    backup: Backup,
    stage: Path,
    place: Place,
    keys: Sequence[bytes],
    missing: Mapping[str, Path],
    now: datetime,
) -> Path | None:
    """Do what changes this folder: the files that are missing, the keys, the words, at last the database."""
    for name, target in missing.items():
        backup.extract(name, target)
    if not place.keys_from_environment:
        add_keys(place.folder, keys)
    if (stage / OPT_OUTS).exists():
        (stage / OPT_OUTS).replace(place.folder / "state" / OPT_OUTS)
    kept = None
    if place.database.exists():
        kept = place.database.with_name(f"{place.database.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
        place.database.replace(kept)
    (stage / DATABASE).replace(place.database)
    return kept

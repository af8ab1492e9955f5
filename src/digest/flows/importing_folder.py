"""The folder `subscribers/`: readers kept by hand, in files that the newsroom may keep in git.

A changed file is read and what it adds is added. It overwrites nothing that is known, raises
nobody who left, and a row that is gone from it does nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from digest.audience.optouts import OptOuts
from digest.audience.tally import Tally
from digest.flows.importing import Listing, apply, in_folder
from digest.model.digest import Digest
from digest.model.errors import FileWrong, Problem
from digest.store.engine import Store
from digest.store.roster import bringing


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What the changed files of the folder brought."""

    tallies: tuple[Tally, ...] = ()
    problems: tuple[Problem, ...] = ()  #: files that are no list at all; their rows are not there


def files_in(folder: Path) -> list[Path]:
    """Return the lists in `folder`, by name; names that begin with a dot or an underscore are not."""
    return sorted(
        path
        for path in folder.glob("*.[cCtT][sS][vV]")
        if path.is_file() and not path.name.startswith((".", "_"))
    )


def sync_folder(
    store: Store, opt_outs: OptOuts, folder: Path, digests: Sequence[Digest], *, now: datetime
) -> Synced:
    """Take in every file of `folder` that has changed since it was last read."""
    tallies: list[Tally] = []
    problems: list[Problem] = []
    for path in files_in(folder):
        name = f"{folder.name}/{path.name}"
        try:
            with path.open("rb") as file:
                fingerprint = file_digest(file, "sha256").hexdigest()
            with store.read() as connection:
                if bringing.last_fingerprint(connection, name) == fingerprint:
                    continue
            listing = Listing(path=path, name=name, digests=digests, fingerprint=fingerprint)
            tallies.append(apply(store, opt_outs, in_folder(listing), now=now))
        except FileWrong as error:
            problems.extend(error.problems)
        except OSError as error:
            why = (error.strerror or "cannot be read").lower()
            problems.append(Problem(path=name, line=0, column=0, message=why))
    return Synced(tallies=tuple(tallies), problems=tuple(problems))

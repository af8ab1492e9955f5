"""Check a list of subscribers without a database: what of it could not be used, and why."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from digest.audience.consent import asked_for
from digest.audience.importing import rows_of
from digest.audience.layout import layout_of
from digest.audience.row import Row
from digest.model.digest import Digest
from digest.model.errors import FileWrong, Problem

#: Problems told of one list.
MOST = 200


def problems_of(path: Path, name: str, digests: Sequence[Digest], *, now: datetime) -> tuple[Problem, ...]:
    """Return what is wrong with the list at `path`, the first MOST places; empty when all of it is usable.

    Args:
        name: what to call it in the problems.
        digests: those there are; a row that asks for another one is wrong.
    """
    found: list[Problem] = []
    try:
        with path.open("rb") as file:
            layout = layout_of(file, name)
            for one in rows_of(file, layout, path=name, now=now):
                problem = one if isinstance(one, Problem) else _unknown_digest(one, name, digests)
                if problem is not None:
                    found.append(problem)
                if len(found) == MOST:
                    break
    except FileWrong as error:
        return error.problems
    except OSError as error:
        why = (error.strerror or "cannot be read").lower()
        return (Problem(path=name, line=0, column=0, message=why),)
    return tuple(found)


def _unknown_digest(row: Row, name: str, digests: Sequence[Digest]) -> Problem | None:
    unknown = asked_for(row, digests).unknown
    if not unknown:
        return None
    known = ", ".join(digest.id for digest in digests)
    message = f"{unknown[0]}: no digest of that name: there are {known}"
    return Problem(path=name, line=row.line, column=0, message=message)

"""`schedule.yaml` becomes a Schedule, or a list of everything that is wrong with it.

- `load_schedule(folder) -> Schedule` is what most callers want; it raises FileWrong.
- `inspect_schedule(folder) -> Inspected` never raises for a wrong file: it has `.schedule`
  (None when there are errors), `.problems` (errors and warnings in order of lines) and
  `.problem(way, message)`, with which later checks point at a place of the same file.
- `inspect_text(text)` does the same for a text that is not saved yet.
- `schedule_path(folder)`: where the file is.

Its neighbours: `form.json_schema()` and `form.json_schema_text()` for editors,
`reference.schedule_reference()` for the documentation, `upgrade.upgraded(text)` for
`check --upgrade`, `messages.shown(problem)` to print a problem with its line and a caret,
`relays` for what the environment says. Nothing here opens a network or a database, nor looks
whether a folder, a template or a relay that is named is there: verbs do.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digest.model.digest import Schedule
from digest.model.errors import FileWrong, Problem
from digest.settings.conversion import schedule_of
from digest.settings.crosscheck import doubts, names_that_miss
from digest.settings.digest_keys import ScheduleKeys
from digest.settings.document import Document, Way, read_document
from digest.settings.faults import problems_in
from digest.settings.messages import in_order

FILE = "schedule.yaml"
VERSION = 1
#: A schedule of a thousand digests has a tenth of this.
MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What was found in a schedule file."""

    document: Document
    schedule: Schedule | None
    problems: tuple[Problem, ...]
    #: What it says without the keys that nobody knows: enough to look at the rest, not to work with.
    otherwise: Schedule | None = None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the file from being used."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that do not."""
        return tuple(problem for problem in self.problems if problem.level != "error")

    def problem(self, way: Way, message: str, *, level: str = "error") -> Problem:
        """Return a problem at a value of the file, such as `("digests", 0, "template")`.

        Where a digest is silent and takes the value from `defaults`, that place is meant.
        """
        if way[:1] == ("digests",) and len(way) > 2 and way not in self.document.places:
            shared = ("defaults", *way[2:])
            way = shared if shared in self.document.places else way
        return self.document.problem(way, message, level=level)


def schedule_path(folder: Path) -> Path:
    """Return where the schedule of a newsroom's folder is."""
    return folder / FILE


def load_schedule(folder: Path) -> Schedule:
    """Return the schedule of a newsroom's folder.

    Raises:
        FileWrong: with every problem of the file, errors and warnings, in order of lines.
    """
    inspected = inspect_schedule(folder)
    if inspected.schedule is None:
        raise FileWrong(inspected.problems)
    return inspected.schedule


def inspect_schedule(folder: Path) -> Inspected:
    """Return what is in the schedule of a newsroom's folder, right or wrong."""
    try:
        raw = schedule_path(folder).read_bytes()
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        return _unreadable(f'no {FILE} in "{folder}": make one with digest init, or name the folder with -C')
    except OSError as error:
        return _unreadable(f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return _unreadable(f"not UTF-8: byte {raw[error.start]:#04x}; save the file as UTF-8", line)
    if len(raw) > MAX_BYTES:
        return _unreadable(f"{len(raw):,} bytes are no schedule: at most {MAX_BYTES:,}")
    return inspect_text(text)


def inspect_text(text: str, *, path: str = FILE) -> Inspected:
    """Return what is in the text of a schedule."""
    document = read_document(text, path)
    problems = [*document.problems, *_frame(document)]
    if not isinstance(document.data, dict):
        return Inspected(document=document, schedule=None, problems=in_order(problems))
    problems += names_that_miss(document)
    schedule = otherwise = None
    try:
        keys = ScheduleKeys.model_validate({**document.data, "version": VERSION})
        if not problems:
            schedule = schedule_of(keys)
            problems += doubts(document, schedule)
    except ValidationError as error:
        sound = not problems
        problems += problems_in(error, document, ScheduleKeys)
        if sound and all(fault["type"] == "extra_forbidden" for fault in error.errors()):
            otherwise, more = _without_the_unknown(document, error)
            problems += more
    return Inspected(document=document, schedule=schedule, problems=in_order(problems), otherwise=otherwise)


def _without_the_unknown(document: Document, error: ValidationError) -> tuple[Schedule | None, list[Problem]]:
    """Return the schedule that is left when unknown keys are passed over, or what else is wrong in it."""
    rest = deepcopy({**document.data, "version": VERSION})
    for fault in error.errors():
        *way, key = fault["loc"]
        place: Any = rest
        for step in way:  # names of validators stand between the places of the file
            if isinstance(step, int) or step in place:
                place = place[step]
        place.pop(key, None)
    try:
        return schedule_of(ScheduleKeys.model_validate(rest)), []
    except ValidationError as further:
        return None, list(problems_in(further, document, ScheduleKeys))


def _frame(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with the file as a whole: nothing in it, or a version that is not ours."""
    if document.data is None:
        if not document.problems:
            yield document.problem((), "the file is empty: digest init writes a working example")
        return
    if not isinstance(document.data, dict):
        yield document.problem((), "write keys with values here: version, newsroom, sources, digests")
        return
    version = document.data.get("version")
    if version is None:
        yield document.problem(
            (), f'"version: {VERSION}" is missing: add it as the first line, or run digest check --upgrade'
        )
    elif version != VERSION or isinstance(version, bool):
        newer = isinstance(version, int) and version > VERSION
        hint = "upgrade digest" if newer else f"write {VERSION}"
        yield document.problem(("version",), f"version {version} is not known here, only {VERSION}: {hint}")


def _unreadable(message: str, line: int = 0) -> Inspected:
    problem = Problem(path=FILE, line=line, column=0, message=message)
    return Inspected(document=Document(path=FILE), schedule=None, problems=(problem,))

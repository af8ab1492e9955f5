"""An older `schedule.yaml` becomes one of the present version: comments, order and line ends stay.

Version 1 is the first, so all there is to mend is a file that does not say its version. A
later version adds its step to `_STEPS`; steps are applied one after the other.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from digest.settings.document import Document, read_document
from digest.settings.schedule import FILE, VERSION, schedule_path

#: A version in quotes, or none behind the colon.
_SAID = re.compile(r"version\s*:(?:[ \t]*(?:(['\"])\d+\1|null|~))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """The text of a schedule after its upgrade, and what was done to it, in words."""

    text: str
    changes: tuple[str, ...] = ()


def upgraded(text: str) -> Upgraded:
    """Return the text of a schedule in the present form; unchanged when there is nothing to do.

    A file that is not YAML, or that a newer digest has written, is returned as it is: `check` says why.
    """
    changes: list[str] = []
    for step in _STEPS:
        document = read_document(text, FILE)
        if document.problems or not isinstance(document.data, dict):
            break
        mended, change = step(text, document)
        if change:
            text = mended
            changes.append(change)
    return Upgraded(text=text, changes=tuple(changes))


def upgrade_schedule(folder: Path, *, dry_run: bool = False) -> tuple[str, ...]:
    """Upgrade the schedule of a newsroom's folder; return what was (or would be) changed, in words.

    The file is replaced in one step: a crash leaves the old one or the new one, never half of one.

    Raises:
        OSError: the file cannot be read or replaced.
        UnicodeDecodeError: it is not UTF-8.
    """
    path = schedule_path(folder)
    with path.open(encoding="utf-8", newline="") as file:
        outcome = upgraded(file.read())
    if not outcome.changes or dry_run:
        return outcome.changes
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8", newline="") as file:
        file.write(outcome.text)
        file.flush()
        os.fsync(file.fileno())
    beside.chmod(path.stat().st_mode & 0o7777)
    beside.replace(path)
    return outcome.changes


def _say_version(text: str, document: Document) -> tuple[str, str]:
    """Add the version to a file that says none, before its first key; mend one in quotes."""
    said = document.data.get("version")
    if said == VERSION or not (said is None or said == str(VERSION)):
        return text, ""
    lines = text.splitlines(keepends=True)
    place = document.places.get(("version",))
    if place is not None:
        whole, start = lines[place.key_line - 1], place.key_column - 1
        lines[place.key_line - 1] = whole[:start] + _SAID.sub(f"version: {VERSION}", whole[start:], count=1)
        return "".join(lines), f"version is now the number {VERSION}"
    line, column = _first_key(document)
    end = "\r\n" if "\r\n" in text else "\n"
    added = f"version: {VERSION}{end}{end}" if column == 1 else f"version: {VERSION}, "
    first = lines[line - 1]
    lines[line - 1] = first[: column - 1] + added + first[column - 1 :]
    return "".join(lines), f"version: {VERSION} was added"


def _first_key(document: Document) -> tuple[int, int]:
    """Return line and column of the first key of the file; of its end when there is none."""
    tops = [(place.key_line, place.key_column) for way, place in document.places.items() if len(way) == 1]
    return min(tops, default=(len(document.lines), 1))


_STEPS: tuple[Callable[[str, Document], tuple[str, str]], ...] = (_say_version,)

"""The sample newsroom: copied into a folder, with its times moved so that its news is this morning's."""

import re
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

#: The sample editions are made as of this hour; their newest story is so much older.
HOUR, NEWEST = 7, timedelta(minutes=70)

_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})")
_RFC822 = re.compile(
    r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}"
)
_DATED = (".md", ".html", ".json", ".rss")
_STORIES = (*_DATED, ".txt")

#: What `digest init` takes over: enough for a full edition, few enough to read.
STARTER = (
    "city/lantern-bridge-vote.md", "city/bridge-cracks.md", "city/flood-gates.md", "city/night-trams.md",
    "culture/library-reopens.md", "culture/foghorn-concert.md", "delight/pear-tree.md",
    "wire/shore-power.txt",
)  # fmt: skip


def copy_newsroom(bundled: Path, folder: Path, *, now: datetime) -> int:
    """Copy the whole sample newsroom into `folder`; return the number of story files."""
    shutil.copytree(
        bundled / "stories",
        folder / "stories",
        ignore=shutil.ignore_patterns("*.py", "README.md", "__*", ".*"),
    )
    shutil.copytree(bundled / "subscribers", folder / "subscribers", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(bundled / "schedule.yaml", folder / "schedule.yaml")
    files = sorted(path for path in (folder / "stories").rglob("*") if path.suffix in _STORIES)
    _move(files, as_of(now))
    return len(files)


def copy_starter(bundled: Path, folder: Path, *, now: datetime) -> int:
    """Copy a few sample stories with their pictures into `folder`/stories; return their number.

    They are news at `now`, whatever the hour: the first thing that is done with them is a build.
    """
    for name in STARTER:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        text = (bundled / "stories" / name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")
        for picture in re.findall(r"file: \.\./(pictures/[\w.-]+)", text):
            if (bundled / "stories" / picture).is_file():
                (folder / "pictures").mkdir(exist_ok=True)
                shutil.copy(bundled / "stories" / picture, folder / picture)
    files = [folder / name for name in STARTER]
    _move(files, now)
    return len(files)


def as_of(now: datetime) -> datetime:
    """Return the time as of which sample editions are made: this morning, or now before that."""
    local = now.astimezone()
    morning = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return morning if local >= morning else local


def moved(text: str, span: timedelta) -> str:
    """Return `text` with every time in it moved by `span`, each written as it was."""

    def iso(match: re.Match[str]) -> str:
        return (datetime.fromisoformat(match[0]) + span).isoformat(timespec="seconds")

    def rfc822(match: re.Match[str]) -> str:
        return format_datetime(parsedate_to_datetime(match[0]) + span)

    return _RFC822.sub(rfc822, _ISO.sub(iso, text))


def moments(text: str) -> list[datetime]:
    """Return every time that stands in `text`."""
    return [datetime.fromisoformat(found) for found in _ISO.findall(text)] + [
        parsedate_to_datetime(found) for found in _RFC822.findall(text)
    ]


def _move(files: Iterable[Path], when: datetime) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in files if path.suffix in _DATED}
    newest = max(moment for text in texts.values() for moment in moments(text))
    span = when - NEWEST - newest
    for path, text in texts.items():
        path.write_text(moved(text, span), encoding="utf-8")

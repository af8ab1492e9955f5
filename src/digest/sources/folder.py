"""A folder of stories: `.md`, `.html`, `.json` (ninjs) and `.txt` (wire copy), one story each.

Hidden files, files whose name begins with an underscore and `README` are left alone. What
is wrong with one file is a finding that names it; the others are read all the same.
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from digest.model.digest import Source
from digest.model.errors import SourceUnreachable, SourceUnreadable
from digest.model.finding import Finding, Level
from digest.model.story import Reading
from digest.sources.decoding import decode
from digest.sources.wire import read_wire

SUFFIXES = frozenset((".md", ".markdown", ".html", ".htm", ".json", ".txt"))
Finder = Callable[[str], str]
MAX_FILES = 5_000
MAX_FILE_BYTES = 2 * 1024 * 1024


def read_folder(source: Source, root: Path, *, now: datetime) -> Reading:
    """Return every story in the folder of `source`, in the order of the files' names.

    Args:
        root: the newsroom's folder; the source's location and the pictures' paths are relative to it.

    Raises:
        SourceUnreachable: there is no such folder.
        SourceUnreadable: it holds more than MAX_FILES stories.
    """
    folder = _folder(source, root)
    readings = []
    for file in story_files(source, root):
        try:
            readings.append(_read_file(source, file, folder=folder, root=root, now=now))
        except (OSError, SourceUnreadable) as error:
            why = getattr(error, "why", None) or getattr(error, "strerror", None) or str(error)
            readings.append(Reading(findings=(_unreadable(file, folder, why),)))
    return Reading.joined(readings)


def story_files(source: Source, root: Path) -> list[Path]:
    """Return the files that hold stories, sorted by their path."""
    folder = _folder(source, root)
    if folder.is_file():
        return [folder]
    files = sorted(_walk(folder))
    if len(files) > MAX_FILES:
        raise SourceUnreadable(
            source.id, source.location, f"{len(files)} files: more than {MAX_FILES} in one folder"
        )
    return files


def _folder(source: Source, root: Path) -> Path:
    folder = root / source.location
    if not folder.exists():
        raise SourceUnreachable(source.id, source.location, "there is no such folder")
    return folder


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        for name in names:
            path = Path(place, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith((".", "_")) and path.stem != "README":
                yield path


def _read_file(source: Source, file: Path, *, folder: Path, root: Path, now: datetime) -> Reading:
    path = file.relative_to(folder if folder.is_dir() else folder.parent).as_posix()
    size = file.stat().st_size
    if size > MAX_FILE_BYTES:
        raise SourceUnreadable(source.id, path, f"{size:,} bytes: more than {MAX_FILE_BYTES:,} for one story")
    data = file.read_bytes()
    suffix = file.suffix.lower()
    if suffix in (".html", ".htm"):
        return _page(source, data, path=path, now=now)
    decoded = decode(data, language=source.language)
    reading = _text(
        source, suffix, decoded.text, path=path, now=now, find=_Pictures(file.parent, folder, root).find
    )
    if decoded.sure:
        return reading
    message = f"the file is not UTF-8, and was read as {decoded.encoding}: save it as UTF-8"
    guessed = Finding(level=Level.WARNING, code="encoding-guessed", message=message, where=path)
    return Reading(stories=reading.stories, findings=(guessed, *reading.findings))


def _text(source: Source, suffix: str, text: str, *, path: str, now: datetime, find: Finder) -> Reading:
    if suffix == ".txt":
        return read_wire(source, text, path=path, now=now)
    if suffix == ".json":
        from digest.sources.ninjs import read_ninjs

        return read_ninjs(source, text, path=path, now=now, find=find)
    from digest.sources.markdown import read_markdown  # imported where needed: it loads a parser and YAML

    return read_markdown(source, text, path=path, now=now, find=find)


def _page(source: Source, data: bytes, *, path: str, now: datetime) -> Reading:
    from digest.sources.reading import read_story_page

    return read_story_page(source, data, path=path, now=now)


class _Pictures:
    """Finds the pictures of one story: beside its file, inside the source's or the newsroom's folder."""

    def __init__(self, beside: Path, folder: Path, root: Path) -> None:
        self.beside, self.folder, self.root = beside, folder, root

    def find(self, name: str) -> str:
        """Return where a picture is, relative to the newsroom's folder; raise LookupError with the reason."""
        wanted = PurePosixPath(unquote(name) if "%" in name else name)
        file = (self.beside / wanted).resolve()
        root, folder = self.root.resolve(), self.folder.resolve()
        if not (file.is_relative_to(root) or file.is_relative_to(folder)):
            raise LookupError(f"{name} lies outside the newsroom's folder")
        if not file.is_file():
            raise LookupError(f"there is no file {name} beside the story")
        return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()


def _unreadable(file: Path, folder: Path, why: str) -> Finding:
    path = file.relative_to(folder).as_posix() if file != folder else file.name
    return Finding(level=Level.WARNING, code="file-unreadable", message=why, where=path)

"""A backup as a file: a ZIP whose manifest comes first and names every other member with its hash.

Readable by any unzip; mode 0600, for readers' addresses and keys are in it. It is written under
another name and renamed when it is whole, so that a file with the right name is a whole backup.
"""

import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

from digest.model.errors import AskedWrongly, StoreError

FORMAT = 1
MANIFEST = "manifest.json"
_PIECE = 1 << 20

#: Told now and then: bytes done, bytes in all.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself."""

    taken: datetime
    program: str  #: version that made it
    newsroom: str
    hashes: Mapping[str, str]  #: member -> SHA-256, in hexadecimal
    sizes: Mapping[str, int]  #: member -> bytes


def write(
    target: Path, members: Mapping[str, Path], *, taken: datetime, program: str, newsroom: str,
    progress: Progress = lambda done, total: None,
) -> Manifest:  # fmt: skip
    """Write `members` (name -> file) to the backup `target`, which must not be there yet.

    Raises:
        AskedWrongly: `target` is there.
        StoreError: it cannot be written whole; nothing is left of it.
    """
    if target.exists():
        raise AskedWrongly(f"{target}: is there already: name another file")
    sizes = {name: path.stat().st_size for name, path in members.items()}
    manifest = Manifest(
        taken=taken, program=program, newsroom=newsroom,
        hashes={name: _hash(path) for name, path in members.items()}, sizes=sizes,
    )  # fmt: skip
    part = target.with_name(f"{target.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(MANIFEST, _as_json(manifest))
                _add_all(archive, members, sum(sizes.values()), progress)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


@contextmanager
def opened(path: Path) -> Iterator["Backup"]:
    """Give the backup at `path`.

    Raises:
        AskedWrongly: there is none, or it is of a format that this program does not know.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield Backup(path, archive, _manifest(path, archive.read(MANIFEST)))
    except OSError as error:
        raise AskedWrongly(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except (zipfile.BadZipFile, KeyError) as error:
        raise AskedWrongly(f"{path}: is no backup made by digest, or only a part of one") from error


class Backup:
    """An open backup."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path, self.manifest, self._archive = path, manifest, archive

    def extract(self, name: str, target: Path, *, mode: int = 0o600) -> None:
        """Write the member `name` to `target`, replacing what is there only when all of it is right.

        Raises:
            StoreError: it is damaged, or cannot be written.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        try:
            handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, mode)
            with self._archive.open(name) as source, os.fdopen(handle, "w+b") as file:
                while piece := source.read(_PIECE):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            if _hash(part) != self.manifest.hashes[name]:
                raise StoreError(f"{self.path}: {name} in it is damaged")
            part.replace(target)
        except (zipfile.BadZipFile, EOFError) as error:
            raise StoreError(f"{self.path}: {name} in it is damaged") from error
        except OSError as error:
            raise StoreError(f"{target}: cannot be written: {error.strerror or error}") from error
        finally:
            part.unlink(missing_ok=True)


def _add_all(archive: zipfile.ZipFile, members: Mapping[str, Path], total: int, progress: Progress) -> None:
    done = 0
    for name, path in members.items():
        kind = zipfile.ZIP_STORED if name.startswith("pictures/") else zipfile.ZIP_DEFLATED
        with path.open("rb") as source:
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = kind, 0o600 << 16
            with archive.open(info, "w", force_zip64=True) as member:
                done = _copy(source, member, done, total, progress)


def _copy(source: BinaryIO, target: object, done: int, total: int, progress: Progress) -> int:
    while piece := source.read(_PIECE):
        target.write(piece)  # type: ignore[attr-defined]  # zipfile's writer has no public type
        done += len(piece)
        progress(done, total)
    return done


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _as_json(manifest: Manifest) -> str:
    files = {
        name: {"sha256": digest, "bytes": manifest.sizes[name]} for name, digest in manifest.hashes.items()
    }
    return json.dumps(
        {
            "format": FORMAT,
            "taken": manifest.taken.isoformat(),
            "program": manifest.program,
            "newsroom": manifest.newsroom,
            "files": files,
        },
        indent=1,
    )


def _manifest(path: Path, data: bytes) -> Manifest:
    try:
        told = json.loads(data)
        if told["format"] != FORMAT:
            raise AskedWrongly(f"{path}: was made by a newer version of digest: {told['program']}")
        return Manifest(
            taken=datetime.fromisoformat(told["taken"]),
            program=str(told["program"]),
            newsroom=str(told["newsroom"]),
            hashes={name: str(file["sha256"]) for name, file in told["files"].items()},
            sizes={name: int(file["bytes"]) for name, file in told["files"].items()},
        )
    except (ValueError, KeyError, TypeError) as error:
        raise AskedWrongly(f"{path}: is no backup made by digest") from error

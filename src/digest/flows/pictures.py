"""Fetch the pictures of stories, make them fit for mail, store them by content.

Each picture is stored twice: as wide as the mail, and as a thumbnail for lists. One that
cannot be had is remembered with the reason and tried again after a while; the edition is
laid out without it.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Connection

from digest.model.digest import Source
from digest.model.errors import PictureUnusable
from digest.model.story import Story
from digest.render.layout import THUMBNAIL
from digest.render.pictures import MAX_BYTES, Picture, PlacedPicture, prepare
from digest.sources.fetch import FetchOutcome, Request, fetch
from digest.store import pictures
from digest.store.engine import Store
from digest.store.pictures import StoredPicture

#: A picture that could not be had is tried again after this long.
TRY_AGAIN = timedelta(hours=3)
#: Pictures that one gathering fetches; the newest stories come first.
AT_MOST = 120
#: How a stored picture is called: by its content, and nothing else is one.
STORED_NAME = re.compile(r"[0-9a-f]{16,64}\.(jpg|png)")
_THUMBNAIL = " thumbnail"


@dataclass(frozen=True, slots=True)
class _Wanted:
    url: str
    source: str


def fetch_pictures(
    store: Store,
    stories: Iterable[Story],
    sources: Iterable[Source],
    *,
    root: Path,
    folder: Path,
    now: datetime,
) -> list[StoredPicture]:
    """Fetch and store the first picture of each story that is not stored yet; return what was tried.

    Args:
        stories: the newest first; AT_MOST pictures are fetched.
        root: the newsroom's folder, against which local pictures are read.
        folder: where pictures are stored.
    """
    private = {s.id: urlsplit(s.location).hostname for s in sources if s.allow_private_address}
    wanted = list({image.url: _Wanted(image.url, story.source) for story in stories
                   for image in story.images[:1] if image.url}.values())  # fmt: skip
    with store.read() as connection:
        known = pictures.pictures(connection, [item.url for item in wanted])
    missing = [item for item in wanted if _is_missing(known.get(item.url), root, folder, now)][:AT_MOST]
    tried = [
        picture
        for item, data in _read(missing, private, root)
        for picture in _stored(item, data, folder, now)
    ]
    if tried:
        with store.write() as connection:
            pictures.record_pictures(connection, tried)
    return [picture for picture in tried if not picture.url.endswith(_THUMBNAIL)]


def placed(connection: Connection, stories: Iterable[Story], *, pages: str) -> Mapping[str, PlacedPicture]:
    """Return where the stored pictures of `stories` are found by a reader, by the story's own address."""
    urls = [image.url for story in stories for image in story.images if image.url]
    found = pictures.pictures(connection, [*urls, *(url + _THUMBNAIL for url in urls)])

    def place(url: str) -> PlacedPicture | None:
        stored = found.get(url)
        if stored is None or not stored.usable:
            return None
        return PlacedPicture(
            address=f"{pages}/pictures/{stored.name}",
            width=stored.width,
            height=stored.height,
            thumbnail=place(url + _THUMBNAIL) if not url.endswith(_THUMBNAIL) else None,
        )

    return {url: picture for url in urls if (picture := place(url)) is not None}


def measures(connection: Connection, stories: Iterable[Story], *, pages: str) -> Mapping[str, StoredPicture]:
    """Return each stored picture of `stories`, thumbnails too, by its address for readers."""
    urls = [image.url for story in stories for image in story.images if image.url]
    found = pictures.pictures(connection, [*urls, *(url + _THUMBNAIL for url in urls)])
    return {f"{pages}/pictures/{stored.name}": stored for stored in found.values() if stored.usable}


def _is_missing(known: StoredPicture | None, root: Path, folder: Path, now: datetime) -> bool:
    if known is None:
        return True
    if not known.usable:
        return now >= known.at + TRY_AGAIN or _is_newer(known, root)
    return not (folder / known.name).exists() or _is_newer(known, root)


def _is_newer(known: StoredPicture, root: Path) -> bool:
    """Whether a local picture was changed after it was stored."""
    if known.url.startswith(("http://", "https://")):
        return False
    try:
        return datetime.fromtimestamp((root / known.url).stat().st_mtime, UTC) > known.at
    except OSError:
        return False


def _read(
    wanted: list[_Wanted], private: Mapping[str, str | None], root: Path
) -> Iterator[tuple[_Wanted, bytes | PictureUnusable]]:
    remote = [item for item in wanted if item.url.startswith(("http://", "https://"))]
    answers = fetch(
        [
            Request(url=item.url, allow_private_address=_is_own(item, private), max_bytes=MAX_BYTES)
            for item in remote
        ]
    )
    for item, answer in zip(remote, answers, strict=True):
        fresh = answer.outcome is FetchOutcome.FRESH
        yield item, answer.body if fresh else PictureUnusable(f"picture: {answer.why}")
    for item in wanted:
        if item not in remote:
            yield item, _read_local(root, item.url)


def _is_own(item: _Wanted, private: Mapping[str, str | None]) -> bool:
    """Whether a picture lies on the very host for which its source may be private, and on no other."""
    return item.source in private and urlsplit(item.url).hostname == private[item.source]


def _read_local(root: Path, url: str) -> bytes | PictureUnusable:
    path = (root / url).resolve()
    if not path.is_relative_to(root.resolve()):
        return PictureUnusable("picture: lies outside the newsroom's folder")
    try:
        if path.stat().st_size > MAX_BYTES:
            return PictureUnusable(f"picture: larger than {MAX_BYTES:,} bytes")
        return path.read_bytes()
    except OSError as error:
        return PictureUnusable(f"picture: {error.strerror or error}")


def _stored(
    item: _Wanted, data: bytes | PictureUnusable, folder: Path, now: datetime
) -> tuple[StoredPicture, ...]:
    try:
        if isinstance(data, PictureUnusable):
            raise data
        whole = prepare(data)
        thumbnail = prepare(data, printed_width=THUMBNAIL[0], shape=(3, 2))
    except PictureUnusable as error:
        return (StoredPicture(url=item.url, at=now, why=str(error).removeprefix("picture: ")),)
    return tuple(
        _write(url, picture, folder, now)
        for url, picture in ((item.url, whole), (item.url + _THUMBNAIL, thumbnail))
    )


def _write(url: str, picture: Picture, folder: Path, now: datetime) -> StoredPicture:
    """Store the bytes under their own name, whole or not at all."""
    path = folder / picture.name
    if not path.exists():
        half = path.with_name(f".{picture.name}.{secrets.token_hex(6)}")  # threads may come here together
        half.write_bytes(picture.data)
        half.replace(path)
    return StoredPicture(
        url=url,
        at=now,
        name=picture.name,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        size=len(picture.data),
    )

"""Which pictures were fetched, under which name they lie, and which ones could not be had.

The files themselves lie in `state/pictures/`, named by their content; here is only the card index.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from digest.store.tables.archive import pictures as _PICTURES
from digest.store.upsert import batches, put


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPicture:
    """What became of one picture's address."""

    url: str  #: as the story gives it
    at: datetime  #: when it was fetched, or tried
    name: str = ""  #: `HASH.jpg`; empty when it failed
    content_type: str = ""
    width: int = 0  #: pixels of what is stored
    height: int = 0
    size: int = 0  #: bytes of what is stored
    why: str = ""  #: why it failed

    @property
    def usable(self) -> bool:
        """Whether there is a picture to show."""
        return bool(self.name)


def pictures(connection: Connection, urls: Iterable[str]) -> dict[str, StoredPicture]:
    """Return what is known of these addresses, failures included; unknown ones are left out."""
    found: dict[str, StoredPicture] = {}
    for batch in batches(sorted(set(urls))):
        for row in connection.execute(select(_PICTURES).where(_PICTURES.c.url.in_(batch))):
            found[row.url] = StoredPicture(**row._mapping)
    return found


def picture_named(connection: Connection, name: str) -> StoredPicture | None:
    """Return a picture that is stored under `name`, or None: what the public pages may serve."""
    row = connection.execute(select(_PICTURES).where(_PICTURES.c.name == name).limit(1)).first()
    return StoredPicture(**row._mapping) if row is not None and name else None


def record_pictures(connection: Connection, found: Iterable[StoredPicture]) -> None:
    """Note what became of pictures. A failure does not take away one that was fetched before."""
    new = {picture.url: picture for picture in found}
    held = pictures(connection, [url for url, picture in new.items() if not picture.usable])
    rows = [
        {
            "url": picture.url,
            "at": picture.at,
            "name": picture.name,
            "content_type": picture.content_type,
            "width": picture.width,
            "height": picture.height,
            "size": picture.size,
            "why": picture.why.replace("\0", "\N{REPLACEMENT CHARACTER}"),
        }
        for url, picture in sorted(new.items())
        if picture.usable or url not in held or not held[url].usable
    ]
    put(connection, _PICTURES, rows, key=["url"])

"""Reading a document that came from elsewhere: a feed or an article page becomes stories.

The parsing itself (`parse`) happens in a confined process, with a deadline and a limit of memory.
"""

from dataclasses import replace
from datetime import datetime

from digest.model.digest import Source
from digest.model.errors import SourceUnreadable
from digest.model.story import Reading
from digest.sources.confine import Unfinished, confinement

#: How the reason begins when the fault is the reader's, not the document's: please report it.
READER_FAILED = "the reader failed"
#: A larger document is not read at all; `fetch` stops at the same size.
MAX_BYTES = 5 * 1024 * 1024


def read_document(
    source: Source, data: bytes, *, location: str, content_type: str = "", now: datetime
) -> Reading:
    """Return the stories of a feed or an article page, whichever `data` is.

    Args:
        location: where it was found at last: its URL, or its path in the newsroom's folder.
        content_type: as the server said; believed for the encoding only.
        now: first_seen of the stories.

    Raises:
        SourceUnreadable: it is neither, too large, or took too long.
    """
    return _confined(
        "document", source, data, location, content_type=content_type, location=location, now=now
    )


def read_story_page(source: Source, data: bytes, *, path: str, now: datetime) -> Reading:
    """Return the story of an HTML file in a folder of stories.

    Raises:
        SourceUnreadable: it holds no story, is too large, or took too long.
    """
    return _confined("story page", source, data, path, path=path, now=now)


def _confined(function: str, source: Source, data: bytes, where: str, **arguments: object) -> Reading:
    if len(data) > MAX_BYTES:
        raise SourceUnreadable(source.id, where, f"{len(data):,} bytes: more than {MAX_BYTES:,} are not read")
    if not data.strip():
        raise SourceUnreadable(source.id, where, "empty: not one byte of content")
    sendable = replace(source, select=dict(source.select))  # a read-only mapping can't be sent
    try:
        answer = confinement.run(function, source=sendable, data=data, **arguments)
    except Unfinished as error:
        raise SourceUnreadable(source.id, where, str(error)) from error
    if answer.failed:
        raise SourceUnreadable(source.id, where, f"{READER_FAILED}: {answer.failed}")
    if answer.unreadable:
        raise SourceUnreadable(source.id, where, answer.unreadable)
    reading: Reading = answer.value
    return reading

"""A pasted link becomes a story of this edition: fetched by the guarded client, read as any article page."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from digest.flows.desk.changing import Changed, change
from digest.flows.desk.workshop import Workshop
from digest.flows.pictures import fetch_pictures
from digest.model.change import PINNED, Change, Field
from digest.model.digest import Source, SourceKind
from digest.model.errors import AskedWrongly, SourceUnreachable, SourceUnreadable
from digest.model.story import Story, canonical_url
from digest.sources.fetch import FetchOutcome, Request, fetch
from digest.sources.reading import read_document
from digest.store import archive, editions
from digest.store.engine import Store

#: The source of everything that was brought in by its link.
PASTED = "pasted"


def paste_link(
    store: Store, workshop: Workshop, edition: str, url: str, *, version: int, who: str, now: datetime
) -> Changed:
    """Fetch the page at `url`, keep it as a story, and pin it in `edition`.

    A private network is reached only where the schedule has a source on the same server that may be.

    Raises:
        AskedWrongly: not a web address.
        SourceUnreachable: it cannot be had, also because it leads into a private network.
        SourceUnreadable: there is no article there. Raises as `change` does, too.
    """
    if not url.startswith(("http://", "https://")):
        raise AskedWrongly(f"{url or 'nothing'}: not a web address: paste one that begins with https://")
    with store.read() as connection:
        digest = workshop.schedule.digest(editions.edition(connection, edition).digest)
    private = {urlsplit(s.location).netloc for s in workshop.schedule.sources if s.allow_private_address}
    story = _story_at(url, digest.language, now, private=urlsplit(url).netloc in private)
    with store.write() as connection:
        archive.put_stories(connection, [story], now=now)
    fetch_pictures(store, [story], (), root=workshop.root, folder=workshop.pictures, now=now)
    wanted = Change(field=Field.PLACE, story=story.id, value=PINNED)
    return change(store, workshop, edition, [wanted], version=version, who=who, now=now, added=(story,))


def _story_at(url: str, language: str, now: datetime, *, private: bool) -> Story:
    (answer,) = fetch([Request(url=url, allow_private_address=private)])
    if answer.outcome is not FetchOutcome.FRESH:
        raise SourceUnreachable(PASTED, url, answer.why or "nothing came")
    source = Source(id=PASTED, kind=SourceKind.PAGE, location=url, language=language)
    reading = read_document(
        source, answer.body, location=answer.url, content_type=answer.content_type, now=now
    )
    if not reading.stories:
        raise SourceUnreadable(PASTED, url, "no article on that page")
    story = reading.stories[0]
    return replace(story, url=canonical_url(story.url or answer.url))

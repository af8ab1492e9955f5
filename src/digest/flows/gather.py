"""Visit the sources: fetch, read, keep.

`gather` visits every source that is due; remote ones are fetched together. What a source
gave is kept in one transaction with its bookmark and the record of the visit, so a crash
between two sources loses nothing and repeats nothing. One bad source never stops the
others; its fault is a finding of its visit.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from digest.model.digest import Source, SourceKind
from digest.model.errors import SourceError, SourceUnreachable, SourceUnreadable
from digest.model.finding import Finding, Level
from digest.model.story import PubStatus, Reading, Story, canonical_url
from digest.sources.fetch import Bookmark, Fetched, FetchOutcome, Request, fetch
from digest.sources.folder import read_folder
from digest.sources.reading import read_document
from digest.store import archive, reused, visits
from digest.store.engine import Store
from digest.store.visits import Visit

if TYPE_CHECKING:
    from digest.sources.sitemap import Sitemap, SitemapPage

#: Pages of one sitemap that are read in one visit; the rest waits for the next.
PAGES_A_VISIT = 40
#: A local document larger than this is refused, as a fetched one would be.
MAX_LOCAL_BYTES = 5 * 1024 * 1024
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


def gather(
    store: Store,
    sources: Sequence[Source],
    *,
    folder: Path,
    now: datetime,
    only_due: bool = False,
    on_visit: Callable[[Visit], None] = lambda visit: None,
) -> list[Visit]:
    """Visit `sources` and return what each visit came to, in the order given.

    Args:
        folder: the newsroom's folder, against which local paths are read.
        now: first_seen of everything new.
        only_due: leave out remote sources whose pause between visits is not over.
    """
    with store.read() as connection:
        last = visits.last_visits(connection)
        due = [source for source in sources if not only_due or _is_due(source, last.get(source.id), now)]
        marks = visits.bookmarks(connection, [source.location for source in due])
    remote = [source for source in due if source.remote]
    answers = fetch([_request(source, marks.get(source.location)) for source in remote])
    fetched = dict(zip((source.id for source in remote), answers, strict=True))
    done = []
    for source in due:
        if source.remote:
            visit = _visit_remote(store, source, fetched[source.id], last.get(source.id), now=now)
        else:
            mark = marks.get(source.location)
            visit = _visit_local(store, source, mark, last.get(source.id), folder=folder, now=now)
        on_visit(visit)
        done.append(visit)
    return done


def _is_due(source: Source, last: Visit | None, now: datetime) -> bool:
    return not source.remote or last is None or now >= last.at + source.visit


def _request(source: Source, mark: visits.Bookmark | None) -> Request:
    return Request(
        url=mark.moved_to if mark and mark.moved_to else source.location,
        bookmark=Bookmark(etag=mark.etag, last_modified=mark.last_modified) if mark else None,
        allow_private_address=source.allow_private_address,
    )


def _visit_remote(
    store: Store, source: Source, answer: Fetched, last: Visit | None, *, now: datetime
) -> Visit:
    try:
        if answer.outcome is FetchOutcome.UNCHANGED:
            return _unchanged(store, source, last, now=now)
        if answer.outcome is not FetchOutcome.FRESH:
            raise SourceUnreachable(source.id, source.location, answer.why)
        if source.kind is SourceKind.SITEMAP:
            reading = _read_pages(store, source, answer, now=now)
        else:
            reading = read_document(
                source, answer.body, location=answer.url, content_type=answer.content_type, now=now
            )
    except SourceError as error:
        return _fail(store, source, error, now=now)
    mark = visits.Bookmark(
        etag=answer.bookmark.etag if answer.bookmark else "",
        last_modified=answer.bookmark.last_modified if answer.bookmark else "",
        moved_to=answer.moved_to or "",
    )
    return _keep(store, source, reading, {source.location: mark}, now=now)


def _visit_local(
    store: Store,
    source: Source,
    mark: visits.Bookmark | None,
    last: Visit | None,
    *,
    folder: Path,
    now: datetime,
) -> Visit:
    try:
        signature = _signature(source, folder)
        if mark is not None and mark.etag == signature:
            return _unchanged(store, source, last, now=now)
        if source.kind is SourceKind.FOLDER:
            reading = _with_withdrawn(store, source, read_folder(source, folder, now=now))
        else:
            reading = _read_file(source, folder, now=now)
    except SourceError as error:
        return _fail(store, source, error, now=now)
    return _keep(store, source, reading, {source.location: visits.Bookmark(etag=signature)}, now=now)


def _signature(source: Source, folder: Path) -> str:
    """Return what changes when a file of a local source does: names, times, sizes, and how it is read."""
    place = folder / source.location
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    seen = []
    try:
        for file in files:
            state = file.stat()
            seen.append(f"{file.name} {state.st_mtime_ns} {state.st_size}")
    except OSError as error:
        raise SourceUnreachable(source.id, source.location, error.strerror or str(error)) from error
    return hashlib.sha256("\n".join([repr(source), *seen]).encode()).hexdigest()


def _read_file(source: Source, folder: Path, *, now: datetime) -> Reading:
    path = folder / source.location
    try:
        if path.stat().st_size > MAX_LOCAL_BYTES:
            raise SourceUnreadable(source.id, source.location, f"larger than {MAX_LOCAL_BYTES:,} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise SourceUnreachable(source.id, source.location, error.strerror or str(error)) from error
    return read_document(source, data, location=source.location, now=now)


def _with_withdrawn(store: Store, source: Source, reading: Reading) -> Reading:
    """Return `reading` with what is no longer in the folder, as withheld: a file taken away is taken back.

    So is what stood in a file that was written over with other news.
    """
    with store.read() as connection:
        stories = reused.told_apart(reading.stories, partial(archive.latest, connection))
        known = archive.candidates(connection, sources=[source.id], since=_LONG_AGO)
    there = {story.id for story in stories}
    gone = [
        replace(story, pubstatus=PubStatus.WITHHELD)
        for story in known
        if story.id not in there and story.pubstatus is PubStatus.USABLE
    ]
    return Reading(stories=(*stories, *gone), findings=reading.findings)


def _read_pages(store: Store, source: Source, answer: Fetched, *, now: datetime) -> Reading:
    """Read a sitemap, its children and the newest pages that are not known yet."""
    from digest.sources.sitemap import read_sitemap

    sitemaps = [read_sitemap(source, answer.body, location=answer.url, now=now)]
    children = fetch(
        [Request(url=url, allow_private_address=source.allow_private_address) for url in sitemaps[0].children]
    )
    sitemaps += [
        read_sitemap(source, child.body, location=child.url, now=now)
        for child in children
        if child.outcome is FetchOutcome.FRESH
    ]
    wanted = _unknown_pages(store, sitemaps)[:PAGES_A_VISIT]
    pages = fetch(
        [
            Request(url=p.url, allow_private_address=source.allow_private_address, ask_robots=True)
            for p in wanted
        ]
    )
    readings, findings = [], []
    for listed, page in zip(wanted, pages, strict=True):
        try:
            if page.outcome is not FetchOutcome.FRESH:
                raise SourceUnreachable(source.id, listed.url, page.why)
            reading = read_document(
                source, page.body, location=page.url, content_type=page.content_type, now=now
            )
            readings.append(_dated(reading, listed))
        except SourceError as error:
            findings.append(
                Finding(level=Level.NOTE, code="page-failed", message=str(error), where=source.id)
            )
    return Reading.joined([*readings, Reading(findings=tuple(findings))])


def _unknown_pages(store: Store, sitemaps: "Sequence[Sitemap]") -> "list[SitemapPage]":
    pages = {page.url: page for sitemap in sitemaps for page in sitemap.pages}
    ids = {url: Story(source="", headline="", url=url, first_seen=_LONG_AGO).id for url in pages}
    with store.read() as connection:
        known = archive.latest(connection, ids.values())
    fresh = [
        page
        for url, page in pages.items()
        if (story := known.get(ids[url])) is None
        or (
            page.updated is not None and page.updated > (story.updated or story.published or story.first_seen)
        )
    ]
    return sorted(fresh, key=lambda page: page.published or page.updated or _LONG_AGO, reverse=True)


def _dated(reading: Reading, listed: "SitemapPage") -> Reading:
    """Return `reading` with the sitemap's time where the page itself told none."""
    stories = tuple(
        replace(story, published=listed.published) if story.published is None and number == 0 else story
        for number, story in enumerate(reading.stories)
    )
    return replace(reading, stories=stories)


def _unchanged(store: Store, source: Source, last: Visit | None, *, now: datetime) -> Visit:
    """Note a visit that found nothing new; what the last reading noticed still stands."""
    findings = last.findings if last is not None and last.ok else ()
    visit = Visit(source=source.id, at=now, ok=True, why="nothing has changed", findings=findings)
    with store.write() as connection:
        visits.record_visit(connection, visit)
    return visit


def _keep(
    store: Store, source: Source, reading: Reading, marks: dict[str, visits.Bookmark], *, now: datetime
) -> Visit:
    """Keep what a visit gave, its bookmark and its record, in one transaction."""
    with store.write() as connection:
        put = archive.put_stories(connection, [_canonical(story) for story in reading.stories], now=now)
        visits.set_bookmarks(connection, marks, now=now)
        visit = Visit(
            source=source.id,
            at=now,
            ok=True,
            new=put.new,
            updated=put.updated,
            same=put.same,
            findings=reading.findings,
        )
        visits.record_visit(connection, visit)
    return visit


def _canonical(story: Story) -> Story:
    """Return `story` under its address without tracking: what is kept, printed and compared."""
    return replace(story, url=canonical_url(story.url)) if story.url else story


def _fail(store: Store, source: Source, error: SourceError, *, now: datetime) -> Visit:
    finding = Finding(level=Level.WARNING, code="source-failed", message=str(error), where=source.id)
    visit = Visit(source=source.id, at=now, ok=False, why=error.why, findings=(finding,))
    with store.write() as connection:
        visits.record_visit(connection, visit)
    return visit

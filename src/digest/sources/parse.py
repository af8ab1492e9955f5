"""What the confined process does: tell what a document is, and give it to the reader for it."""

import re
from datetime import datetime
from enum import Enum

from digest.model.digest import Source, SourceKind
from digest.model.errors import SourceUnreadable
from digest.model.finding import Finding, Level
from digest.model.story import Reading
from digest.sources.decoding import decode
from digest.sources.feed import read_feed
from digest.sources.json_feed import read_json_bytes

_ROOT = re.compile(r"<(?![?!])\s*(?P<name>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ALTERNATE = re.compile(r"<link\b[^>]*\brel\s*=\s*[\"']?[^\"'>]*\balternate\b[^>]*>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"type\s*=\s*[\"']?application/(?:rss|atom|feed|rdf)\+(?:xml|json)", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']([^\"']{1,500})[\"']", re.IGNORECASE)
_FEED_ROOTS = frozenset(("rss", "rdf", "feed", "channel", "backslash"))


class Shape(Enum):
    """What a document is by its first characters."""

    FEED = "feed"
    JSON = "JSON"
    HTML = "HTML page"
    SITEMAP = "sitemap"
    XML = "XML of another kind"
    UNKNOWN = "unknown"


def shape_of(data: bytes) -> Shape:
    """Return what `data` is, by its first element or bracket."""
    head = _COMMENT.sub("", decode(data[:65_536]).text).lstrip()
    if head[:1] in ("{", "["):
        return Shape.JSON
    found = _ROOT.search(head)
    if found is None:
        return Shape.HTML if re.match(r"<!doctype\s+html", head, re.IGNORECASE) else Shape.UNKNOWN
    name = found["name"].rpartition(":")[2].lower()
    if name in _FEED_ROOTS:
        return Shape.FEED
    if name in ("urlset", "sitemapindex"):
        return Shape.SITEMAP
    if name in ("html", "head", "body") or re.match(r"<!doctype\s+html", head, re.IGNORECASE):
        return Shape.HTML
    return Shape.XML if head.startswith("<") else Shape.UNKNOWN


def parse_document(source: Source, data: bytes, content_type: str, location: str, now: datetime) -> Reading:
    """Return the stories of a feed or article page; see `reading.read_document`."""
    shape = shape_of(data)
    if shape is Shape.JSON:
        return read_json_bytes(source, data, location=location, now=now)
    if shape is Shape.SITEMAP:
        raise SourceUnreadable(source.id, location, "a sitemap: write `sitemap:` for this source")
    if source.kind is SourceKind.FEED:
        if shape is Shape.HTML:
            raise SourceUnreadable(source.id, location, _not_a_feed(data))
        return read_feed(source, data, location=location, content_type=content_type, now=now)
    if shape is Shape.FEED:
        reading = read_feed(source, data, location=location, content_type=content_type, now=now)
        message = "a feed, not a page: write `feed:` for this source"
        note = Finding(level=Level.NOTE, code="feed-as-page", message=message, where=location)
        return Reading(stories=reading.stories, findings=(note, *reading.findings))
    from digest.sources.page import read_page  # loads an extractor that feeds don't need

    return read_page(source, data, location=location, content_type=content_type, now=now)


def parse_story_page(source: Source, data: bytes, path: str, now: datetime) -> Reading:
    """Return the story of an HTML file in a folder of stories."""
    from digest.sources.page import read_page

    return read_page(source, data, location=path, content_type="", now=now)


def _not_a_feed(data: bytes) -> str:
    """Say that it is a page, and which feeds it names."""
    links = _ALTERNATE.findall(decode(data[:200_000]).text)
    named = [href[1] for link in links if _FEED_TYPE.search(link) and (href := _HREF.search(link))]
    if named:
        return f"an HTML page, not a feed; it names these feeds: {', '.join(named[:5])}"
    return "an HTML page, not a feed: write `page:` for this source, or give the feed's own address"

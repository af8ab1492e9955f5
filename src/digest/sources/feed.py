"""Feeds of XML: RSS 0.9x to 2.0, RDF, Atom and CDF become stories.

feedparser reads them, without its own cleaning and address resolving: both are slower and
keep less than ours. What it gets wrong is mended before (encodings, bare ampersands,
Media RSS) and after (dates, identities).
"""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import feedparser

from digest.model.digest import Source
from digest.model.errors import SourceUnreadable
from digest.model.finding import Finding, Level
from digest.model.story import Image, Reading, Story
from digest.model.text import squeeze
from digest.sources import tongue
from digest.sources.clean import safe_url, text_of
from digest.sources.decoding import decode, wide_encoding
from digest.sources.feed_entry import Feed, story_of
from digest.sources.identity import told_apart
from digest.sources.media import take_media
from digest.sources.xml_text import escape_ampersands, unfit

#: A feed that holds more is read up to here; the rest is a finding.
MAX_ITEMS = 1_000
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]+")
_XML_ENCODING = re.compile(r"\A(\s*<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][^\"']*[\"']", re.IGNORECASE)


def read_feed(
    source: Source, data: bytes, *, location: str, content_type: str = "", now: datetime
) -> Reading:
    """Return the stories of an XML feed in its order.

    Raises:
        SourceUnreadable: it is no feed of a known kind.
    """
    data, content_type = _mended(data, content_type)
    if why := unfit(data):
        raise SourceUnreadable(source.id, location, why)
    base = location if location.startswith(("http://", "https://")) else ""
    data, pictures = take_media(data, base=base)
    parsed = feedparser.parse(
        io.BytesIO(data),
        response_headers={"content-type": content_type or "application/xml", "content-location": base},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    entries: list[Any] = list(parsed.entries)
    if not entries and not parsed.version and not _titled(parsed):
        raise SourceUnreadable(source.id, location, _no_feed(parsed))
    findings: list[Finding] = []
    if not entries:
        findings.append(_finding(Level.NOTE, "feed-empty", "the feed holds no items", location))
    if len(entries) > MAX_ITEMS:
        message = f"{len(entries):,} items: the first {MAX_ITEMS:,} were read"
        findings.append(_finding(Level.WARNING, "feed-too-long", message, location))
    feed = _feed(source, parsed, location, base, now)
    stories = _stories(feed, entries[:MAX_ITEMS], _matched(pictures, entries), findings)
    if (
        parsed.bozo
        and isinstance(parsed.get("bozo_exception"), Exception)
        and not _is_trifle(parsed.bozo_exception)
    ):
        message = f"not well-formed, and read as far as it goes: {_reason(parsed.bozo_exception)}"
        findings.append(_finding(Level.NOTE, "feed-broken", message, location))
    if feed.unzoned:
        message = f"{feed.unzoned} dates name no time zone, and were taken as UTC"
        findings.append(_finding(Level.NOTE, "time-without-zone", message, location))
    distinct, notes = told_apart(stories, where=location)
    return Reading(stories=distinct, findings=(*findings, *notes))


def _mended(data: bytes, content_type: str) -> tuple[bytes, str]:
    """Return the feed as feedparser reads it best: in UTF-8 if wide, no bare ampersand, no controls."""
    if wide_encoding(data):
        text = _XML_ENCODING.sub(r"\1", decode(data).text)
        data = text.lstrip().encode("utf-8", "replace")
        content_type = re.sub(r";\s*charset=[^;]*", "", content_type) + "; charset=utf-8"
    data = _CONTROL_BYTES.sub(b"", data.lstrip())
    return escape_ampersands(data), content_type


def _titled(parsed: Any) -> bool:
    return bool(parsed.feed.get("title") or parsed.feed.get("link"))


def _feed(source: Source, parsed: Any, location: str, base: str, now: datetime) -> Feed:
    told = parsed.feed
    home = safe_url(str(told.get("link") or ""), base=base)
    language = source.language or tongue.normalise(str(told.get("language") or told.get("xml_lang") or ""))
    if not language and parsed.entries:
        sample = " ".join(
            text_of(str(entry.get("title", "")) + " " + str(entry.get("summary", ""))[:500])
            for entry in parsed.entries[:12]
        )
        language = tongue.detect(sample)
    return Feed(source=source, location=location, base=base or home, language=language, now=now)


def _stories(
    feed: Feed, entries: Sequence[Any], pictures: Sequence[tuple[Image, ...]], findings: list[Finding]
) -> list[Story]:
    stories, empty = [], 0
    for number, entry in enumerate(entries):
        story = story_of(feed, entry, pictures[number] if pictures else ())
        if story is None:
            empty += 1
        else:
            stories.append(story)
    if empty:
        message = f"{empty} of {len(entries)} items have neither headline, text nor link, and were left out"
        findings.append(_finding(Level.NOTE, "item-empty", message, feed.location))
    return stories


def _matched(pictures: list[tuple[Image, ...]], entries: Sequence[Any]) -> list[tuple[Image, ...]]:
    """Return the pictures item by item, if both readers of the feed saw the same number of items."""
    return pictures if len(pictures) == len(entries) else []


def _no_feed(parsed: Any) -> str:
    reason = _reason(parsed.bozo_exception) if parsed.get("bozo_exception") else "no element of a known feed"
    return f"neither RSS, Atom nor JSON Feed: {reason}"


def _is_trifle(error: Exception) -> bool:
    """Whether feedparser only remarks on an encoding or media type that it could read all the same."""
    return type(error).__name__ in ("CharacterEncodingOverride", "NonXMLContentType")


def _reason(error: Exception) -> str:
    text = error.getMessage() if hasattr(error, "getMessage") else str(error)
    line = error.getLineNumber() if hasattr(error, "getLineNumber") else None
    return squeeze(text)[:200] + (f" (line {line})" if line else "")


def _finding(level: Level, code: str, message: str, where: str) -> Finding:
    return Finding(level=level, code=code, message=message, where=where)

"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) becomes stories."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from digest.model.digest import Source
from digest.model.errors import SourceUnreadable
from digest.model.finding import Finding, Level
from digest.model.story import Completeness, Image, Reading, Story
from digest.model.text import plain, squeeze
from digest.sources import tongue
from digest.sources.agency_copy import take_agency_copy
from digest.sources.clean import paragraphs, safe_url, text_of, text_paragraphs
from digest.sources.dates import read_date
from digest.sources.decoding import decode
from digest.sources.figures import images_in
from digest.sources.identity import told_apart

MAX_ITEMS = 1_000


def read_json_bytes(source: Source, data: bytes, *, location: str, now: datetime) -> Reading:
    """Return the stories of a JSON Feed.

    Raises:
        SourceUnreadable: it is not JSON, or not a JSON Feed.
    """
    try:
        document = json.loads(decode(data).text)
    except json.JSONDecodeError as error:
        raise SourceUnreadable(source.id, location, f"not JSON: {error.msg} (line {error.lineno})") from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise SourceUnreadable(source.id, location, "JSON, but no JSON Feed: it has no list of items")
    return read_json_feed(source, document, location=location, now=now)


def read_json_feed(source: Source, document: Mapping[str, Any], *, location: str, now: datetime) -> Reading:
    """Return the stories of a JSON Feed that is already decoded."""
    items = document.get("items") or []
    findings = []
    if len(items) > MAX_ITEMS:
        message = f"{len(items):,} items: the first {MAX_ITEMS:,} were read"
        findings.append(Finding(level=Level.WARNING, code="feed-too-long", message=message, where=location))
    base = location if location.startswith("http") else safe_url(_text(document.get("home_page_url")))
    language = source.language or tongue.normalise(_text(document.get("language")))
    author = _names(document)
    stories = []
    for item in items[:MAX_ITEMS]:
        story = _story(source, item, base, language, author, now) if isinstance(item, dict) else None
        if story is None:
            message = "an item has neither headline, text nor link, and was left out"
            findings.append(Finding(level=Level.NOTE, code="item-empty", message=message, where=location))
        else:
            stories.append(story)
    if not items:
        findings.append(
            Finding(level=Level.NOTE, code="feed-empty", message="the feed holds no items", where=location)
        )
    distinct, notes = told_apart(stories, where=location)
    return Reading(stories=distinct, findings=(*findings, *notes))


def _story(
    source: Source, item: Mapping[str, Any], base: str, language: str, author: tuple[str, ...], now: datetime
) -> Story | None:
    url = safe_url(_text(item.get("url")) or _text(item.get("external_url")), base=base)
    markup = _text(item.get("content_html"))
    body = (
        paragraphs(markup, base=url or base, captions=False)
        if markup
        else text_paragraphs(_text(item.get("content_text")))
    )
    taken = take_agency_copy(body)
    headline, standfirst = text_of(_text(item.get("title"))), squeeze(_text(item.get("summary")))
    if not headline and not taken.body:
        taken, standfirst = take_agency_copy(text_paragraphs(standfirst)), ""
    if not (headline or taken.body or url.startswith("http")):
        return None
    tags = tuple(squeeze(tag) for tag in _listed(item.get("tags")) if isinstance(tag, str) and tag.strip())
    told = tongue.normalise(_text(item.get("language"))) or language
    return Story(
        source=source.id, headline=headline, first_seen=now, url=url if url.startswith("http") else None,
        guid=squeeze(str(item.get("id") or "")) or None, standfirst=standfirst,
        byline=_names(item) or author, dateline=taken.dateline, body=taken.body,
        section=source.section or (tags[0] if tags else ""), tags=tags,
        language=told or tongue.detect(" ".join([headline, standfirst, *map(plain, taken.body[:3])])),
        published=_time(item.get("date_published")) or _time(item.get("date_modified")),
        updated=_time(item.get("date_modified")), images=_images(item, markup, url or base),
        sign_off=taken.sign_off, completeness=Completeness.FULL if taken.body else Completeness.PARTIAL,
    )  # fmt: skip


def _images(item: Mapping[str, Any], markup: str, base: str) -> tuple[Image, ...]:
    found: dict[str | None, Image] = {}
    for key in ("image", "banner_image"):
        url = safe_url(_text(item.get(key)), base=base)
        if url.startswith("http"):
            found.setdefault(url, Image(url=url))
    for attached in _listed(item.get("attachments")):
        if isinstance(attached, dict) and _text(attached.get("mime_type")).startswith("image/"):
            url = safe_url(_text(attached.get("url")), base=base)
            if url.startswith("http"):
                found.setdefault(url, Image(url=url, caption=squeeze(_text(attached.get("title")))))
    for image in images_in(markup, base=base):
        if image.url not in found or image.caption:
            found[image.url] = image
    return tuple(found.values())[:10]


def _names(held: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the authors: a list since version 1.1, one before."""
    people = [*_listed(held.get("authors")), held.get("author")]
    names = [squeeze(_text(person.get("name"))) for person in people if isinstance(person, dict)]
    return tuple(dict.fromkeys(filter(None, names)))


def _time(value: Any) -> datetime | None:
    moment = read_date(_text(value))
    return moment.when if moment else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""

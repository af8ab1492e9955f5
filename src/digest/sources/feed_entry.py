"""One item of a feed becomes a story."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.model.digest import Source
from digest.model.story import Completeness, Image, Story
from digest.model.text import headline_key, plain, squeeze
from digest.sources import tongue
from digest.sources.agency_copy import take_agency_copy
from digest.sources.clean import paragraphs, safe_url, text_of, text_paragraphs
from digest.sources.dates import read_date
from digest.sources.decoding import without_controls
from digest.sources.figures import images_in

_MAX_TAGS = 30
_MAX_HEADLINE = 500
_MAX_IMAGES = 10
#: What blog programs append to every item.
_APPENDED = re.compile(
    r"^(?:The post .{1,300} (?:first appeared|appeared first) on .{1,200}|Continue reading\b.{0,200}"
    r"|Read more\b.{0,200}|Read the full (?:story|article)\b.{0,200}|Weiterlesen\b.{0,200}"
    r"|Lire la suite\b.{0,200}|L’article .{1,300} est apparu en premier sur .{1,200}"
    r"|Seguir leyendo\b.{0,200}|La entrada .{1,300} se publicó primero en .{1,200})$",
    re.IGNORECASE,
)
_CUT = re.compile(r"\s*(?:\[(?:…|\.\.\.|&hellip;)\]|…|\.\.\.)\s*$")
_BODY_CHARACTERS = 1_000
_BODY_PARAGRAPHS = 3


@dataclass(slots=True, kw_only=True)
class Feed:
    """What the items of one feed share."""

    source: Source
    location: str
    base: str  #: against which addresses are resolved
    language: str
    now: datetime
    unzoned: int = 0  #: dates without a zone so far


def story_of(feed: Feed, entry: Mapping[str, Any], pictures: tuple[Image, ...]) -> Story | None:
    """Return the story of one item; None when it has neither headline, text nor link.

    Args:
        pictures: from the item's Media RSS elements.
    """
    url = _address(feed, entry)
    base = url or feed.base
    headline = _headline(entry)
    markup = list(_contents(entry))
    standfirst, body = _text(entry, markup, base, headline)
    taken = take_agency_copy(body)
    if not (headline or taken.body or url):
        return None
    published, updated = _times(feed, entry)
    tags = _tags(entry)
    return Story(
        source=feed.source.id, headline=headline, first_seen=feed.now, url=url or None,
        guid=squeeze(str(entry.get("id") or "")) or None,
        standfirst=standfirst, byline=_byline(entry), dateline=taken.dateline, body=taken.body,
        section=feed.source.section or (tags[0] if tags else ""), tags=tags,
        language=feed.source.language or _language(entry) or feed.language,
        published=published, updated=updated, images=_images(feed, entry, pictures, markup, base),
        sign_off=taken.sign_off, completeness=Completeness.FULL if taken.body else Completeness.PARTIAL,
    )  # fmt: skip


def _address(feed: Feed, entry: Mapping[str, Any]) -> str:
    links = [link for link in entry.get("links") or [] if isinstance(link, dict) and link.get("href")]
    pages = [link for link in links if link.get("rel", "alternate") == "alternate"]
    pages.sort(key=lambda link: "html" not in str(link.get("type", "html")))
    told = [entry.get("feedburner_origlink"), *(link["href"] for link in pages), entry.get("link")]
    if entry.get("guidislink"):
        told.append(entry.get("id"))
    for address in told:
        safe = safe_url(str(address or ""), base=feed.base)
        if safe.startswith("http"):
            return safe
    return ""


def _headline(entry: Mapping[str, Any]) -> str:
    title = without_controls(str(entry.get("title") or ""))[: 4 * _MAX_HEADLINE]
    kind = str((entry.get("title_detail") or {}).get("type", ""))
    shown = (
        text_of(title) if "html" in kind or not re.search(r"<(?![a-zA-Z/!])|<$", title) else squeeze(title)
    )
    if "html" not in kind and re.search(r"<[a-zA-Z/!]", title) and not _is_markup(title):
        shown = squeeze(title)
    return shown[:_MAX_HEADLINE]


def _is_markup(title: str) -> bool:
    """Whether the tags in a title that calls itself plain text are HTML: RSS never says which it is."""
    return bool(
        re.search(r"</?(?:a|b|i|em|strong|span|br|p|sub|sup|font|u|img|div|h\d)\b[^<>]*>", title, re.I)
    )


def _contents(entry: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield the item's bodies, longest first, each with whether it is HTML."""
    held = [part for part in entry.get("content") or [] if isinstance(part, dict) and part.get("value")]
    held.sort(key=lambda part: len(str(part["value"])), reverse=True)
    for part in held:
        kind = str(part.get("type") or "text/html")
        if "html" in kind or kind in ("text/plain", "application/xml"):
            yield str(part["value"]), "html" in kind


def _text(
    entry: Mapping[str, Any], markup: list[tuple[str, bool]], base: str, headline: str
) -> tuple[str, tuple[str, ...]]:
    """Return standfirst and body: two fields where the feed has two, else one of them."""
    summary = str(entry.get("summary") or "")
    kind = str((entry.get("summary_detail") or {}).get("type") or "text/html")
    told = _without_appended(_paragraphs(summary, "html" in kind, base))
    body: tuple[str, ...] = ()
    if markup:
        body = _without_appended(_paragraphs(*markup[0], base))
    if not body or body == told:
        long = len(told) >= _BODY_PARAGRAPHS or sum(map(len, told)) > _BODY_CHARACTERS
        body, told = (told, ()) if long or not headline else ((), told)
    standfirst = squeeze(" ".join(map(plain, told)))
    if body and headline_key(plain(body[0])) == headline_key(headline):
        body = body[1:]
    return _without_echo(standfirst, body, headline)


def _without_echo(standfirst: str, body: tuple[str, ...], headline: str) -> tuple[str, tuple[str, ...]]:
    """Keep what is said once from being printed twice."""
    if headline_key(standfirst) == headline_key(headline):
        standfirst = ""
    if not body or not standfirst:
        return standfirst, body
    if headline_key(plain(body[0])) == headline_key(standfirst):
        return standfirst, body[1:]
    cut = headline_key(_CUT.sub("", standfirst))
    if cut and headline_key(" ".join(map(plain, body))).startswith(cut):
        return "", body
    return standfirst, body


def _paragraphs(text: str, is_html: bool, base: str) -> tuple[str, ...]:
    return paragraphs(text, base=base, captions=False) if is_html else text_paragraphs(text)


def _without_appended(lines: tuple[str, ...]) -> tuple[str, ...]:
    while lines and _APPENDED.match(plain(lines[-1])):
        lines = lines[:-1]
    return lines


def _byline(entry: Mapping[str, Any]) -> tuple[str, ...]:
    people = [person for person in entry.get("authors") or [] if isinstance(person, dict)]
    names = [text_of(str(person.get("name") or "")) for person in people]
    if not any(names):
        names = [text_of(str(entry.get("author") or ""))]
    shown = [re.sub(r"^by\s+", "", name, flags=re.IGNORECASE) for name in names if name and "@" not in name]
    return tuple(dict.fromkeys(filter(None, shown)))


def _tags(entry: Mapping[str, Any]) -> tuple[str, ...]:
    held = [tag for tag in entry.get("tags") or [] if isinstance(tag, dict)]
    names = [text_of(str(tag.get("label") or tag.get("term") or "")) for tag in held]
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith("http")))[:_MAX_TAGS]


def _language(entry: Mapping[str, Any]) -> str:
    for key in ("content", "summary_detail", "title_detail"):
        held = entry.get(key)
        part = held[0] if isinstance(held, list) and held else held
        if isinstance(part, dict) and part.get("language"):
            return tongue.normalise(str(part["language"]))
    return tongue.normalise(str(entry.get("language") or ""))


def _times(feed: Feed, entry: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Return published and updated; a feed that knows one time only means the first."""
    published = _time(feed, str(entry.get("published") or entry.get("created") or ""))
    updated = _time(feed, str(entry.get("updated") or "")) if "updated" in entry.keys() else None  # noqa: SIM118  see feedparser
    return published or updated, updated


def _time(feed: Feed, text: str) -> datetime | None:
    moment = read_date(text, language=feed.language) if text else None
    if moment is None:
        return None
    feed.unzoned += not moment.zoned and moment.timed
    return moment.when


def _images(
    feed: Feed,
    entry: Mapping[str, Any],
    pictures: tuple[Image, ...],
    markup: list[tuple[str, bool]],
    base: str,
) -> tuple[Image, ...]:
    """Return the item's pictures: Media RSS first, then enclosures, then what stands in the text."""
    found = {image.url: image for image in pictures}
    for link in entry.get("links") or []:
        if (
            isinstance(link, dict)
            and link.get("rel") == "enclosure"
            and str(link.get("type")).startswith("image/")
        ):
            url = safe_url(str(link.get("href") or ""), base=feed.base)
            if url.startswith("http"):
                found.setdefault(url, Image(url=url))
    flat = [*(entry.get("media_content") or []), *(entry.get("media_thumbnail") or [])]
    for held in [*flat, entry.get("image") or {}]:
        url = (
            safe_url(str(held.get("url") or held.get("href") or ""), base=feed.base)
            if hasattr(held, "get")
            else ""
        )
        kind = f"{held.get('medium', 'image')} {held.get('type', '')}" if url else ""
        if url.startswith("http") and "image" in kind and not found:
            found[url] = Image(url=url)
    for text in [text for text, is_html in markup if is_html] or [str(entry.get("summary") or "")]:
        for image in images_in(text, base=base):
            if image.url not in found or (image.caption and not found[image.url].caption):
                found[image.url] = image
    return tuple(found.values())[:_MAX_IMAGES]

"""Sitemaps: which pages a newsroom's site has, with what its news sitemap says of each.

Reads sitemaps and sitemap indexes of XML, packed with gzip or not, and plain lists of
addresses. Sources: https://www.sitemaps.org/protocol.html, Google's news and image
extensions (`news:title`, `news:publication_date`, `image:loc`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree

from digest.model.digest import Source
from digest.model.errors import SourceUnreadable
from digest.model.text import squeeze
from digest.sources import tongue
from digest.sources.clean import safe_url
from digest.sources.dates import read_date
from digest.sources.decoding import decode
from digest.sources.unpack import Damaged, TooLarge, gunzip

#: The protocol's own limits are 50,000 addresses and 50 MB; a newsroom's recent ones need less.
MAX_PAGES = 10_000
MAX_CHILDREN = 200
MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapPage:
    """One page of a sitemap, and what the sitemap says of it."""

    url: str
    headline: str = ""
    published: datetime | None = None  #: aware, UTC
    updated: datetime | None = None  #: aware, UTC
    language: str = ""
    tags: tuple[str, ...] = ()
    images: tuple[str, ...] = ()  #: addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """The pages of a sitemap, in its order, and the sitemaps that it points to, newest first."""

    pages: tuple[SitemapPage, ...] = ()
    children: tuple[str, ...] = ()


def read_sitemap(source: Source, data: bytes, *, location: str, now: datetime) -> Sitemap:
    """Return what a sitemap or sitemap index holds.

    Args:
        location: its own URL, against which addresses are resolved.
        now: pages and sitemaps that claim to be younger count as unknown in age.

    Raises:
        SourceUnreadable: it is no sitemap, or too large.
    """
    data = _unpacked(source, data, location)
    root = _root(source, data, location)
    if root is None:
        return Sitemap(pages=tuple(_listed(decode(data).text, location)))
    kind = _name(root)
    if kind == "sitemapindex":
        return Sitemap(children=tuple(_children(root, location, now))[:MAX_CHILDREN])
    if kind != "urlset":
        raise SourceUnreadable(source.id, location, f"not a sitemap: its first element is <{kind[:40]}>")
    pages: dict[str, SitemapPage] = {}
    for element in _named(root, "url"):
        page = _page(element, location)
        if page is not None:
            pages.setdefault(page.url, page)
    return Sitemap(pages=tuple(pages.values())[:MAX_PAGES])


def _unpacked(source: Source, data: bytes, location: str) -> bytes:
    if not data.strip():
        raise SourceUnreadable(source.id, location, "empty: not one byte of content")
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return gunzip(data, most=MAX_BYTES)
    except TooLarge as error:
        raise SourceUnreadable(
            source.id, location, f"larger than {MAX_BYTES:,} bytes when unpacked"
        ) from error
    except Damaged as error:
        raise SourceUnreadable(source.id, location, str(error)) from error


def _root(source: Source, data: bytes, location: str) -> etree._Element | None:
    """Return the first element; None for a plain list of addresses."""
    head = data.lstrip()[:200].lower()
    if head.startswith((b"http://", b"https://")):
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True,
        remove_comments=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceUnreadable(source.id, location, f"not a sitemap: {squeeze(str(error))[:150]}") from error
    if root is None:
        raise SourceUnreadable(source.id, location, "not a sitemap: it is no XML")
    return root


def _children(root: etree._Element, location: str, now: datetime) -> Iterator[str]:
    """Yield the addresses of an index, the most recently changed first, those without a date last."""
    found: list[tuple[float, int, str]] = []
    for number, element in enumerate(_named(root, "sitemap")):
        url = safe_url(_text(element, "loc"), base=location)
        changed = read_date(_text(element, "lastmod"))
        age = changed.when.timestamp() if changed and changed.when <= now else 0.0
        if url.startswith("http"):
            found.append((-age, number, url))
    yield from dict.fromkeys(url for _, _, url in sorted(found))


def _page(element: etree._Element, location: str) -> SitemapPage | None:
    url = safe_url(_text(element, "loc"), base=location)
    if not url.startswith("http"):
        return None
    news = next(iter(_named(element, "news")), None)
    published = read_date(_text(news, "publication_date")) if news is not None else None
    changed = read_date(_text(element, "lastmod"))
    publication = next(iter(_named(news, "publication")), None) if news is not None else None
    keywords = _text(news, "keywords") if news is not None else ""
    return SitemapPage(
        url=url, headline=_text(news, "title") if news is not None else "",
        published=published.when if published else None, updated=changed.when if changed else None,
        language=tongue.normalise(_text(publication, "language")) if publication is not None else "",
        tags=tuple(squeeze(word) for word in keywords.split(",") if word.strip()),
        images=tuple(image for held in _named(element, "image") if (image := safe_url(_text(held, "loc"),
        base=location))),
    )  # fmt: skip


def _listed(text: str, location: str) -> Iterator[SitemapPage]:
    """Yield the pages of a plain list: one address a line (sitemaps.org, "Text file")."""
    for line in text.splitlines()[:MAX_PAGES]:
        if urlsplit(line.strip()).scheme in ("http", "https") and (url := safe_url(line, base=location)):
            yield SitemapPage(url=url)


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname).lower() if isinstance(element.tag, str) else ""


def _named(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if _name(child) == name]


def _text(element: etree._Element, name: str) -> str:
    found = _named(element, name)
    return squeeze("".join(found[0].itertext())) if found else ""

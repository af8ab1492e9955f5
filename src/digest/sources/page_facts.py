"""What a page says about its article: headline, byline, section and the like, merged.

The order for each field: the source's own selector, JSON-LD, Open Graph and other meta
elements, then the page's structure. A headline on the page that some metadata confirms wins
over the metadata, since those carry the site's name and cut long ones.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml import html as lxml_html

from digest.model.text import headline_key, squeeze
from digest.sources import tongue
from digest.sources.clean import safe_url
from digest.sources.json_ld import names_at, words_at
from digest.sources.page_tree import Page, is_elsewhere, names_of, words

_SEPARATOR = re.compile(r"\s+[|\-–—·•:»/]+\s+|\s*[|｜]\s*|\s+::\s+|_")
_AUTHORS = ("parsely-author", "dc.creator", "dcterms.creator", "sailthru.author", "byl")
_BYLINE = re.compile(r"byline|\bauthor|cms-author|autor\b|auteur|writer|journalist|redactor|\bpenulis")
_BY = re.compile(
    r"^(?:by|written by|par|von|por|di|av|oleh|bởi|tác giả|автор|بقلم|作者|文|記者|记者)\s*[:：/]?\s+",
    re.IGNORECASE,
)


def headline_of(page: Page) -> tuple[str, lxml_html.HtmlElement | None]:
    """Return the headline, and its element where the page shows it."""
    for element in page.selected("headline"):
        if words(element):
            return words(element), element
    site = site_name(page)
    told = [words_at(page.article, "headline"), page.told("og:title"), page.told("twitter:title")]
    title = words(page.root.find(".//title"))
    told = [
        without_site(text, site) for text in (*told, page.told("dc.title", "dcterms.title"), title) if text
    ]
    shown = [(words(h1), h1) for h1 in page.root.iter("h1") if 2 < len(words(h1)) < 400]
    for text, element in shown:
        if any(_confirms(candidate, text) for candidate in [*told, title]):
            return text, element
    if told:
        return told[0], next((h1 for text, h1 in shown if len(shown) == 1), None)
    if len(shown) == 1:
        return shown[0]
    return (shown[0][0], shown[0][1]) if shown else ("", None)


def site_name(page: Page) -> str:
    """Return what the site calls itself."""
    return page.told("og:site_name", "application-name") or words_at(page.article, "publisher", "name")


def without_site(title: str, site: str) -> str:
    """Return a title without the site's name behind or before it."""
    for candidate in filter(None, (site, re.sub(r"\s*\(.*?\)\s*", "", site))):
        for pattern in (
            rf"^(.+?)(?:{_SEPARATOR.pattern})\s*{re.escape(candidate)}\s*$",
            rf"^{re.escape(candidate)}(?:{_SEPARATOR.pattern})\s*(.+)$",
        ):
            found = re.match(pattern, title, re.IGNORECASE)
            if found:
                return squeeze(found[1])
    return title


def _confirms(told: str, shown: str) -> bool:
    """Whether a title from the metadata speaks of the headline shown: the same, cut, or with a name added."""
    one, other = headline_key(told), headline_key(shown)
    if not one or not other:
        return False
    if one == other or (len(other) > 12 and other in one):
        return True
    if any(headline_key(piece) == other for piece in _SEPARATOR.split(told)):
        return True
    cut = one.removesuffix("…").removesuffix("...").strip()
    return len(cut) > 20 and other.startswith(cut)


def byline_of(page: Page, headline: lxml_html.HtmlElement | None) -> tuple[str, ...]:
    """Return who wrote it."""
    chosen = [words(element) for element in page.selected("byline")]
    told = (
        tuple(chosen) or names_at(page.article, "author") or names_at(page.article, "creator")
        or tuple(page.meta.get("author", ())) or tuple(page.meta.get("article:author", ()))
        or tuple(filter(None, [page.told(*_AUTHORS)]))
    )  # fmt: skip
    names = [name for name in map(_person, told) if name]
    if not names and not chosen:
        names = [name for name in map(_person, _shown_bylines(page, headline)) if name][:1]
    return tuple(dict.fromkeys(names))


def _shown_bylines(page: Page, headline: lxml_html.HtmlElement | None) -> Iterator[str]:
    for element in page.root.iter("a", "span", "div", "p", "address", "strong", "cite", "li"):
        named = element.get("rel") == "author" or _BYLINE.search(names_of(element))
        if named and 2 < len(words(element)) <= 80 and not is_elsewhere(element):
            yield words(element)


def _person(text: str) -> str:
    name = squeeze(_BY.sub("", text))
    return "" if not name or "://" in name or name.startswith("@") or len(name) > 120 else name


def address_of(page: Page) -> str:
    """Return the page's own address: canonical, else Open Graph's, else where it was; empty for a file."""
    base = page.location if page.location.startswith("http") else ""
    link = next(
        (
            e.get("href")
            for e in page.root.iter("link")
            if "canonical" in (e.get("rel") or "").lower().split()
        ),
        "",
    )
    told = [
        link,
        page.told("og:url"),
        words_at(page.article, "url"),
        words_at(page.article, "mainEntityOfPage", "@id"),
        base,
    ]
    for address in filter(None, told):
        safe = safe_url(urljoin(base, address) if base else address)
        if safe.startswith("http") and (
            urlsplit(safe).path.strip("/") or urlsplit(safe).query or address == base
        ):
            return safe
    return ""


def language_of(page: Page, text: str) -> str:
    """Return the page's language: as it says, else as it reads."""
    told = page.root.get("lang") or page.root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    candidates = (
        told,
        words_at(page.article, "inLanguage"),
        page.told("og:locale", "content-language", "language"),
    )
    return next(filter(None, map(tongue.normalise, candidates)), "") or tongue.detect(text)


def section_of(page: Page) -> str:
    """Return the section: as the metadata say, else the last step of the breadcrumb."""
    for element in page.selected("section"):
        if words(element):
            return words(element)
    told = words_at(page.article, "articleSection") or page.told(
        "article:section", "section", "parsely-section", "cxenseparse:recs:category"
    )
    if told:
        return told
    for element in page.root.iter("div", "nav", "ul", "ol"):
        if "breadcrumb" in names_of(element) or "breadcrumb" in (element.get("aria-label") or "").lower():
            steps = [words(link) for link in element.iter("a") if words(link)]
            if steps:
                return steps[-1][:60]
    return ""


def tags_of(page: Page) -> tuple[str, ...]:
    """Return the keywords of the metadata."""
    held = page.article.get("keywords")
    told = (
        [str(word) for word in held]
        if isinstance(held, list)
        else [str(held)]
        if isinstance(held, str)
        else []
    )
    told += (
        page.meta.get("article:tag", []) + page.meta.get("news_keywords", []) + page.meta.get("keywords", [])
    )
    found = [squeeze(word) for text in told for word in re.split(r"[,;،、，]", text)]
    return tuple(dict.fromkeys(word for word in found if 1 < len(word) <= 60))[:30]

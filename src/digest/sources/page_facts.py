"""What a page says about its article: headline, standfirst, byline, times and the like, merged.

The order for each field: the source's own selector, JSON-LD, Open Graph and other meta
elements, then the page's structure. A headline on the page that some metadata confirms wins
over the metadata, since those carry the site's name and cut long ones.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml import html as lxml_html

from digest.model.finding import Level
from digest.model.text import headline_key, squeeze
from digest.sources import tongue
from digest.sources.clean import safe_url
from digest.sources.dates import Moment, read_date
from digest.sources.json_ld import names_at, words_at
from digest.sources.page_tree import Page, names_of, value_of, words

_SEPARATOR = re.compile(r"\s+[|\-–—·•:»/]+\s+|\s*[|｜]\s*|\s+::\s+|_")
_STANDFIRST = re.compile(
    r"sapo|standfirst|\bdek\b|\bdeck\b|lede\b|\blead\b|chap[oe]\b|chapeau|article[_-]*(?:lead|intro|summary|desc|excerpt)"
    r"|sub-?(?:title|headline|head)|\bintro(?:duction)?\b|teaser|excerpt|abstract|cms-desc|entradilla|bajada|copete|vorspann"
    r"|ingress|preamble|\bsummary\b|headline__sub|(?:post|story|entry|news|detail)[_-]*(?:summary|lead|intro|desc\w*|sapo|deck)"
)
_BYLINE = re.compile(r"byline|\bauthor|cms-author|autor\b|auteur|writer|journalist|redactor|\bpenulis")
_DATE = re.compile(
    r"\b(?:date|time|publish\w*|pubdate|posted|timestamp|datetime)|[_-](?:date|time|publish\w*)\b"
)
_NOT_HERE = re.compile(
    r"relat|comment|footer|sidebar|\bnav|menu|promo|recommend|most|trending|newsletter|share|social|advert|header__top|masthead|cookie|breadcrumb"
)
_BY = re.compile(
    r"^(?:by|written by|par|von|por|di|av|oleh|bởi|tác giả|автор|بقلم|作者|文|記者|记者)\s*[:：/]?\s+",
    re.IGNORECASE,
)
_DAY_IN_URL = re.compile(r"/(20\d\d)[/-](\d\d?)[/-](\d\d?)(?:/|-|\b)")
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time",
    "datepublished",
    "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date",
    "publication_date",
    "published_time", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued", "dc.date",
    "dcterms.created",
    "dcterms.date", "date", "article.published", "article_date_original", "originalpublicationdate",
    "citation_date",
)  # fmt: skip
_UPDATED = ("article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "dcterms.modified", "lastmod", "last-modified", "revised")  # fmt: skip
_MAX_STANDFIRST = 800


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
    cut = one.removesuffix("…").removesuffix("...").strip()
    return len(cut) > 20 and other.startswith(cut)


def standfirst_of(
    page: Page, headline: lxml_html.HtmlElement | None
) -> tuple[str, lxml_html.HtmlElement | None]:
    """Return the summary, and its element where the page shows it."""
    for element in page.selected("standfirst"):
        if words(element):
            return words(element), element
    told = words_at(page.article, "description") or page.told(
        "og:description", "description", "twitter:description"
    )
    told = squeeze(told)
    for element in _standfirsts(page, headline):
        text = words(element)
        if not told or _is_whole_of(text, told):
            return text, element
    return ("" if headline_key(told) == headline_key(site_name(page)) else told), None


def _standfirsts(page: Page, headline: lxml_html.HtmlElement | None) -> Iterator[lxml_html.HtmlElement]:
    """Yield elements after the headline that look like a standfirst by their name or place."""
    after = headline is None
    seen = 0
    for element in page.root.iter("h2", "h3", "p", "div", "span", "section", "strong", "em", "header", "h1"):
        if element is headline:
            after = True
            continue
        if not after or element.tag in ("h1", "header"):
            continue
        text = words(element)
        if element.tag == "p" and len(text) > 80:
            seen += 1
        if seen > 3:
            return
        named = _STANDFIRST.search(names_of(element)) is not None
        beside = headline is not None and element.tag in ("h2", "p") and element.getprevious() is headline
        if (
            (named or (beside and element.tag == "h2"))
            and 25 <= len(text) <= _MAX_STANDFIRST
            and not _is_elsewhere(element)
        ):
            yield element


def _is_whole_of(text: str, told: str) -> bool:
    """Whether `text` is what the metadata told, perhaps cut there."""
    cut = headline_key(re.sub(r"\s*(?:…|\.\.\.|\[…\])\s*$", "", told))
    return bool(cut) and headline_key(text).startswith(cut[: max(30, len(cut) - 12)])


def byline_of(page: Page, headline: lxml_html.HtmlElement | None) -> tuple[str, ...]:
    """Return who wrote it."""
    chosen = [words(element) for element in page.selected("byline")]
    told = (
        tuple(chosen) or names_at(page.article, "author") or names_at(page.article, "creator")
        or tuple(page.meta.get("author", ())) or tuple(page.meta.get("article:author", ()))
        or tuple(filter(None, [page.told("parsely-author", "dc.creator", "dcterms.creator", "sailthru.author", "byl")]))
    )  # fmt: skip
    names = [name for name in map(_person, told) if name]
    if not names and not chosen:
        names = [name for name in map(_person, _shown_bylines(page, headline)) if name][:1]
    return tuple(dict.fromkeys(names))


def _shown_bylines(page: Page, headline: lxml_html.HtmlElement | None) -> Iterator[str]:
    for element in page.root.iter("a", "span", "div", "p", "address", "strong", "cite", "li"):
        named = element.get("rel") == "author" or _BYLINE.search(names_of(element))
        if named and 2 < len(words(element)) <= 80 and not _is_elsewhere(element):
            yield words(element)


def _person(text: str) -> str:
    name = squeeze(_BY.sub("", text))
    return "" if not name or "://" in name or name.startswith("@") or len(name) > 120 else name


def times_of(
    page: Page, scope: lxml_html.HtmlElement, language: str
) -> tuple[datetime | None, datetime | None]:
    """Return when it was published and updated."""
    candidates = [value_of(element, "datetime", "content", "title") for element in page.selected("published")]
    candidates += [words_at(page.article, "datePublished"), words_at(page.article, "dateCreated")]
    candidates += [value for name in _PUBLISHED for value in page.meta.get(name, ())]
    candidates += [
        value_of(e, "datetime", "content") for e in page.root.iterfind(".//*[@itemprop='datePublished']")
    ]
    published = _first(candidates, language) or _shown_time(scope, language) or _in_address(page)
    updated = _first(
        [words_at(page.article, "dateModified"), *(v for n in _UPDATED for v in page.meta.get(n, ()))],
        language,
    )
    if published is None:
        page.note(
            "no-time",
            "the page names no time of publication; the time at which it was first seen counts",
            Level.NOTE,
        )
    elif not published.zoned and published.timed:
        page.note("time-without-zone", "the page's time names no time zone, and was taken as UTC", Level.NOTE)
    return (published.when if published else None), (updated.when if updated else None)


def _first(candidates: list[str], language: str) -> Moment | None:
    for text in candidates:
        moment = read_date(text, language=language)
        if moment is not None:
            return moment
    return None


def _shown_time(scope: lxml_html.HtmlElement, language: str) -> Moment | None:
    """Return the one time that the article shows: a `time` element, else an element named for it."""
    moments = {
        m.when: m
        for e in scope.iter("time")
        if (m := read_date(e.get("datetime") or words(e), language=language))
    }
    if moments:
        return moments[min(moments)] if len(moments) > 1 else next(iter(moments.values()))
    for element in scope.iter("span", "p", "div", "li", "small", "em"):
        text = words(element)
        if 6 <= len(text) <= 80 and _DATE.search(names_of(element)) and not _is_elsewhere(element):
            moment = read_date(text, language=language) or read_date(_without_label(text), language=language)
            if moment is not None:
                return moment
    return None


def _without_label(text: str) -> str:
    return re.sub(r"^[^\d:：]{2,30}[:：]\s*", "", text)


def _in_address(page: Page) -> Moment | None:
    found = _DAY_IN_URL.search(urlsplit(address_of(page) or page.location).path)
    return read_date(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}") if found else None


def address_of(page: Page) -> str:
    """Return the page's own address: canonical, else Open Graph's, else where it was found; empty for a file."""
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


def _is_elsewhere(element: lxml_html.HtmlElement) -> bool:
    """Whether an element stands in a part of the page that is not the article."""
    for place in (element, *element.iterancestors()):
        if place.tag in ("footer", "aside", "nav") or (
            place.tag not in ("body", "html") and _NOT_HERE.search(names_of(place))
        ):
            return True
    return False

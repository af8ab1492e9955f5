"""When an article page was published and updated: metadata first, then what the article shows.

The head of a page often shows today's date, so only what stands with the article counts.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from lxml import html as lxml_html

from digest.model.finding import Level
from digest.sources.dates import Moment, read_date
from digest.sources.json_ld import words_at
from digest.sources.page_facts import address_of
from digest.sources.page_tree import Page, is_elsewhere, names_of, value_of, words

_DATE = re.compile(
    r"\b(?:date|time|publish\w*|pubdate|posted|timestamp|datetime)|[_-](?:date|time|publish\w*)\b"
)
_DAY_IN_URL = re.compile(r"/(20\d\d)[/-](\d\d?)[/-](\d\d?)(?:/|-|\b)")


def _names(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


_PUBLISHED = _names(
    "article:published_time og:article:published_time article:published og:published_time datepublished"
    " parsely-pub-date sailthru.date pubdate publishdate publish-date publish_date publication_date"
    " published_time cxenseparse:recs:publishtime dc.date.issued dcterms.issued dc.date dcterms.created"
    " dcterms.date date article.published article_date_original originalpublicationdate citation_date"
)
_UPDATED = _names(
    "article:modified_time og:updated_time og:modified_time datemodified dcterms.modified lastmod"
    " last-modified revised"
)
_PIECES = re.compile(r"\s*[|•·]\s*|\s+[–—]\s+")
_LABEL = re.compile(
    r"^[^\d:：]{2,30}[:：]\s*|^(?:published|posted|updated|publié|actualizado|publicado|опубликовано|đăng)"
    r"(?:\s+(?:on|le|el|lúc|ngày|em))?\s+",
    re.IGNORECASE,
)
_TRIES = 12


def times_of(
    page: Page, scope: lxml_html.HtmlElement, headline: lxml_html.HtmlElement | None, language: str
) -> tuple[datetime | None, datetime | None]:
    """Return when it was published and updated."""
    candidates = [value_of(element, "datetime", "content", "title") for element in page.selected("published")]
    candidates += [words_at(page.article, "datePublished"), words_at(page.article, "dateCreated")]
    candidates += [value for name in _PUBLISHED for value in page.meta.get(name, ())]
    candidates += [
        value_of(e, "datetime", "content") for e in page.root.iterfind(".//*[@itemprop='datePublished']")
    ]
    published = _first(candidates, language) or _shown_time(scope, headline, language) or _in_address(page)
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


def _shown_time(
    scope: lxml_html.HtmlElement, headline: lxml_html.HtmlElement | None, language: str
) -> Moment | None:
    """Return the time that the article shows: its first `time`, else a short line near its headline."""
    for element in scope.iter("time"):
        moment = read_date(element.get("datetime") or words(element), language=language)
        if moment is not None and not is_elsewhere(element):
            return moment
    for tries, text in enumerate(_short_lines(scope, headline)):
        if tries >= _TRIES:
            break
        for piece in (text, *_PIECES.split(text)):
            moment = read_date(_LABEL.sub("", piece), language=language)
            if moment is not None:
                return moment
    return None


def _short_lines(scope: lxml_html.HtmlElement, headline: lxml_html.HtmlElement | None) -> Iterator[str]:
    """Yield short lines with a digit: those named for a date, then those under the headline."""
    near, after, long = [], headline is None, 0
    for element in scope.iter("span", "p", "div", "li", "small", "em", "h1", "td", "b", "i", "strong"):
        after = after or element is headline
        text = words(element)
        long += element.tag == "p" and len(text) > 80
        if not 6 <= len(text) <= 90 or not re.search(r"\d", text) or is_elsewhere(element):
            continue
        if _DATE.search(names_of(element)):
            yield text
        elif after and long < 1 and element is not headline:
            near.append(text)
    yield from near


def _in_address(page: Page) -> Moment | None:
    found = _DAY_IN_URL.search(urlsplit(address_of(page) or page.location).path)
    return read_date(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}") if found else None

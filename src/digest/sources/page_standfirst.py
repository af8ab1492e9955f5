"""The standfirst of an article page: better as the page shows it, since metadata cut it."""

import re
from collections.abc import Iterator

from lxml import html as lxml_html

from digest.model.text import headline_key, squeeze
from digest.sources.json_ld import words_at
from digest.sources.page_facts import site_name
from digest.sources.page_tree import Page, is_elsewhere, names_of, words

_STANDFIRST = re.compile(
    r"sapo|standfirst|\bdek\b|\bdeck\b|lede\b|\blead\b|chap[oe]\b|chapeau|article[_-]*(?:lead|intro|summary|desc|excerpt)"
    r"|sub-?(?:title|headline|head)|\bintro(?:duction)?\b|teaser|excerpt|abstract|cms-desc|entradilla|bajada|copete|vorspann"
    r"|ingress|preamble|\bsummary\b|headline__sub|(?:post|story|entry|news|detail)[_-]*(?:summary|lead|intro|desc\w*|sapo|deck)"
)
_MAX_STANDFIRST = 800


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
            and not is_elsewhere(element)
        ):
            yield element


def _is_whole_of(text: str, told: str) -> bool:
    """Whether `text` is what the metadata told, perhaps cut there."""
    cut = headline_key(re.sub(r"\s*(?:…|\.\.\.|\[…\])\s*$", "", told))
    return bool(cut) and headline_key(text).startswith(cut[: max(30, len(cut) - 12)])

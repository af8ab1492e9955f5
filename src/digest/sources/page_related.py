"""The block of further stories on an article page: found by its heading, read card by card, and taken out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import html as lxml_html

from digest.model.story import Image
from digest.model.text import headline_key
from digest.sources.caption import split_credit
from digest.sources.clean import safe_url
from digest.sources.figures import image_of
from digest.sources.page_tree import Page, drop, words
from digest.sources.wire import is_see_more

_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "strong", "b", "span", "div", "p", "a", "header", "summary", "dt")
_MAX_ITEMS = 20
_MIN_HEADLINE = 12
_MAX_HEADLINE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One further story that a page offers."""

    headline: str
    url: str = ""  #: absolute; empty when the page's own address is not known
    summary: str = ""
    image: Image | None = None


def take_related(page: Page, base: str) -> tuple[Offer, ...]:
    """Return the stories that the page offers, and take their blocks out of the tree."""
    chosen = page.selected("see_more")
    if chosen:
        named: list[Offer] = []
        for element in chosen:
            block = element.getparent() if element.tag == "a" else element
            named += _offers([element] if element.tag == "a" else list(element.iter("a")), block, base)
        for element in chosen:
            drop(element)
        return tuple({offer.headline: offer for offer in named}.values())[:_MAX_ITEMS]
    found: list[Offer] = []
    for heading in list(page.root.iter(*_HEADINGS)):
        if heading.getparent() is None or not is_see_more(words(heading)[:80]):
            continue
        block = _block(heading)
        if block is None:
            continue
        links = [
            link for link in block.iter("a") if link is not heading and heading not in link.iterancestors()
        ]
        found += [
            offer
            for offer in _offers(links, block, base)
            if offer.headline not in {f.headline for f in found}
        ]
        drop(block)
    return tuple(found)[:_MAX_ITEMS]


def _block(heading: lxml_html.HtmlElement) -> lxml_html.HtmlElement | None:
    """Return the smallest element around a heading that holds links besides it, and no article text."""
    for place in heading.iterancestors():
        if place.tag in ("body", "html", "main"):
            break
        links = [
            a
            for a in place.iter("a")
            if heading not in a.iterancestors() and a not in heading.iterdescendants()
        ]
        if any(len(words(link)) >= _MIN_HEADLINE for link in links) or any(_title(link) for link in links):
            has_h1 = next(place.iter("h1"), None) is not None
            return None if has_h1 else place
    return None


def _offers(
    links: Sequence[lxml_html.HtmlElement], block: lxml_html.HtmlElement, base: str
) -> tuple[Offer, ...]:
    groups: dict[str, list[lxml_html.HtmlElement]] = {}
    for link in links:
        href = (link.get("href") or "").strip()
        if href and not href.startswith("#"):
            groups.setdefault(href, []).append(link)
    found = [offer for href, group in groups.items() if (offer := _offer(href, group, groups, block, base))]
    return tuple({offer.headline: offer for offer in found}.values())


def _offer(
    href: str, group: list[lxml_html.HtmlElement], groups: dict[str, list[lxml_html.HtmlElement]],
    block: lxml_html.HtmlElement, base: str,
) -> Offer | None:  # fmt: skip
    card = _card(group[0], href, groups, block)
    headline = _headline(group, card)
    if not _MIN_HEADLINE <= len(headline) <= _MAX_HEADLINE:
        return None
    url = safe_url(href, base=base)
    return Offer(
        headline=headline, url=url if url.startswith("http") else "", summary=_summary(card, headline),
        image=_image(card, headline, base),
    )  # fmt: skip


def _card(
    link: lxml_html.HtmlElement,
    href: str,
    groups: dict[str, list[lxml_html.HtmlElement]],
    block: lxml_html.HtmlElement,
) -> lxml_html.HtmlElement:
    """Return the largest element around a link in which no other story is linked."""
    card = link
    for place in link.iterancestors():
        if place is block:
            break
        others = {(a.get("href") or "").strip() for a in place.iter("a")} & set(groups)
        if others - {href}:
            break
        card = place
    return card


def _headline(group: list[lxml_html.HtmlElement], card: lxml_html.HtmlElement) -> str:
    for element in card.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        if words(element):
            return words(element)
    texts = [words(link) for link in group] + [_title(link) for link in group]
    return max(texts, key=len)


def _title(link: lxml_html.HtmlElement) -> str:
    return " ".join((link.get("title") or link.get("aria-label") or "").split())


def _summary(card: lxml_html.HtmlElement, headline: str) -> str:
    """Return the longest paragraph of a card that is not its headline."""
    key = headline_key(headline)
    texts = [
        words(e) for e in card.iter("p", "div", "span") if next(e.iter("h2", "h3", "h4", "img", "p"), e) is e
    ]
    fit = [
        text
        for text in texts
        if headline_key(text) != key and key not in headline_key(text) and len(text) > 30
    ]
    return max(fit, key=len, default="")


def _image(card: lxml_html.HtmlElement, headline: str, base: str) -> Image | None:
    """Return the card's picture; an alternative text that repeats the headline says nothing."""
    for element in card.iter("img"):
        alt = re.sub(r"\s+", " ", element.get("alt") or "").strip()
        parts = split_credit(alt)
        shown = image_of(element, base=base)
        url = shown.url if shown else None
        caption = "" if headline_key(alt) == headline_key(headline) or not parts.credit else parts.caption
        told = alt if not parts.credit and headline_key(alt) != headline_key(headline) else ""
        if url or caption or parts.credit:
            return Image(url=url, alt=told, caption=caption, credit=parts.credit)
    return None

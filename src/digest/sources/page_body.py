"""The text of an article page: trafilatura says which paragraphs it has, the page how they are marked up."""

import re
from collections.abc import Iterable

import trafilatura
from lxml import html as lxml_html

from digest.model.text import headline_key, plain
from digest.sources.clean import MAX_PARAGRAPHS, escape_text, paragraphs, text_paragraphs
from digest.sources.page_tree import Page, words

_BLOCKS = ("p", "li", "blockquote", "h2", "h3", "h4", "h5", "pre", "div", "td", "section")
_BULLET = re.compile(r"^(?:[-–•*·]|\d{1,2}[.)])\s+")
_MAX_HTML = 3_000_000
_MAX_SIGN_OFF = 60
_LINES_AFTER = 4


def body_of(page: Page, base: str, *, without: Iterable[str]) -> tuple[str, ...]:
    """Return the paragraphs of the article as cleaned inline HTML.

    Args:
        without: lines that were read as something else (headline, standfirst, caption, byline).
    """
    known = {headline_key(text) for text in without if text}
    chosen = page.selected("body")
    if chosen:
        markup = "".join(lxml_html.tostring(element, encoding="unicode") for element in chosen)
        lines = paragraphs(markup, base=base)
    else:
        lines = _extracted(page, base)
        told = text_paragraphs(str(page.article.get("articleBody") or ""))
        if not lines or sum(map(len, lines)) * 3 < sum(map(len, told)):
            lines = told if len(told) > 1 or not lines else lines
    kept = [line for line in lines if headline_key(plain(line)) not in known]
    return tuple(kept)[:MAX_PARAGRAPHS]


def lines_after(page: Page, body: tuple[str, ...]) -> tuple[str, ...]:
    """Return the short lines right after the text: an agency signs there, and no extractor keeps it."""
    last = headline_key(plain(body[-1])) if body else ""
    element = _marked_up(page.root, {last}).get(last)
    found: list[str] = []
    for place in [element, *(() if element is None else element.iterancestors())][:3]:
        if place is None or place.tag in ("body", "html"):
            break
        for after in place.itersiblings():
            text = words(after) if isinstance(after.tag, str) else ""
            if len(text) > _MAX_SIGN_OFF:
                return tuple(found)
            if text:
                found.append(text)
    return tuple(found[:_LINES_AFTER])


def _extracted(page: Page, base: str) -> tuple[str, ...]:
    markup = lxml_html.tostring(page.root, encoding="unicode")[:_MAX_HTML]
    text = trafilatura.extract(
        markup, favor_precision=True, include_comments=False, include_tables=False, deduplicate=False,
        with_metadata=False, output_format="txt",
    )  # fmt: skip
    lines = [line.strip() for line in (text or "").split("\n") if line.strip()]
    if not lines:
        return ()
    marked = _marked_up(page.root, {headline_key(_BULLET.sub("", line)) for line in lines})
    found = []
    for line in lines:
        bare = _BULLET.sub("", line)
        element = marked.get(headline_key(bare))
        found.append(_inline(element, base) if element is not None else escape_text(bare))
    return tuple(filter(plain, found))


def _marked_up(root: lxml_html.HtmlElement, keys: set[str]) -> dict[str, lxml_html.HtmlElement]:
    """Return the innermost element for each paragraph that was extracted."""
    found: dict[str, lxml_html.HtmlElement] = {}
    for element in root.iter(*_BLOCKS):
        key = headline_key(words(element))
        if key in keys:
            found[key] = element
    return found


def _inline(element: lxml_html.HtmlElement, base: str) -> str:
    markup = lxml_html.tostring(element, encoding="unicode", with_tail=False)
    return " ".join(paragraphs(markup, base=base))

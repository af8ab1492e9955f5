"""An HTML page as a tree to look things up in: meta values, selected elements, their text and place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from lxml.cssselect import CSSSelector, SelectorError

from digest.model.finding import Finding, Level
from digest.model.text import squeeze
from digest.sources.decoding import decode, without_controls
from digest.sources.json_ld import article_of

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_XML_HEAD = re.compile(r"\A\s*<\?xml[^>]*\?>")
_INLINE = frozenset(
    (
        "a", "b", "i", "em", "strong", "span", "u", "s", "sub", "sup", "small", "mark", "abbr", "font",
        "q", "code",
        "time", "cite", "ins", "del", "bdi", "bdo", "kbd", "wbr",
    )
)  # fmt: skip
_NOT_HERE = re.compile(
    r"relat|comment|footer|sidebar|\bnav|menu|promo|recommend|\bmost|trending|newsletter|share|social|advert"
    r"|header__top|site-header|masthead|cookie|breadcrumb"
)
_SILENT = ("script", "style", "template", "noscript", "svg", "iframe", "object", "form", "button", "select")


@dataclass(slots=True, kw_only=True)
class Page:
    """A parsed page."""

    root: lxml_html.HtmlElement
    location: str
    select: Mapping[str, str]
    meta: Mapping[str, list[str]]  #: by name, property or itemprop, lower-case
    article: Mapping[str, Any]  #: JSON-LD
    findings: list[Finding] = field(default_factory=list)

    def told(self, *names: str) -> str:
        """Return the first value that a meta element of one of these names has."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), "")

    def selected(self, field_name: str) -> list[lxml_html.HtmlElement]:
        """Return what the source's selector for a field finds; a wrong or idle one becomes a finding."""
        css = self.select.get(field_name, "")
        if not css:
            return []
        try:
            found = CSSSelector(css, translator="html")(self.root)
        except (SelectorError, ValueError, etree.XPathError) as error:
            self.note("selector-wrong", f"select: {field_name}: “{css}” is no CSS selector: {error}")
            return []
        if not found:
            self.note("selector-without-match", f"select: {field_name}: “{css}” finds nothing on this page")
        return list(found)

    def note(self, code: str, message: str, level: Level = Level.WARNING) -> None:
        """Add a finding about this page."""
        self.findings.append(Finding(level=level, code=code, message=message, where=self.location))


def page_of(data: bytes, *, location: str, content_type: str, select: Mapping[str, str]) -> Page | None:
    """Return the page in `data`; None when there is not one element in it."""
    header = _HEADER_CHARSET.search(content_type)
    meta = _CHARSET.search(data[:4096])
    declared = header[1] if header else meta[1].decode("ascii", "replace") if meta else ""
    text = _XML_HEAD.sub("", decode(data, declared=declared).text)
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = lxml_html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    page = Page(root=root, location=location, select=select, meta=_meta(root), article=article_of(root))
    for element in list(root.iter(*_SILENT)):
        drop(element)
    return page


def words(element: lxml_html.HtmlElement | None) -> str:
    """Return the text of an element, in one line."""
    if element is None:
        return ""
    return squeeze(without_controls(" ".join(_spaced(element))))


def value_of(element: lxml_html.HtmlElement, *attributes: str) -> str:
    """Return the first of these attributes that an element has, else its text."""
    return next((squeeze(told) for name in attributes if (told := element.get(name))), "") or words(element)


def names_of(element: lxml_html.HtmlElement) -> str:
    """Return an element's classes and id, for matching."""
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}".lower()


def is_elsewhere(element: lxml_html.HtmlElement) -> bool:
    """Whether an element stands in a part of the page that is not the article."""
    for place in (element, *element.iterancestors()):
        if place.tag in ("footer", "aside", "nav"):
            return True
        if place.tag not in ("body", "html", "article", "main") and _NOT_HERE.search(names_of(place)):
            return True
    return False


def drop(element: lxml_html.HtmlElement) -> None:
    """Take an element out of its tree, leaving the text after it."""
    if element.getparent() is not None:
        element.drop_tree()


def _meta(root: lxml_html.HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = squeeze(without_controls(element.get("content") or ""))
        for name in ("property", "name", "itemprop"):
            key = (element.get(name) or "").strip().lower()
            if key and content:
                found.setdefault(key, []).append(content)
    return found


def _spaced(element: lxml_html.HtmlElement) -> Iterator[str]:
    """Yield an element's text joined where it runs on, apart where a box ends."""
    run = element.text or ""
    for child in element:
        inner = " ".join(_spaced(child)) if isinstance(child.tag, str) else ""
        if child.tag in _INLINE:
            run += inner + (child.tail or "")
        else:
            yield run
            yield inner
            run = child.tail or ""
    yield run

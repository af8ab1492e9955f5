"""A finished mail, taken apart once, so that every rule looks at the same parts."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from digest.model.digest import Newsroom
from digest.model.edition import Composition
from digest.model.finding import Finding, Level
from digest.model.mail import Rendering, pattern
from digest.render.lint.places import NOWHERE, Place, Places

#: Elements whose text nobody reads.
UNSEEN = frozenset(("style", "script", "title", "head", "meta", "noscript", "template"))
#: Elements that are read in each other; what is deeper is left out, and `nesting-deep` says so.
DEEPEST = 250
_SPACE = re.compile(r"\s+")
_DECLARATION = re.compile(r"\s*([\w-]+)\s*:\s*([^;]+?)\s*(?:;|$)")


@dataclass(slots=True, eq=False)
class Element:
    """One element of the document, as rules want it: an attribute that is not there is empty."""

    tag: str
    attributes: Mapping[str, str]
    place: Place = NOWHERE  #: where its tag stands in the source
    parent: "Element | None" = None
    children: "list[Element]" = field(default_factory=list)
    pieces: "list[str | Element]" = field(default_factory=list)  #: text and elements, in order

    def get(self, name: str) -> str:
        """Return an attribute's value, or nothing."""
        return self.attributes.get(name, "")

    def ancestors(self) -> "Iterator[Element]":
        """Yield what it stands in, innermost first."""
        parent = self.parent
        while parent is not None:
            yield parent
            parent = parent.parent

    def within(self) -> "Iterator[Element]":
        """Yield it and everything in it, in order."""
        yield self
        for child in self.children:
            yield from child.within()

    @property
    def own_text(self) -> str:
        """The text that stands directly in it."""
        return _SPACE.sub(" ", " ".join(piece for piece in self.pieces if isinstance(piece, str))).strip()


def parse(html: str, places: Places | None = None) -> Element:
    """Return the document as a browser would mend it; comments are left out.

    Args:
        places: where its tags stand, when that is another text than `html`.
    """
    from lxml import etree  # 35 ms; only where something is checked
    from lxml import html as parser

    reading = parser.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        source = parser.document_fromstring(html.encode("utf-8", "replace"), parser=reading)
    except etree.ParserError:  # there is no element in it at all
        return Element("html", {})
    places = places or Places(html)
    root = Element(str(source.tag), _attributes(source), places.next(str(source.tag)))
    waiting = [(source, root, iter(source))]
    root.pieces.append(source.text or "")
    while waiting:  # in the order of the source, so that each element finds its own tag
        given, made, children = waiting[-1]
        child = next(children, None)
        if child is None:
            waiting.pop()
            if waiting:
                waiting[-1][1].pieces.append(given.tail or "")
        elif isinstance(child.tag, str):
            inner = Element(child.tag, _attributes(child), places.next(child.tag), made)
            inner.pieces.append(child.text or "")
            made.children.append(inner)
            made.pieces.append(inner)
            within = iter(child) if len(waiting) < DEEPEST else iter(())
            waiting.append((child, inner, within))
        else:
            made.pieces.append(child.tail or "")
    return root


def _attributes(given: Any) -> Mapping[str, str]:
    try:
        return dict(given.attrib)
    except (KeyError, ValueError):  # one has a name that XML forbids, and then the parser gives none of them
        return {}


@dataclass(frozen=True)
class Mail:
    """A rendering with its parsed HTML, and what is known around it."""

    rendering: Rendering
    composition: Composition | None = None
    newsroom: Newsroom | None = None
    weights: Mapping[str, int] | None = None  #: bytes of each picture by its address
    widths: Mapping[str, int] | None = None  #: pixels across of each picture by its address
    bulk: bool = True  #: an edition; False for a letter, which nobody can unsubscribe from

    @cached_property
    def html(self) -> str:
        """The HTML part, with every slot as a plain word."""
        return self._without_slots(self.rendering.html)

    @cached_property
    def root(self) -> Element:
        """The parsed document."""
        return parse(self.html, Places(self.rendering.html, self._without_slots))

    def _without_slots(self, text: str) -> str:
        nonce = self.rendering.nonce
        return pattern(nonce).sub(r"slot-\2", text) if nonce in text else text

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """Every element, in order."""
        return tuple(self.root.within())

    def named(self, *names: str) -> tuple[Element, ...]:
        """Return the elements with one of `names`."""
        return tuple(element for element in self.elements if element.tag in names)

    @cached_property
    def styles(self) -> tuple[str, ...]:
        """The style sheets in the document, outside conditional comments."""
        return tuple(element.own_text for element in self.named("style"))

    @cached_property
    def told(self) -> str:
        """What the stories themselves say: it may look like a fault of the template, and is none."""
        if self.composition is None:
            return ""
        stories = self.composition.selection.carried
        texts = [self.composition.subject, self.composition.title, self.composition.letter]
        return html.unescape("\n".join([*texts, *(story.text for story in stories)]))

    def tells(self, words: str) -> bool:
        """Whether `words` come from a story."""
        return bool(words) and html.unescape(words) in self.told

    @cached_property
    def words(self) -> str:
        """All visible text."""
        body = next(iter(self.named("body")), self.root)
        return _SPACE.sub(" ", " ".join(_visible(body))).strip()


def _visible(element: Element) -> Iterator[str]:
    if element.tag in UNSEEN or hidden(element):
        return
    for piece in element.pieces:
        if isinstance(piece, str):
            yield piece
        else:
            yield from _visible(piece)


def hidden(element: Element) -> bool:
    """Whether the element hides itself and all that is in it."""
    style = declarations(element.get("style"))
    return style.get("display") == "none" or style.get("visibility") == "hidden"


def text_of(element: Element) -> str:
    """Return the visible text in `element`."""
    return _SPACE.sub(" ", "".join(_visible(element))).strip()


@lru_cache(maxsize=4096)
def declarations(style: str) -> Mapping[str, str]:
    """Return the declarations of a style attribute; `font` also as size, weight and line height."""
    found = {match[1].lower(): match[2] for match in _DECLARATION.finditer(style)}
    font = re.match(
        r"(?:(italic|normal)\s+)?(?:(bold|[1-9]00)\s+)?([\d.]+px)(?:/([\d.]+(?:px)?))?\s",
        found.get("font", ""),
    )
    if font:
        found.setdefault("font-size", font[3])
        found.setdefault("font-weight", font[2] or "400")
        if font[4]:
            found.setdefault("line-height", font[4])
    return found


def style_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield each rule of a style sheet as (what stands before its brace, its declarations).

    A rule with rules in it, such as `@media`, has no declarations of its own.
    """
    head = ""
    for number, piece in enumerate(sheet.split("{")):
        body, closed, rest = piece.partition("}")
        if number:
            yield head, body.strip() if closed else ""
        head = (rest.rpartition("}")[2] if closed else piece).strip()


def where(element: Element) -> str:
    """Return a place that leads there: line, element, and a few words of it."""
    said = element.get("alt") or text_of(element) or element.get("href") or element.get("src")
    about = f" “{said[:50]}”" if said else ""
    return f"html line {element.place.line}: <{element.tag}>{about}"


def finding(level: Level, code: str, message: str, place: str | Element = "") -> Finding:
    """Return a finding at a place or an element."""
    if isinstance(place, str):
        return Finding(level=level, code=code, message=message, where=place)
    spot = place.place
    return Finding(
        level=level, code=code, message=message, where=where(place),
        part="html", line=spot.line, column=spot.column, element=spot.written,
    )  # fmt: skip

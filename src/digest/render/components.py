"""Which MJML may stand where, and what the compiler is known to get wrong.

`components.json` holds the components that are supported, their attributes and their
children, as the MJML 5.4 documentation states them.
"""

import json
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import NoReturn, TypedDict

from digest.model.errors import RenderError
from digest.render.markup import Tag, place

MAX_DEPTH = 100  #: the compiler's stack, and with it the process, ends somewhere beyond 5,000

#: Attributes that every component of the body takes.
_EVERYWHERE = frozenset(("css-class", "mj-class"))

#: What the compiler takes without a word and gets wrong.
_REFUSED = {
    "mj-include": "is not supported: use Jinja's {% include %} or a macro",
    "mj-html-attributes": "is not supported: write the attributes on the element itself",
    "mj-hero": "comes out broken: use an mj-section with a background-color and a picture in it",
    "mj-carousel": "works in few mail programs, and two share their ids: use mj-image",
    "mj-navbar": "works in few mail programs, and two share their ids: use links in an mj-text",
}
_REFUSED_ATTRIBUTES = {
    ("mj-style", "inline"): "is ignored: style the elements themselves, or author text in prose.css",
    ("mj-raw", "position"): "is not supported: put the block at its place",
    ("mj-wrapper", "gap"): "is ignored: use padding",
    ("mj-image", "sizes"): "is ignored: leave it out",
}


class MarkupWrong(RenderError):
    """The MJML that a template made is wrong at this line and column (of what it made)."""

    def __init__(self, why: str, line: int, column: int) -> None:
        super().__init__(f"mjml: line {line}, column {column}: {why}")
        self.why, self.line, self.column = why, line, column


class _Component(TypedDict, total=False):
    attributes: list[str]
    children: list[str]
    text: bool


@cache
def components() -> dict[str, _Component]:
    """Return the supported components by name."""
    path = Path(__file__).with_name("components.json")
    found: dict[str, _Component] = json.loads(path.read_text("utf-8"))
    return found


class Checker:
    """Follows a document tag by tag and refuses the first that may not stand where it stands."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._known = components()
        self._open: list[Tag] = []

    def text(self, between: str, at: int) -> None:
        """Refuse a bare `<`, and text in a component that holds none: the compiler would drop it."""
        if "<" in between:
            self._refuse("a bare < that opens no tag: write &lt;", at + between.index("<"))
        if not between or between.isspace() or self._holds_text():
            return
        offset = at + len(between) - len(between.lstrip())
        where = f"<{self._open[-1].name}>" if self._open else "the document"
        word = between.split()[0][:30]
        self._refuse(f"text ({word}) stands directly in {where}: put it in an mj-text", offset)

    def tag(self, tag: Tag) -> None:
        """Take note of a tag, or refuse it."""
        if tag.closing:
            self._close(tag)
            return
        if tag.name.startswith("mj"):
            self._check_component(tag)
        elif not self._holds_text():
            where = self._open[-1].name if self._open else "the document"
            self._refuse(
                f"<{tag.name}> stands directly in {where}: put it in an mj-text or mj-raw", tag.start
            )
        if not tag.empty:
            self._open.append(tag)
            if len(self._open) > MAX_DEPTH:
                self._refuse(f"elements nest deeper than {MAX_DEPTH}", tag.start)

    def finish(self) -> None:
        """Refuse what was left open."""
        if self._open:
            self._refuse(f"<{self._open[-1].name}> is never closed", self._open[-1].start)

    def _holds_text(self) -> bool:
        parent = next((tag for tag in reversed(self._open) if tag.name.startswith("mj")), None)
        return parent is not None and bool(self._known.get(parent.name, {}).get("text"))

    def _close(self, tag: Tag) -> None:
        if tag.empty and not tag.name.startswith("mj"):  # </br> and its like say nothing
            return
        if not self._open:
            self._refuse(f"</{tag.name}> closes nothing", tag.start)
        opened = self._open.pop()
        if opened.name != tag.name:
            line, _ = place(self._source, opened.start)
            self._refuse(f"</{tag.name}> where <{opened.name}> of line {line} is still open", tag.start)

    def _check_component(self, tag: Tag) -> None:
        if tag.name in _REFUSED:
            self._refuse(f"<{tag.name}> {_REFUSED[tag.name]}", tag.start)
        component = self._known.get(tag.name)
        if component is None:
            self._refuse(f"<{tag.name}> is no MJML{_did_you_mean(tag.name, self._known)}", tag.start)
        parent = self._open[-1].name if self._open else ""
        allowed = self._known.get(parent, {}).get("children", []) if parent else ["mjml"]
        if tag.name not in allowed:
            where = f"in <{parent}>" if parent else "at the top"
            self._refuse(f"<{tag.name}> may not stand {where}", tag.start)
        self._check_attributes(tag, component)

    def _check_attributes(self, tag: Tag, component: _Component) -> None:
        known = set(component["attributes"]) | _EVERYWHERE
        anything = tag.name in ("mj-all", "mj-class")
        for name in tag.attributes:
            refused = _REFUSED_ATTRIBUTES.get((tag.name, name))
            if refused:
                self._refuse(f"{name} on <{tag.name}> {refused}", tag.start)
            if not anything and name not in known:
                self._refuse(f"<{tag.name}> knows no {name}{_did_you_mean(name, known)}", tag.start)

    def _refuse(self, why: str, offset: int) -> NoReturn:
        raise MarkupWrong(why, *place(self._source, offset))


def _did_you_mean(word: str, known: "dict[str, _Component] | set[str]") -> str:
    close = get_close_matches(word, sorted(known), n=1)
    return f": did you mean {close[0]}?" if close else ""

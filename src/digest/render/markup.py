"""Read tags and attributes out of markup, with their places, without judging the markup.

Nothing is built and nothing is corrected here. What to make of a tag is for `mjml`, `prose`
and `lint` to say.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

#: A comment, or a tag with quoted values read over; possessive, so that hostile text costs linear time.
PIECE = re.compile(
    r"""(?P<comment><!--.*?-->)|<(?P<close>/?)(?P<name>[A-Za-z][\w:.-]*)(?P<inside>(?>[^"'<>]|"[^"]*"|'[^']*')*+)>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_SPACE = re.compile(r"\s+")

#: Elements of HTML that have no end tag.
VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)


@dataclass(frozen=True, slots=True)
class Tag:
    """One start or end tag, as it stands in the text."""

    name: str  #: lower case
    closing: bool  #: an end tag
    empty: bool  #: written `<x />`, or an element that has no end tag
    inside: str  #: all between the name and the end of the tag
    start: int  #: offset of `<`
    end: int  #: offset behind `>`

    @property
    def attributes(self) -> dict[str, str]:
        """Return its attributes, values as written; of duplicates the first wins (HTML, 13.2.5.33)."""
        return dict(attributes(self.inside))


@lru_cache(maxsize=4096)
def attributes(inside: str) -> tuple[tuple[str, str], ...]:
    """Return the attributes in `inside` in their order, names in lower case, values as written."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside):
        value = next((group for group in match.groups()[1:] if group is not None), "")
        found.setdefault(match[1].lower(), value)
    return tuple(found.items())


def tag_of(match: re.Match[str]) -> Tag:
    """Return the tag that `PIECE` has matched."""
    name, inside = match["name"].lower(), match["inside"]
    empty = inside.rstrip().endswith("/") or name in VOID
    return Tag(name, bool(match["close"]), empty, inside, match.start(), match.end())


def tags(text: str) -> Iterator[Tag]:
    """Yield every tag of `text` that stands outside comments."""
    for match in PIECE.finditer(text):
        if match["comment"] is None:
            yield tag_of(match)


@lru_cache(maxsize=4096)
def ascii_value(value: str) -> str:
    """Return an attribute's value in printable ASCII, for double quotes, white space collapsed.

    The MJML compiler writes values with Rust's debug formatting, which turns every combining
    mark, joiner, backslash and double quote into an escape of its own; entities pass through.
    """
    value = _SPACE.sub(" ", value).strip(" ")
    if value.isascii() and value.isprintable() and not any(c in value for c in '"\\<>'):
        return value
    plain = value.replace('"', "&#34;").replace("\\", "&#92;").replace("<", "&#60;").replace(">", "&#62;")
    return "".join(c if " " <= c <= "~" else f"&#{ord(c)};" for c in plain)


def text_value(value: str) -> str:
    """Return what an attribute's written value means: entities resolved, white space collapsed."""
    return _SPACE.sub(" ", html.unescape(value)).strip()


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of `offset`, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def depth(text: str, limit: int) -> int:
    """Return how deep the tags of `text` nest, counting no further than `limit`."""
    deepest = current = 0
    for tag in tags(text):
        if tag.closing:
            current = max(0, current - 1)
        elif not tag.empty:
            current += 1
            deepest = max(deepest, current)
            if deepest >= limit:
                break
    return deepest

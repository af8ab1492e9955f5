"""Cleaning: HTML of strangers becomes paragraphs of harmless inline HTML, and loses no word that can be read.

nh3 (an HTML5 parser with an allow-list) does the cleaning. What is left is cut into
paragraphs at block elements, since a story's body is a row of paragraphs and an email
has no use for other people's boxes. Links keep their address if it is http, https or
mailto; no other attribute survives.
"""

import html
import re
from urllib.parse import urljoin, urlsplit

import nh3

from digest.model.text import plain, squeeze
from digest.sources.decoding import without_controls

INLINE = frozenset(("a", "b", "strong", "i", "em", "u", "s", "sub", "sup", "code", "q", "mark"))
#: Elements at whose edges a paragraph ends.
BLOCK = frozenset(
    (
        "p", "div", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table",
        "tr", "section",
        "article", "header", "footer", "aside", "main", "dl", "dt", "dd", "hr", "figure", "figcaption",
        "center", "address",
        "details", "summary", "caption", "thead", "tbody", "tfoot", "fieldset", "nav",
    )
)  # fmt: skip
_CELLS = frozenset(("td", "th"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
#: Elements that go with all they hold.
_GONE = frozenset(
    ("script", "style", "template", "noembed", "noframes", "textarea", "title", "select", "option")
)
_CAPTIONS = frozenset(("figcaption",))
_SCHEMES = frozenset(("http", "https", "mailto"))
_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-z][a-z0-9]*)(?P<attributes>[^>]*)>|(?P<text>[^<]+)")
_OPEN_OR_CLOSE = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*'){0,300}?(/?)>")
_UNSAFE_IN_URL = re.compile(r"[ <>\"`{}|\\^]")
_VOID = frozenset(
    ("br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr")
)
#: html5ever needs quadratic time for nested formatting elements; nobody nests deeper on purpose.
MAX_DEPTH = 60
MAX_CHARACTERS = 400_000
MAX_PARAGRAPHS = 500


def paragraphs(fragment: str, *, base: str = "", captions: bool = True) -> tuple[str, ...]:
    """Return the cleaned paragraphs of an HTML `fragment`, empty ones left out.

    Args:
        base: address against which relative links are resolved; without one they lose their link.
        captions: keep those of figures; a caller that reads the pictures reads them there.
    """
    fragment = fragment[:MAX_CHARACTERS]
    if "<" not in fragment:
        return tuple(
            filter(None, (_tidy(html.escape(html.unescape(without_controls(fragment)), quote=False)),))
        )
    return tuple(_cut(_cleaned(fragment, base, captions)))[:MAX_PARAGRAPHS]


def text_paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of plain `text`, split at empty lines, as inline HTML."""
    parts = re.split(r"\n\s*\n", without_controls(text[:MAX_CHARACTERS]).replace("\r\n", "\n"))
    return tuple(filter(None, (escape_text(part) for part in parts)))[:MAX_PARAGRAPHS]


def inline(fragment: str, *, base: str = "") -> str:
    """Return a fragment as one paragraph of cleaned inline HTML."""
    return " ".join(paragraphs(fragment, base=base))


def text_of(fragment: str) -> str:
    """Return what a reader would see of an HTML `fragment`, as plain text."""
    return squeeze(" ".join(plain(part) for part in paragraphs(fragment)))


def escape_text(text: str) -> str:
    """Return plain `text` as inline HTML."""
    return html.escape(squeeze(without_controls(text)), quote=False)


def safe_url(address: str, *, base: str = "") -> str:
    """Return `address`, resolved against `base`, if it leads to the web or to a mailbox; else empty."""
    # Browsers drop these characters before they look at the scheme (WHATWG URL, 4.4).
    bare = re.sub(
        r"[\x00-\x20\x7f-\x9f\u200b\u2028\u2029\ufeff]+",
        lambda m: " " if " " in m[0] else "",
        address.strip("\x00 \t\r\n"),
    ).strip()
    if not bare:
        return ""
    try:
        full = urljoin(base, bare) if base else bare
        parts = urlsplit(full)
    except ValueError:
        return ""
    if parts.scheme.lower() not in _SCHEMES or (parts.scheme.lower() != "mailto" and not parts.netloc):
        return ""
    return _UNSAFE_IN_URL.sub(lambda found: f"%{ord(found[0]):02X}", full)


def _cleaned(fragment: str, base: str, captions: bool) -> str:
    def attribute(tag: str, name: str, value: str) -> str | None:
        return (safe_url(value, base=base) or None) if (tag, name) == ("a", "href") else None

    return nh3.clean(
        _shallow(without_controls(fragment)),
        tags=set((INLINE | BLOCK | _CELLS | {"br"}) - (frozenset() if captions else _CAPTIONS)),
        clean_content_tags=set(_GONE if captions else _GONE | _CAPTIONS),
        attributes={"a": {"href"}},
        attribute_filter=attribute,
        url_schemes=set(_SCHEMES),
        link_rel=None,
        strip_comments=True,
    )


def _shallow(fragment: str) -> str:
    """Drop the tags, never the text, that stand deeper than MAX_DEPTH."""
    if fragment.count("<") <= MAX_DEPTH:
        return fragment
    depth = deepest = 0

    def keep(found: re.Match[str]) -> str:
        nonlocal depth, deepest
        name = found[2].lower()
        if name in _VOID or found[3]:
            return found[0]
        depth += -1 if found[1] else 1
        deepest = max(deepest, depth)
        if depth < 0:
            depth = 0
            return ""
        return found[0] if depth <= MAX_DEPTH and not (found[1] and depth == MAX_DEPTH) else ""

    limited = _OPEN_OR_CLOSE.sub(keep, fragment)
    return limited if deepest > MAX_DEPTH else fragment


def _cut(cleaned: str) -> list[str]:
    """Cut nh3's well-formed output at block edges; inline elements are closed and opened again."""
    done: list[str] = []
    current: list[str] = []
    open_tags: list[tuple[str, str]] = []
    lists: list[int | None] = []
    heading = False

    def flush() -> None:
        closing = "".join(f"</{tag}>" for tag, _ in reversed(open_tags))
        line = _tidy("".join(current) + closing)
        if line:
            done.append(f"<strong>{line}</strong>" if heading and "<strong>" not in line else line)
        current[:] = [token for _, token in open_tags]

    for found in _TOKEN.finditer(cleaned):
        if found["text"] is not None:
            current.append(found["text"].replace("&nbsp;", " "))
            continue
        tag, closes = found["tag"], bool(found["close"])
        if tag in INLINE:
            _inline_tag(current, open_tags, tag, found[0], closes=closes)
        elif tag == "br":
            current.append("<br>")
        elif tag in _CELLS:
            current.append(" " if closes else "")
        else:
            flush()
            heading = tag in _HEADINGS and not closes
            if tag in ("ul", "ol"):
                lists[:] = lists[:-1] if closes else [*lists, 0 if tag == "ol" else None]
            elif tag == "li" and not closes:
                current.append(_bullet(lists))
    flush()
    return done


def _inline_tag(
    current: list[str], open_tags: list[tuple[str, str]], tag: str, token: str, *, closes: bool
) -> None:
    if not closes:
        open_tags.append((tag, token))
        current.append(token)
    elif any(name == tag for name, _ in open_tags):
        while open_tags:
            name, _ = open_tags.pop()
            current.append(f"</{name}>")
            if name == tag:
                break


def _bullet(lists: list[int | None]) -> str:
    number = lists[-1] if lists else None
    if number is None:
        return "• "
    lists[-1] = number + 1
    return f"{number + 1}. "


_EMPTY = re.compile(r"<(a|b|strong|i|em|u|s|sub|sup|code|q|mark)(?: [^>]*)?>(\s*)</\1>")
_EDGE_BREAKS = re.compile(r"^(?:\s|<br>)+|(?:\s|<br>)+$")
_ANCHOR_WITHOUT_LINK = re.compile(r"<a>(.*?)</a>", re.DOTALL)


def _tidy(line: str) -> str:
    """Return a paragraph without empty elements and surplus spaces; empty if it says nothing."""
    line = _ANCHOR_WITHOUT_LINK.sub(r"\1", line)
    shorter = _EMPTY.sub(r"\2", line)
    while shorter != line:
        line, shorter = shorter, _EMPTY.sub(r"\2", shorter)
    line = _EDGE_BREAKS.sub("", squeeze(line))
    return "" if plain(line) in ("", "•") else line

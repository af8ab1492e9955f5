"""MJML becomes HTML: made safe before the compiler sees it, checked after.

The compiler (mjml-python, which is mrml) is strict where it should be lenient and lenient
where it should be strict. So every attribute is rewritten to what it copies unharmed,
everything it does not know is refused by name and place, and its output is put right, and
refused when something is still wrong.

Lines are kept: line N of what the template made is line N of what the compiler reads.
"""

import re

from digest.model.errors import RenderError
from digest.render.components import Checker, MarkupWrong
from digest.render.markup import PIECE, VOID, Tag, ascii_value, attributes, place, tag_of

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")  # the compiler takes them for the end
_ZERO = re.compile(r"(?<![\w.#-])0(?![\w.%])")
_SIZE = re.compile(r"padding|border-spacing|border-radius|^gap$|^width$|^height$")
_COLOUR = re.compile(r"color|border")
_SHORT_COLOUR = re.compile(r"#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])(?![0-9a-fA-F])")
_NEEDS_ALT = frozenset(("mj-image", "mj-social-element"))
_PROLOGUE = re.compile(r"\A(?:\s+|<\?xml.*?\?>|<!--.*?-->|\ufeff)+", re.DOTALL)
_ASIDE = re.compile(r"(<mj-(raw|style|title)\b[^>]*(?<!/)>)(.*?)(</mj-\2\s*>)", re.DOTALL)
_POSITION = re.compile(r"position (\d+):\d+")

_OUT_TAG = re.compile(r"<(td|img|table)\b([^>]*)>")
_FRACTION = re.compile(r'(\swidth="\d+)\.\d+(px)?"')
_ENTITY = re.compile(r"&#(\d{3,6});")
_LEFT_OVER = re.compile(r"</?mj-[\w-]+|<[^<>]*\\u\{[0-9a-f]+\}|<!--digest-aside|/\*digest-aside")


def to_html(source: str) -> str:
    """Return the HTML of an MJML document.

    Raises:
        MarkupWrong: with line and column in `source`: a tag or attribute that MJML does not
            know or that the compiler gets wrong, bad nesting, an element left open, or
            nesting deeper than `components.MAX_DEPTH`.
    """
    import mjml  # an extension module; not wanted by commands that render nothing

    aside: list[str] = []
    prepared = _normalise(_set_aside(_without_prologue(_CONTROL.sub(" ", source)), aside))
    try:
        html = mjml.mjml2html(prepared, fonts={})
    except ValueError as error:
        found = _POSITION.search(str(error))
        offset = len(prepared.encode()[: int(found[1])].decode(errors="ignore")) if found else 0
        raise MarkupWrong(f"the compiler refuses it: {error}", *place(prepared, offset)) from error
    except BaseException as error:  # a panic of the compiler is no Exception, but is no end of the world
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise MarkupWrong(f"the compiler broke down: {error}", 1, 1) from error
    html = _put_back(_put_right(html), aside)
    _verify(html, source)
    return html


def _without_prologue(source: str) -> str:
    match = _PROLOGUE.match(source)
    return "\n" * match[0].count("\n") + source[match.end() :] if match else source


def _set_aside(source: str, aside: list[str]) -> str:
    """Replace what the compiler must not read by placeholders, keeping the number of lines."""

    def replace(match: re.Match[str]) -> str:
        start, kind, body, end = match[1], match[2], match[3], match[4]
        lines = "\n" * body.count("\n")
        if kind == "title":
            return start + ascii_value(body) + lines + end
        if not body.strip():
            return match[0]
        aside.append(body.strip())
        number = len(aside) - 1
        mark = f"/*digest-aside-{number}-*/" if kind == "style" else f"<!--digest-aside-{number}- -->"
        return start + mark + lines + end

    return _ASIDE.sub(replace, source)


def _normalise(source: str) -> str:
    """Return `source` with every tag rewritten for the compiler; comments go, but for conditional ones."""
    checker = Checker(source)
    out: list[str] = []
    at = 0
    for match in PIECE.finditer(source):
        between = source[at : match.start()]
        checker.text(between, at)
        out.append(between.replace(">", "&gt;"))  # behind a wide character the compiler breaks down on it
        at = match.end()
        comment = match["comment"]
        if comment is not None:
            kept = comment.startswith(("<!--[", "<!--<![", "<!--digest-aside"))
            out.append(comment if kept else "\n" * comment.count("\n"))
            continue
        tag = tag_of(match)
        checker.tag(tag)
        out.append(_rewritten(tag))
    checker.text(source[at:], at)
    checker.finish()
    out.append(source[at:])
    return "".join(out)


def _rewritten(tag: Tag) -> str:
    """Return the tag as the compiler copies it unharmed, on as many lines as before."""
    lines = "\n" * tag.inside.count("\n")
    if tag.closing:
        return f"</{tag.name}{lines}>" if tag.name not in VOID else lines
    ours = tag.name.startswith("mj")
    pairs = [
        (name, _component_value(name, ascii_value(value)) if ours else ascii_value(value))
        for name, value in attributes(tag.inside)
    ]
    if tag.name in _NEEDS_ALT and not any(name == "alt" for name, _ in pairs):
        pairs.append(("alt", ""))
    written = "".join(f' {name}="{value}"' for name, value in pairs)
    return f"<{tag.name}{written}{lines}{' /' if tag.empty else ''}>"


def _component_value(name: str, value: str) -> str:
    """Return an MJML attribute's value, written so that the compiler computes rightly with it."""
    if _SIZE.search(name):
        value = _ZERO.sub("0px", value)
    if _COLOUR.search(name):
        value = _SHORT_COLOUR.sub(r"#\1\1\2\2\3\3", value)
    if name == "mj-class":  # the compiler lets the first class win, MJML the last
        value = " ".join(reversed(value.split()))
    return value


def _put_right(html: str) -> str:
    """Mend what the compiler writes wrongly for HTML, Outlook or screen readers."""

    def mend(match: re.Match[str]) -> str:
        name, inside = match[1], match[2]
        inside = _FRACTION.sub(r'\1\2"', inside)
        present = {attribute for attribute, _ in attributes(inside)}
        if name == "td":
            inside = re.sub(r'\svertical-align="[^"]*"', "", inside)
        elif name == "img":
            inside = re.sub(r'\sheight="auto"', "", inside)
            if "alt" not in present:
                inside = f' alt=""{inside}'
        elif "role" not in present and "data-table" not in present:
            inside = f' role="presentation"{inside}'
        return f"<{name}{inside}>"

    html = html.replace("<!doctype html>", "<!DOCTYPE html>", 1)
    return _ENTITY.sub(_letter, _OUT_TAG.sub(mend, html))


def _letter(match: re.Match[str]) -> str:
    """Write letters and digits as themselves again; marks, joiners and blanks stay entities."""
    number = int(match[1])
    return chr(number) if number < 0x110000 and chr(number).isalnum() else match[0]


def _put_back(html: str, aside: list[str]) -> str:
    for number, body in enumerate(aside):
        for mark in (f"/*digest-aside-{number}-*/", f"<!--digest-aside-{number}- -->"):
            html = html.replace(mark, body, 1)
    return html


def _verify(html: str, source: str) -> None:
    """Refuse HTML in which the compiler has left something that no reader may see."""
    found = _LEFT_OVER.search(html)
    if found:
        at = source.find(found[0]) if found[0].startswith("<") else -1
        raise MarkupWrong(f"the compiler left {found[0]} in the mail", *place(source, max(at, 0)))
    opened, closed = html.count("<!--[if "), html.count("<![endif]-->")
    if opened != closed:
        raise MarkupWrong(f"{opened} conditional comments open, but {closed} close", 1, 1)
    if "</html>" not in html:
        raise RenderError("mjml: the compiler returned no whole document")

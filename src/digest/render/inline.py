"""Put the style of authors' HTML on its elements, for mail programs that read no style sheet.

MJML's own components carry their style already, so only what authors wrote passes through
here: an inliner never sees the compiler's style blocks, which it would damage. Two do the
same work behind one Protocol; which one is used by default, and why, is told in
`docs/decisions/0301-premailer-for-what-authors-wrote.md`.
"""

import logging
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Protocol
from urllib.parse import unquote

from digest.model.errors import RenderError
from digest.model.text import plain
from digest.render.markup import tags, text_value

_CUT = re.compile(r"<hr[^>]*data-cut[^>]*>")
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)


class Inliner(Protocol):
    """Writes the rules of a style sheet onto elements.

    Nothing else may change: no text, no tag, no address. `checked` holds an inliner to that.
    """

    def inline(self, fragments: Sequence[str], css: str) -> list[str]:
        """Return `fragments`, in their order, with `css` written onto their elements."""


@cache
def _premailer() -> Any:
    """Import premailer, when there is markup at all, without the HTTP library it brings along.

    premailer imports requests to load style sheets from the network, which it is never allowed to do
    here. With an empty module in that place it can't, and a third of its import is saved.
    """
    absent = "requests" not in sys.modules
    if absent:
        sys.modules["requests"] = ModuleType("requests")
    try:
        from premailer import Premailer as Library
    finally:
        if absent:
            del sys.modules["requests"]
    return Library


@dataclass(frozen=True, slots=True)
class Premailer:
    """The premailer library, restricted: no network, no rewriting, no attributes from style."""

    def inline(self, fragments: Sequence[str], css: str) -> list[str]:
        document = f"<!DOCTYPE html>\n<html><body>{'<hr data-cut>'.join(fragments)}</body></html>"
        transformed = _premailer()(
            document,
            css_text=[css],
            strip_important=False,
            remove_classes=False,
            keep_style_tags=False,
            include_star_selectors=False,
            disable_validation=True,
            disable_leftover_css=True,
            align_floating_images=False,
            disable_basic_attributes=["width", "height", "align", "bgcolor", "valign"],
            disable_link_rewrites=True,
            preserve_handlebar_syntax=False,
            allow_network=False,
            method="html",
            cssutils_logging_level=logging.CRITICAL,
        ).transform()
        body = _BODY.search(transformed)
        return [part.strip("\n") for part in _CUT.split(body[1])] if body else []


@dataclass(frozen=True, slots=True)
class CssInline:
    """The css-inline library: the same in a thousandth of the time."""

    def inline(self, fragments: Sequence[str], css: str) -> list[str]:
        import css_inline

        return [
            css_inline.inline_fragment(fragment, css, load_remote_stylesheets=False) for fragment in fragments
        ]


_: type[Inliner] = Premailer
_ = CssInline

DEFAULT: Inliner = Premailer()


def inline(fragments: Sequence[str], css: str, inliner: Inliner) -> list[str]:
    """Return `fragments` with `css` on their elements; those without markup need no inliner.

    Raises:
        RenderError: the inliner changed more than style.
    """
    marked = [number for number, fragment in enumerate(fragments) if "<" in fragment]
    out = list(fragments)
    if not marked or not css.strip():
        return out
    before = [fragments[number] for number in marked]
    after = inliner.inline(before, css)
    if len(after) != len(before):
        raise RenderError(f"{type(inliner).__name__}: {len(before)} fragments went in, {len(after)} came out")
    for number, old, new in zip(marked, before, after, strict=True):
        if _bones(old) != _bones(new):
            raise RenderError(f"{type(inliner).__name__}: changed more than style: {plain(old)[:60]}")
        out[number] = new
    return out


def _bones(fragment: str) -> tuple[str, tuple[tuple[str, bool, str], ...]]:
    """Return what an inliner must leave alone: the text, the tags and the links, however they are encoded."""
    bones = tuple(
        (tag.name, tag.closing, unquote(text_value(tag.attributes.get("href", "")))) for tag in tags(fragment)
    )
    return plain(fragment), bones

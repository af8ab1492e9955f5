"""Pictures in HTML: address, alternative text, and the caption and credit beside them."""

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from digest.model.story import Image
from digest.model.text import squeeze
from digest.sources.caption import split_credit
from digest.sources.clean import MAX_CHARACTERS, safe_url

#: Smaller pictures are counters and icons.
_MIN_PIXELS = 40
_NOT_NEWS = re.compile(
    r"(?:/|\b)(?:pixel|spacer|blank|1x1|emoji|smilies|gravatar|avatar|tracking|beacon)\b", re.I
)
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-srcset", "src")
_MAX_IMAGES = 20


def images_in(fragment: str, *, base: str = "") -> tuple[Image, ...]:
    """Return the pictures of an HTML `fragment` in their order, counters and icons left out."""
    if "<img" not in fragment.lower():
        return ()
    try:
        root = lxml_html.fragment_fromstring(fragment[:MAX_CHARACTERS], create_parent="div")
    except (etree.LxmlError, ValueError):
        return ()
    found: dict[str, Image] = {}
    for image in _images(root, base):
        if image.url and image.url not in found:
            found[image.url] = image
    return tuple(found.values())[:_MAX_IMAGES]


def image_of(element: lxml_html.HtmlElement, *, base: str = "") -> Image | None:
    """Return the picture of an `img` element, with what its figure says; None for a counter or icon."""
    width, height = pixels(element.get("width")), pixels(element.get("height"))
    if (width or _MIN_PIXELS) < _MIN_PIXELS or (height or _MIN_PIXELS) < _MIN_PIXELS:
        return None
    url = _address(element, base)
    if not url or _NOT_NEWS.search(url):
        return None
    alt = squeeze(element.get("alt") or "")
    parts = split_credit(_caption(element))
    told = split_credit(alt)
    if alt and told.caption == parts.caption and told.credit:
        alt = ""  # the caption again: the three things stay three
    return Image(
        url=url, alt="" if alt == parts.caption else alt, caption=parts.caption, credit=parts.credit,
        width=width, height=height,
    )  # fmt: skip


def pixels(text: str | None) -> int | None:
    """Return the pixels that an attribute says; None for a percentage or nonsense."""
    found = re.fullmatch(r"\s*(\d{1,5})(?:px)?\s*", text or "")
    return int(found[1]) if found else None


def _images(root: lxml_html.HtmlElement, base: str) -> Iterator[Image]:
    for element in root.iter("img"):
        image = image_of(element, base=base)
        if image is not None:
            yield image


def _address(element: lxml_html.HtmlElement, base: str) -> str:
    for name in _LAZY:
        value = (element.get(name) or "").strip()
        if value and not value.startswith("data:"):
            url = safe_url(value.split()[0] if name == "data-srcset" else value, base=base)
            if url.startswith("http"):
                return url
    return ""


def _caption(element: lxml_html.HtmlElement) -> str:
    figure = next(element.iterancestors("figure"), None)
    if figure is None:
        return ""
    captions = [squeeze(caption.text_content()) for caption in figure.iter("figcaption")]
    return next(filter(None, captions), "")

"""Media RSS: the pictures of a feed's items, with the caption and credit of each.

feedparser flattens `media:` elements, so that a picture's caption becomes the item's
summary. Here they are read from the XML itself and taken out of it, item by item.

Source: Media RSS 1.5.1, https://www.rssboard.org/media-rss
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from digest.model.story import Image
from digest.model.text import squeeze
from digest.sources.caption import credit_in, split_credit
from digest.sources.clean import safe_url, text_of
from digest.sources.figures import pixels

_NAMESPACES = ("http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss")
_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])", re.I)
_MAX_IMAGES = 10


def take_media(data: bytes, *, base: str) -> tuple[bytes, list[tuple[Image, ...]]]:
    """Return the feed without its `media:` elements, and the pictures of each item in order.

    A feed without such elements, or one that is not well-formed XML, comes back as it was
    with no pictures.
    """
    if b"search.yahoo.com/mrss" not in data:
        return data, []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return data, []
    pictures = []
    for item in root.iter():
        if isinstance(item.tag, str) and _local(item) in ("item", "entry"):
            pictures.append(_distinct(_pictures(item, base))[:_MAX_IMAGES])
    for element in [
        e for e in root.iter() if isinstance(e.tag, str) and _is_media(e) and not _is_the_text(e)
    ]:
        _remove(element)
    return etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True), pictures


def _pictures(item: etree._Element, base: str) -> Iterator[Image]:
    contents = [e for e in item.iter() if _is(e, "content") and _is_image(e)]
    for element in contents or [e for e in item.iter() if _is(e, "thumbnail")]:
        url = safe_url(element.get("url") or (element.text or ""), base=base)
        if url.startswith("http"):
            yield _image(element, item, url)


def _image(element: etree._Element, item: etree._Element, url: str) -> Image:
    told = (
        _told(element, item, "description") or _told(element, item, "title") or _told(element, item, "text")
    )
    parts = split_credit(told)
    credit = _told(element, item, "credit") or _told(element, item, "copyright")
    named = credit_in(credit) if credit else None
    return Image(
        url=url, caption=parts.caption, credit=(credit if named is None else named) or parts.credit,
        width=pixels(element.get("width")), height=pixels(element.get("height")),
    )  # fmt: skip


def _told(element: etree._Element, item: etree._Element, name: str) -> str:
    """Return the text of the nearest `media:NAME`: of the picture, then of its group, then of the item."""
    place: etree._Element | None = element
    while place is not None:
        for child in place:
            if _is(child, name) and (child.text or "").strip() and not _is_the_text(child):
                return text_of(child.text) if child.get("type") == "html" else squeeze(text_of(child.text))
        if place is item:
            return ""
        place = place.getparent()
    return ""


_OWN = {"description": ("description", "summary", "content", "encoded"), "title": ("title",)}


def _is_the_text(element: etree._Element) -> bool:
    """Whether a `media:` description or title is the only one of its item: then it is the item's own."""
    name = _local(element)
    if name not in _OWN or not _is_media(element):
        return False
    for place in element.iterancestors():
        if _is(place, "content"):
            return False
        if _local(place) in ("item", "entry"):
            own = [child for child in place if isinstance(child.tag, str) and not _is_media(child)]
            return not any(_local(child) in _OWN[name] for child in own)
    return False


def _distinct(pictures: Iterator[Image]) -> tuple[Image, ...]:
    """Keep the widest of several sizes of one picture: their addresses differ in the query only."""
    best: dict[str, Image] = {}
    for image in pictures:
        key = urlsplit(image.url or "")._replace(query="", fragment="").geturl()
        if key not in best or (image.width or 0) > (best[key].width or 0):
            best[key] = image
    return tuple(best.values())


def _is_image(element: etree._Element) -> bool:
    medium, kind, url = element.get("medium"), element.get("type") or "", element.get("url") or ""
    if medium or kind:
        return medium == "image" or (medium is None and kind.startswith("image/"))
    return bool(_IMAGE_NAME.search(url)) or not re.search(
        r"\.(?:mp[34]|m4[av]|webm|ogg|m3u8)(?:$|[?#])", url, re.I
    )


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _is_media(element: etree._Element) -> bool:
    return etree.QName(element).namespace in _NAMESPACES


def _is(element: etree._Element, name: str) -> bool:
    return isinstance(element.tag, str) and _is_media(element) and _local(element) == name


def _remove(element: etree._Element) -> None:
    """Take an element out, but leave the text that follows it."""
    parent = element.getparent()
    if parent is None or any(_is_the_text(child) for child in element.iter() if isinstance(child.tag, str)):
        return
    if element.tail and element.tail.strip():
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)

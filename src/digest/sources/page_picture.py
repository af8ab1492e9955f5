"""The pictures of an article page: address by its metadata, caption, credit and alt as it shows them."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import html as lxml_html

from digest.model.finding import Level
from digest.model.story import Image
from digest.model.text import headline_key
from digest.sources.caption import Caption, split_credit
from digest.sources.clean import safe_url
from digest.sources.figures import image_of, pixels
from digest.sources.json_ld import pixels_at, words_at
from digest.sources.page_tree import Page, drop, names_of, words

_CAPTION = re.compile(
    r"caption|legend|\bcutline|image[_-]*(?:desc|text|title)|photo[_-]*(?:desc|text|note)|chuthich|pietxt|bildunterschrift|bildtext|pie[_-]*foto"
)
_CREDIT = re.compile(
    r"credit|copyright|photographer|photo[_-]*(?:by|source|author)|image[_-]*(?:source|author)|byline-photo"
)
_FRAME = re.compile(r"picture|figure|photo|image|avatar|thumb|media|hero|expNoEdit|wp-caption", re.IGNORECASE)
_MAX_IMAGES = 10
_MAX_CAPTION = 600


def take_pictures(page: Page, scope: lxml_html.HtmlElement, base: str) -> tuple[Image, ...]:
    """Return the article's pictures, the main one first; with their captions they leave the tree."""
    shown = list(_shown(page, scope, base))
    told = _told(page, base)
    main = _main(page, told, shown)
    images = [main] if main is not None else []
    first = shown[0][0] if shown else None
    for image, frame in shown:
        if (main is None or image is not first) and image.url not in {kept.url for kept in images}:
            images.append(image)
        drop(frame)
    for field_name in ("caption", "credit"):
        for element in (page.select and page.selected(field_name)) or []:
            drop(element)
    return tuple(images)[:_MAX_IMAGES]


def _main(page: Page, told: Image | None, shown: list[tuple[Image, lxml_html.HtmlElement]]) -> Image | None:
    """Merge what metadata and page say of the first picture."""
    first = shown[0][0] if shown else None
    if told is not None and first is not None and not _alike(told, first):
        first = next((image for image, _ in shown if _alike(told, image)), None) or first
    chosen = _chosen(page)
    caption = (
        (chosen.caption if chosen else "")
        or (told.caption if told else "")
        or (first.caption if first else "")
    )
    credit = (
        (chosen.credit if chosen else "") or (told.credit if told else "") or (first.credit if first else "")
    )
    url = (told.url if told else None) or (first.url if first else None)
    if not url and not caption:
        return None
    alt = (first.alt if first else "") or (told.alt if told else "")
    if alt and headline_key(split_credit(alt).caption) == headline_key(caption):
        page.note(
            "caption-used-as-alt",
            f"the picture's alternative text only repeats its caption “{caption}”",
            Level.NOTE,
        )
        alt = ""
    best = told if told and told.url else first
    return Image(
        url=url, alt=alt, caption=caption, credit=credit,
        width=best.width if best else None, height=best.height if best else None,
    )  # fmt: skip


def _chosen(page: Page) -> Caption | None:
    """Return caption and credit that the source's selectors find."""
    captions = [words(element) for element in page.selected("caption")]
    credits = [words(element) for element in page.selected("credit")]
    if not any(captions) and not any(credits):
        return None
    parts = split_credit(next(filter(None, captions), ""))
    told = next(filter(None, credits), "")
    return Caption(caption=parts.caption, credit=_credit(told) or parts.credit)


def _told(page: Page, base: str) -> Image | None:
    """Return the picture that selector or metadata name."""
    for element in page.selected("image"):
        image = element if element.tag == "img" else next(element.iter("img"), element)
        address = image.get("src") or image.get("data-src") or image.get("content") or image.get("href") or ""
        url = safe_url(address, base=base)
        if url.startswith("http"):
            return Image(
                url=url,
                alt=image.get("alt") or "",
                width=pixels(image.get("width")),
                height=pixels(image.get("height")),
            )
    address = (
        words_at(page.article, "image", "url")
        or words_at(page.article, "image", "contentUrl")
        or words_at(page.article, "image")
    )
    url = safe_url(address, base=base)
    parts = split_credit(words_at(page.article, "image", "caption"))
    credit = words_at(page.article, "image", "creditText") or words_at(
        page.article, "image", "copyrightNotice"
    )
    if url.startswith("http"):
        return Image(
            url=url, caption=parts.caption, credit=_credit(credit) or parts.credit,
            width=pixels_at(page.article, "image", "width"), height=pixels_at(page.article, "image",
            "height"),
        )  # fmt: skip
    url = safe_url(
        page.told("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"),
        base=base,
    )
    if not url.startswith("http"):
        return None
    return Image(
        url=url, alt=page.told("og:image:alt", "twitter:image:alt"),
        width=pixels(page.told("og:image:width")), height=pixels(page.told("og:image:height")),
    )  # fmt: skip


def _shown(
    page: Page, scope: lxml_html.HtmlElement, base: str
) -> Iterator[tuple[Image, lxml_html.HtmlElement]]:
    """Yield the pictures in the article, each with the element that frames it and its caption."""
    for element in list(scope.iter("img")):
        if any(
            place.tag in ("aside", "footer", "nav", "header")
            for place in element.iterancestors()
            if place is not scope and scope in place.iterancestors()
        ):
            continue
        image = image_of(element, base=base)
        local = image is None and not base and _is_local(element)
        if image is None and not local:
            continue
        frame = _frame(element, scope)
        caption, credit = _printed(frame, element)
        alt = " ".join((element.get("alt") or "").split())
        parts = (
            split_credit(caption)
            if caption
            else split_credit(alt)
            if split_credit(alt).credit
            else Caption(caption="")
        )
        yield Image(
            url=image.url if image else None, alt=alt, caption=parts.caption,
            credit=_credit(credit) or parts.credit,
            width=image.width if image else None, height=image.height if image else None,
        ), frame  # fmt: skip


def _is_local(element: lxml_html.HtmlElement) -> bool:
    return (
        bool(element.get("src"))
        and not (element.get("src") or "").startswith("data:")
        and (pixels(element.get("width")) or 99) > 60
    )


def _frame(element: lxml_html.HtmlElement, scope: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    """Return the largest element around a picture that holds only it and its caption."""
    frame = element
    for place in element.iterancestors():
        if place is scope or place.tag in ("body", "html", "article", "main"):
            break
        pictures = sum(1 for _ in place.iter("img"))
        if (
            pictures > 1
            or len(words(place)) > _MAX_CAPTION
            or any(len(words(p)) > 250 for p in place.iter("p"))
        ):
            break
        if place.tag in ("figure", "table", "picture") or _FRAME.search(names_of(place)) or not words(place):
            frame = place
    return frame


def _printed(frame: lxml_html.HtmlElement, element: lxml_html.HtmlElement) -> tuple[str, str]:
    """Return the caption and the credit that stand in a picture's frame or right after it."""
    captions = [
        e
        for e in frame.iter()
        if e is not frame and (e.tag in ("figcaption", "caption") or _CAPTION.search(names_of(e)))
    ]
    credit = next(
        (words(e) for e in frame.iter() if e is not frame and _CREDIT.search(names_of(e)) and words(e)), ""
    )
    caption = next((words(e) for e in captions if words(e)), "")
    if not caption and frame.tag in ("figure", "table"):
        caption = words(frame)
    if not caption and (after := frame.getnext()) is not None and _CAPTION.search(names_of(after)):
        caption = words(after)
        drop(after)
    if credit and caption.endswith(credit):
        caption = caption[: -len(credit)].strip()
    return (caption, credit) if len(caption) <= _MAX_CAPTION else ("", credit)


def _credit(text: str) -> str:
    """Return whom a credit line names, without the word for picture."""
    if not text:
        return ""
    parts = split_credit(f"({text})" if not text.startswith(("(", "（")) else text)
    return parts.credit or text.strip("()（） ")


def _alike(one: Image, other: Image) -> bool:
    """Whether two addresses name renditions of one picture: the same file name."""
    names = [urlsplit(image.url or "").path.rpartition("/")[2].lower() for image in (one, other)]
    return bool(names[0]) and names[0] == names[1]

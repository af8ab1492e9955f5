"""Which features of HTML and CSS a mail uses, by the names that caniemail.com gives them.

What stands in conditional comments is for Outlook alone and is left out.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from digest.render.lint.mail import Element, Mail, declarations, style_rules

#: Features that are more than one property of the same name.
_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "css-gap": ("gap", "column-gap", "row-gap"),
    "css-left-right-top-bottom": ("left", "right", "top", "bottom"),
    "css-grid-template": ("grid-template", "grid-template-columns", "grid-template-rows"),
    "css-column-layout-properties": ("columns", "column-width", "column-rule", "column-span"),
    "css-block-inline-size": ("block-size", "inline-size"),
    "css-scroll-snap": ("scroll-snap-type", "scroll-snap-align"),
    "css-margin-block-start-end": ("margin-block-start", "margin-block-end"),
    "css-margin-inline-start-end": ("margin-inline-start", "margin-inline-end"),
    "css-margin-inline-block": ("margin-inline", "margin-block"),
    "css-padding-block-start-end": ("padding-block-start", "padding-block-end"),
    "css-padding-inline-start-end": ("padding-inline-start", "padding-inline-end"),
    "css-padding-inline-block": ("padding-inline", "padding-block"),
    "css-border-inline-block": ("border-inline", "border-block"),
    "css-border-inline-block-longhand": ("border-inline-width", "border-block-width"),
    "css-border-inline-block-individual": ("border-inline-start", "border-block-start"),
    "css-border-radius-logical": ("border-start-start-radius", "border-end-end-radius"),
    "css-margin": ("margin", "margin-top", "margin-right", "margin-bottom", "margin-left"),
    "css-padding": ("padding", "padding-top", "padding-right", "padding-bottom", "padding-left"),
    "css-border": ("border", "border-top", "border-right", "border-bottom", "border-left"),
}
#: What is told by a value, wherever it stands.
_FUNCTIONS = {
    "clamp": "css-function-clamp", "light-dark": "css-function-light-dark", "max": "css-function-max",
    "min": "css-function-min", "calc": "css-unit-calc", "var": "css-variables",
    "linear-gradient": "css-linear-gradient", "radial-gradient": "css-radial-gradient",
    "conic-gradient": "css-conic-gradient", "lch": "css-modern-color", "oklch": "css-modern-color",
    "lab": "css-modern-color", "oklab": "css-modern-color", "rgba": "css-rgba", "rgb": "css-rgb",
}  # fmt: skip
_FUNCTION = re.compile(r"(?<![\w-])([a-z][a-z-]*)\(", re.IGNORECASE)
_UNIT = re.compile(
    r"(?<![\w#.-])\d*\.?\d+(ch|cm|em|ex|in|mm|pc|pt|px|rem|vh|vmax|vmin|vw|%)(?!\w)", re.IGNORECASE
)
_WORDS: Mapping[str, re.Pattern[str]] = {
    "css-important": re.compile(r"!\s*important", re.IGNORECASE),
    "css-intrinsic-size": re.compile(r"\b(?:fit|min|max)-content\b", re.IGNORECASE),
    "css-sytem-ui": re.compile(r"\b(?:system-ui|ui-(?:serif|sans-serif|rounded|monospace))\b", re.IGNORECASE),
    "css-unit-initial": re.compile(r"^\s*initial\b", re.IGNORECASE),
}
#: What is told by the head of a rule of a style sheet.
_SELECTORS: Mapping[str, re.Pattern[str]] = {
    slug: re.compile(pattern, re.IGNORECASE)
    for slug, pattern in {
        "css-at-font-face": r"^@font-face", "css-at-keyframes": r"^@(?:-\w+-)?keyframes",
        "css-at-supports": r"^@supports", "css-at-media": r"^@media",
        "css-at-media-hover": r"^@media.*\((?:any-)?hover",
        "css-at-media-orientation": r"^@media.*orientation",
        "css-at-media-device-pixel-ratio": r"^@media.*device-pixel-ratio",
        "css-at-media-prefers-color-scheme": r"^@media.*prefers-color-scheme",
        "css-at-media-prefers-reduced-motion": r"^@media.*prefers-reduced-motion",
        "css-selector-adjacent-sibling": r"^[^@].*\+", "css-selector-general-sibling": r"^[^@].*~(?!=)",
        "css-selector-child": r"^[^@].*>", "css-selector-attribute": r"^[^@]*\[",
        "css-selector-id": r"^[^@]*#\w", "css-selector-class": r"^[^@]*\.\w",
        "css-selector-universal": r"(?:^|[\s,>])\*", "css-selector-chaining": r"^[^@]*\.[\w-]+\.\w",
        "css-selector-descendant": r"^[^@,]*[\w\]]\s+[\w.#\[]", "css-selector-grouping": r"^[^@(]*,",
        "css-selector-type": r"^(?!@)(?:.*[\s,>])?[a-z][\w-]*",
        **{f"css-pseudo-class-{name}": rf"(?<!:):{name}\b(?!-)" for name in (
            "active", "checked", "default", "first-child", "first-of-type", "focus-visible", "focus-within",
            "focus", "has", "hover", "lang", "last-child", "last-of-type", "link", "not", "nth-child",
            "nth-last-child", "nth-last-of-type", "nth-of-type", "only-child", "only-of-type", "target",
            "visited")},
        **{f"css-pseudo-element-{name}": rf"::?{name}\b" for name in (
            "after", "before", "first-letter", "first-line", "marker", "placeholder")},
    }.items()
}  # fmt: skip
#: Elements and attributes whose features are not called after them.
_ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "html-h1-h6": ("h1", "h2", "h3", "h4", "h5", "h6"), "html-lists": ("ul", "ol", "dl"),
    "html-image-maps": ("map", "area"),
    "html-semantics": ("article", "aside", "details", "figcaption", "figure", "footer", "header", "main",
                       "mark", "nav", "section", "summary", "time"),
}  # fmt: skip
_PLAIN_ELEMENTS = (
    "abbr",
    "acronym",
    "address",
    "audio",
    "base",
    "bdi",
    "blockquote",
    "body",
    "code",
    "del",
    "dfn",
    "dialog",
    "div",
    "form",
    "hr",
    "img",
    "link",
    "marquee",
    "meter",
    "object",
    "p",
    "picture",
    "pre",
    "progress",
    "rp",
    "rt",
    "ruby",
    "select",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "svg",
    "table",
    "textarea",
    "video",
    "wbr",
)
_ATTRIBUTES = frozenset(
    (
        "align",
        "aria-describedby",
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
        "aria-live",
        "background",
        "cellpadding",
        "cellspacing",
        "dir",
        "height",
        "hidden",
        "lang",
        "popover",
        "required",
        "role",
        "target",
        "valign",
        "width",
    )
)
_IMAGES = {
    "apng": "apng", "avif": "avif", "bmp": "bmp", "gif": "gif", "heic": "heif", "heif": "heif", "ico": "ico",
    "jpg": "jpg", "jpeg": "jpg", "mp4": "mp4", "png": "png", "svg": "svg", "tif": "tiff", "tiff": "tiff",
    "webp": "webp",
}  # fmt: skip
_SUFFIX = re.compile(r"\.([a-z0-9]{2,4})(?:[?#]|$)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

_BY_TAG = {
    **{tag: f"html-{tag}" for tag in _PLAIN_ELEMENTS},
    **{tag: slug for slug, tags in _ELEMENTS.items() for tag in tags},
}
_BY_PROPERTY: dict[str, list[str]] = {}
for _slug, _names in _PROPERTIES.items():
    for _name in _names:
        _BY_PROPERTY.setdefault(_name, []).append(_slug)


def used(mail: Mail) -> dict[str, Element | str]:
    """Return each feature that the mail uses, with the first place at which it does."""
    found: dict[str, Element | str] = {}
    styles: dict[str, Element] = {}
    for element in mail.elements:
        for slug in _of_element(element):
            found.setdefault(slug, element)
        styles.setdefault(element.get("style"), element)
    for style, element in styles.items():
        for name, value in declarations(style).items():
            for slug in _of_declaration(name, value):
                found.setdefault(slug, element)
    for number, sheet in enumerate(mail.styles, 1):
        for slug in _of_sheet(sheet):
            found.setdefault(slug, f"style {number}")
    return found


def _of_element(element: Element) -> Iterator[str]:
    if element.tag in _BY_TAG:
        yield _BY_TAG[element.tag]
    for name in element.attributes:
        if name in _ATTRIBUTES:
            yield f"html-{name}"
    if element.tag in ("input", "button"):
        yield f"html-{element.tag}-{element.get('type') or 'text'}"
    if element.tag == "img":
        yield from _of_picture(element)
    href = element.get("href") if element.tag == "a" else ""
    if href.startswith("#") and len(href) > 1:
        yield "html-anchor-links"
    elif href.startswith("mailto:"):
        yield "html-mailto-links"


def _of_picture(picture: Element) -> Iterator[str]:
    source = picture.get("src")
    if "srcset" in picture.attributes:
        yield "html-srcset"
    if "loading" in picture.attributes:
        yield "html-loading-attribute"
    if source.startswith("data:"):
        yield "image-base64"
        return
    suffix = _SUFFIX.search(source)
    if suffix and suffix[1].lower() in _IMAGES:
        yield f"image-{_IMAGES[suffix[1].lower()]}"


@lru_cache(maxsize=8192)
def _of_declaration(name: str, value: str) -> tuple[str, ...]:
    found = [*_BY_PROPERTY.get(name, (f"css-{name}",))]
    if name == "display":
        found.append(f"css-display-{value.split()[0].removeprefix('inline-').lower()}")
    elif name == "flex-flow":
        found.append("css-flex-direction")
    found += [f"css-unit-{'percent' if unit == '%' else unit.lower()}" for unit in _UNIT.findall(value)]
    found += [_FUNCTIONS[name.lower()] for name in _FUNCTION.findall(value) if name.lower() in _FUNCTIONS]
    found += [slug for slug, pattern in _WORDS.items() if pattern.search(value)]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1024)
def _of_selector(selector: str) -> tuple[str, ...]:
    return tuple(slug for slug, pattern in _SELECTORS.items() if pattern.search(selector))


def _of_sheet(sheet: str) -> Iterator[str]:
    if "@import" in sheet:
        yield "css-at-import"
    if "/*" in sheet:
        yield "css-comments"
    sheet = _COMMENT.sub("", sheet[: sheet.rfind("*/") + 2]) + sheet[sheet.rfind("*/") + 2 :]
    for head, body in style_rules(sheet):
        yield from _of_selector(head.rpartition(";")[2].strip())
        for name, value in declarations(body).items():
            yield from _of_declaration(name, value)

"""What mail programs cannot show of a mail, beyond what compiled MJML and the bundled templates use.

Those are the baseline: their layout is built so that it stands where such a feature is missing.
"""

import re
from collections.abc import Iterator

from digest.model.finding import Finding, Level
from digest.render.clients import Support, client_data
from digest.render.lint.features import used
from digest.render.lint.mail import Element, Mail, declarations, finding
from digest.render.lint.rule import rules

#: Features whose absence moves, hides or overlaps what is to be read; others only look plainer.
BREAKS = frozenset(
    ("css-display-flex", "css-display-grid", "css-position", "css-float", "css-transform", "css-variables",
     "css-unit-calc", "css-function-clamp", "css-function-max", "css-function-min", "css-unit-vh",
     "css-unit-vw", "css-unit-vmin", "css-unit-vmax", "css-visibility", "css-opacity", "css-clip-path",
     "css-mask-image", "css-gap", "css-grid-template", "css-left-right-top-bottom", "css-inset",
     "css-writing-mode", "css-object-fit", "css-z-index", "css-column-count", "css-pseudo-class-checked",
     "html-picture", "html-image-maps", "html-background", "html-object", "html-svg", "html-hidden",
     "image-avif", "image-svg", "image-webp", "image-heif", "image-tiff", "image-bmp", "image-base64",
     "image-mp4", "image-apng", "image-hdr")
)  # fmt: skip
SHARE = 0.05  #: of all mail programs, below which nothing is said
NAMED = 5  #: programs that a finding names

RULES = rules(
    ("client-breaks", Level.WARNING,
     "Some mail programs do not know this feature, and the mail falls apart or loses something there.",
     "Use a table or a component of MJML; the page of caniemail.com that is named tells of ways around."),
    ("client-degrades", Level.NOTE,
     "Some mail programs do not know this feature, and the mail looks plainer there.",
     "Leave it if that is well; the page of caniemail.com that is named tells which they are."),
    ("padding-in-outlook", Level.NOTE,
     "Outlook on Windows takes padding from table cells only.",
     "Put the padding on the <td>, or on mj-column and mj-text."),
    ("colour-with-spaces", Level.WARNING,
     "Gmail throws away a whole style block for one colour written with spaces, as rgb(0 0 0 / 1).",
     "Write rgb(0, 0, 0), or #000000."),
    ("background-without-colour", Level.WARNING,
     "Where the picture behind the words is missing, as in Outlook, they may stand on no ground.",
     "Write a background-color beside the background image."),
)  # fmt: skip

_SPACED = re.compile(r"\brgba?\(\s*[\d.]+%?\s+[\d.]+", re.IGNORECASE)
_WORDED = ("div", "p", "span")


def check(mail: Mail) -> Iterator[Finding]:
    """Yield what some mail programs do not show."""
    data = client_data()
    for slug, where in sorted(used(mail).items()):
        if slug in data.baseline or slug not in data.features:
            continue
        support = data.support(slug)
        if support.lacking_share + support.partly_share / 2 >= SHARE:
            yield _told(slug, support, where)
    for number, style in enumerate(mail.styles, 1):
        spaced = _SPACED.search(style)
        if spaced:
            yield finding(
                Level.WARNING, "colour-with-spaces", f"{spaced[0]}… costs the whole block", f"style {number}"
            )
    yield from _outlook(mail)


def _told(slug: str, support: Support, where: Element | str) -> Finding:
    breaks = slug in BREAKS
    lacking = [*support.lacking[:NAMED], *(["…"] if len(support.lacking) > NAMED else [])]
    parts = []
    if support.lacking:
        parts.append(f"not in {', '.join(lacking)} ({support.lacking_share:.0%} of mail programs)")
    if support.partly:
        parts.append(f"in part in {len(support.partly)} more ({support.partly_share:.0%})")
    if support.unknown_share >= SHARE:
        parts.append(f"not known for {support.unknown_share:.0%}")
    return finding(
        Level.WARNING if breaks else Level.NOTE,
        "client-breaks" if breaks else "client-degrades",
        f"{support.title}: {'; '.join(parts)}; see {support.address}",
        where,
    )


def _outlook(mail: Mail) -> Iterator[Finding]:
    padded = False
    for element in mail.elements:
        style = element.get("style")
        if "padding" not in style and "url(" not in style:
            continue
        told = declarations(style)
        pads = any(re.search(r"[1-9]", value) for name, value in told.items() if name.startswith("padding"))
        if pads and element.tag in _WORDED and not padded:
            padded = True  # one is enough: they come in dozens
            yield finding(Level.NOTE, "padding-in-outlook", f"padding on <{element.tag}>", element)
        ground = told.get("background-image", "") + told.get("background", "")
        coloured = element.get("bgcolor") or "background-color" in told or re.search(r"#[0-9a-f]{3}", ground)
        if "url(" in ground and not coloured:
            yield finding(
                Level.WARNING, "background-without-colour", "a picture as ground, and no colour", element
            )

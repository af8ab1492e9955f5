"""Size: what mail programs cut off or throw away because there is too much of it."""

from collections.abc import Iterator

from digest.model.finding import Finding, Level
from digest.render.lint.mail import Mail, finding

CLIP_WARN = 90_000  #: bytes; tracking, forwarding and longer readers' links still fit
CLIP = 100_000  #: bytes; Gmail clips near 102,000, and with the end goes the unsubscribe link
STYLE_WARN = 8_192  #: bytes of one style block (the older limit of Gmail)
STYLE_LIMIT = 16_384  #: bytes of all style blocks (email-bugs 90)
READER_BYTES = 90  #: by which a reader's link may be longer than its slot
MIN_TEXT = 120  #: characters of a text part that says something


def check(mail: Mail) -> Iterator[Finding]:
    """Yield what is too much or too little."""
    slots = mail.rendering.html.count(f"{mail.rendering.nonce}-")
    size = len(mail.rendering.html.encode()) + READER_BYTES * slots
    if size > CLIP:
        yield finding(
            Level.BLOCKER, "html-too-large",
            f"{size:,} bytes of HTML: Gmail cuts the end off, unsubscribe link included: carry fewer stories",
            "html",
        )  # fmt: skip
    elif size > CLIP_WARN:
        yield finding(
            Level.WARNING, "html-large", f"{size:,} bytes of HTML: Gmail cuts at about 102,000", "html"
        )
    sheets = [len(style.encode()) for style in mail.styles]
    for number, length in enumerate(sheets, 1):
        if length > STYLE_WARN:
            yield finding(
                Level.WARNING,
                "style-large",
                f"{length:,} bytes in one style block: split it",
                f"style {number}",
            )
    if sum(sheets) > STYLE_LIMIT:
        yield finding(
            Level.WARNING, "styles-too-large",
            f"{sum(sheets):,} bytes of style in all: Gmail drops everything beyond {STYLE_LIMIT:,}", "style",
        )  # fmt: skip
    text = mail.rendering.text.strip()
    if not text:
        yield finding(
            Level.BLOCKER, "text-missing", "the text part is empty: see edition.txt of the template", "text"
        )
    elif mail.bulk and len(text) < MIN_TEXT:
        yield finding(Level.WARNING, "text-short", f"the text part has {len(text)} characters only", "text")

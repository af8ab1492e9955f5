"""Size: what mail programs cut off or throw away because there is too much of it."""

from collections.abc import Iterator

from digest.model.finding import Finding, Level
from digest.render.lint.mail import Mail, finding
from digest.render.lint.rule import rules

CLIP_WARN = 90_000  #: bytes; tracking, forwarding and longer readers' links still fit
CLIP = 100_000  #: bytes; Gmail clips near 102,000, and with the end goes the unsubscribe link
STYLE_WARN = 8_192  #: bytes of one style block (the older limit of Gmail)
STYLE_LIMIT = 16_384  #: bytes of all style blocks (email-bugs 90)
READER_BYTES = 90  #: by which a reader's link may be longer than its slot
MIN_TEXT = 120  #: characters of a text part that says something

RULES = rules(
    ("html-too-large", Level.BLOCKER,
     "Gmail cuts a mail off near 102,000 bytes of HTML; the unsubscribe link goes with the end.",
     "Carry fewer stories or related items, or shorten the letter."),
    ("html-large", Level.WARNING,
     "The mail is near the size at which Gmail cuts it off; a forwarded copy may already be cut.",
     "Carry a story or two fewer."),
    ("style-large", Level.WARNING,
     "Gmail used to drop a style block above 8,192 bytes, and some programs still do.",
     "Split the block into several mj-style blocks."),
    ("styles-too-large", Level.WARNING,
     "Gmail ignores what comes after 16,384 bytes of style, so phones and dark mode lose their rules.",
     "Remove rules that nothing uses, or write them inline."),
    ("text-missing", Level.BLOCKER,
     "Readers of plain text, watches and some screen readers get an empty mail; filters mind, too.",
     "Write edition.txt in the template, or delete it so that the bundled one is used."),
    ("text-short", Level.WARNING,
     "The text part says almost nothing, so it does not stand for the mail.",
     "Let edition.txt print the stories as well."),
)  # fmt: skip


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

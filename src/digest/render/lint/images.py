"""Pictures: what is told to those who can't see them, and what Outlook needs to know."""

import re
from collections.abc import Iterator

from digest.model.finding import Finding, Level
from digest.model.text import headline_key
from digest.render.lint.mail import Mail, declarations, finding

HEAVY, HEAVY_ALL = 300_000, 1_000_000  #: bytes of one picture, and of all in a mail
LARGE = 300  #: CSS pixels; a picture of that width says something that words must say too
MIN_WORDS = 120  #: characters of a mail that still says something without pictures

_FILE_NAME = re.compile(
    r"\.(jpe?g|png|gif|webp|avif|svg)$|^https?://|^(img|dsc|image|photo)[-_ ]?\d+$", re.IGNORECASE
)
_FORMAT = re.compile(r"\.(svg|avif|webp|heic|tiff?)(\?|$)", re.IGNORECASE)


def check(mail: Mail) -> Iterator[Finding]:
    """Yield what is wrong with pictures."""
    pictures = mail.named("img")
    for picture in pictures:
        source, alt = picture.get("src"), picture.attributes.get("alt")
        if alt is None:
            yield finding(
                Level.BLOCKER, "alt-missing", "no alt attribute: screen readers read the address", picture
            )
        elif not alt.strip():
            large = _number(picture.get("width")) >= LARGE
            yield finding(
                Level.WARNING if large else Level.NOTE, "alt-empty",
                "no alt text: say what the picture shows to those who can't see it", f"{source[-60:]}",
            )  # fmt: skip
        elif _FILE_NAME.search(alt.strip()):
            yield finding(Level.WARNING, "alt-file-name", f"the alt text is a file name: {alt[:60]}", picture)
        if not re.fullmatch(r"[1-9]\d*", picture.get("width")):
            yield finding(
                Level.WARNING, "width-missing", "no whole width: Outlook prints it at full size", picture
            )
        if not re.fullmatch(r"[1-9]\d*", picture.get("height")):
            yield finding(
                Level.NOTE, "height-missing", "no height: the page jumps while pictures load", picture
            )
        if declarations(picture.get("style")).get("display") != "block":
            yield finding(Level.NOTE, "display-block", "not display:block: a gap opens below it", picture)
        if source.startswith("data:"):
            yield finding(
                Level.WARNING, "image-embedded", "an embedded picture: Gmail does not show it", picture
            )
        elif _FORMAT.search(source):
            yield finding(Level.WARNING, "image-format", "Outlook shows JPEG, PNG and GIF only", picture)
    if pictures and len(mail.words) < MIN_WORDS:
        yield finding(
            Level.WARNING, "only-pictures", "without its pictures the mail says almost nothing", "body"
        )
    yield from _weighed(mail)
    yield from _said(mail)


def _weighed(mail: Mail) -> Iterator[Finding]:
    """Yield pictures that take long on a phone, as far as their weight is known."""
    printed = {picture.get("src"): picture for picture in mail.named("img")}
    weights = {address: size for address, size in (mail.weights or {}).items() if address in printed}
    for address, size in weights.items():
        if size > HEAVY:
            yield finding(
                Level.WARNING,
                "picture-heavy",
                f"{size:,} bytes: above {HEAVY:,} it comes late",
                printed[address],
            )
    if sum(weights.values()) > HEAVY_ALL:
        total = sum(weights.values())
        yield finding(Level.WARNING, "pictures-heavy", f"all pictures weigh {total:,} bytes", "body")


def _said(mail: Mail) -> Iterator[Finding]:
    """Yield what the stories' own pictures lack, as far as they are printed."""
    if mail.composition is None:
        return
    for number, slot in enumerate(mail.composition.selection.slots):
        for image in slot.story.images[:1]:
            place = slot.story.headline
            if image.alt and headline_key(image.alt) == headline_key(image.caption):
                yield finding(
                    Level.NOTE,
                    "caption-used-as-alt",
                    "alt text and caption are the same: say what can be seen",
                    place,
                )
            if number == 0 and image.url and not image.credit:
                yield finding(Level.NOTE, "credit-missing", "the lead's picture has no credit", place)


def _number(value: str) -> int:
    return int(value) if value.isdigit() else 0

"""Pictures: what is told to those who can't see them, and what Outlook needs to know."""

import re
from collections.abc import Iterator

from digest.model.finding import Finding, Level
from digest.model.text import headline_key
from digest.render.lint.mail import Mail, declarations, finding
from digest.render.lint.rule import rules

HEAVY, HEAVY_ALL = 300_000, 1_000_000  #: bytes of one picture, and of all in a mail
LARGE = 300  #: CSS pixels; a picture of that width says something that words must say too
COARSE, OVERSIZED = 1.5, 4  #: pixels for each CSS pixel; fine screens have two to three
MIN_WORDS = 120  #: characters of a mail that still says something without pictures

_FILE_NAME = re.compile(
    r"\.(jpe?g|png|gif|webp|avif|svg)$|^https?://|^(img|dsc|image|photo)[-_ ]?\d+$", re.IGNORECASE
)
_FORMAT = re.compile(r"\.(svg|avif|webp|heic|tiff?)(\?|$)", re.IGNORECASE)

RULES = rules(
    ("alt-missing", Level.BLOCKER,
     "A screen reader reads the address of the picture, letter by letter.",
     "Say in `alt` what can be seen; alt=\"\" for a picture that only decorates."),
    ("alt-empty", Level.WARNING,
     "Who cannot see the picture, or has pictures blocked, learns nothing from it.",
     "Say in `alt` what can be seen, in one sentence."),
    ("alt-file-name", Level.WARNING,
     "A file's name says nothing to who cannot see the picture.",
     "Say in `alt` what can be seen."),
    ("width-missing", Level.WARNING,
     "Outlook on Windows prints the picture at its full size and breaks the layout.",
     "Write a whole number of pixels into width."),
    ("height-missing", Level.NOTE,
     "The page jumps while pictures load, and nothing holds their place when they are blocked.",
     "Write a whole number of pixels into height."),
    ("display-block", Level.NOTE,
     "Some programs leave a gap of a few pixels below the picture.",
     "Write display:block into its style."),
    ("image-embedded", Level.WARNING,
     "Gmail and Outlook do not show pictures that are written into the mail.",
     "Serve the picture from the newsroom's pages."),
    ("image-format", Level.WARNING,
     "Outlook on Windows shows JPEG, PNG and GIF only.",
     "Give the story a JPEG or a PNG."),
    ("only-pictures", Level.WARNING,
     "With pictures blocked, as in many offices, the mail is blank; filters mind it as well.",
     "Say in words what the pictures say."),
    ("picture-heavy", Level.WARNING,
     "On a phone it comes long after the words.",
     "Give the story a smaller picture."),
    ("pictures-heavy", Level.WARNING,
     "The mail costs readers time, and money where data is dear.",
     "Print fewer pictures, or smaller ones."),
    ("picture-coarse", Level.NOTE,
     "On screens with a fine grid, which most phones have, the picture looks blurred.",
     "Give the story a picture at least twice as wide as it is printed."),
    ("picture-oversized", Level.NOTE,
     "More pixels are loaded than any screen shows.",
     "Serve it at two to three times the width at which it is printed."),
    ("caption-used-as-alt", Level.NOTE,
     "A screen reader says the same words twice, and never what can be seen.",
     "Say in `alt` what can be seen, and leave names and places to the caption."),
    ("credit-missing", Level.NOTE,
     "Whoever made the picture goes unnamed; many licences demand the name.",
     "Write `credit` into the story."),
    ("pictures-not-weighed", Level.NOT_CHECKED,
     "The size of the pictures was not known.",
     "Gather the stories again, so that their pictures are stored."),
)  # fmt: skip


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
    yield from _measured(mail)
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


def _measured(mail: Mail) -> Iterator[Finding]:
    """Yield pictures with too few pixels for fine screens, or many more than any screen shows."""
    for picture in mail.named("img"):
        printed, real = _number(picture.get("width")), (mail.widths or {}).get(picture.get("src"), 0)
        if printed and real and real < COARSE * printed:
            yield finding(
                Level.NOTE, "picture-coarse", f"{real} pixels across, printed {printed} wide", picture
            )
        elif printed and real > OVERSIZED * printed:
            yield finding(
                Level.NOTE, "picture-oversized", f"{real} pixels across, printed {printed} wide", picture
            )


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

"""What a language's script asks of a layout: direction, sides, and whether its letters slant."""

from dataclasses import dataclass

from digest.model.text import WITHOUT_SPACES, direction, primary

#: Scripts without italics and without spaced capitals, beside those written from right to left.
_UPRIGHT = WITHOUT_SPACES | {"ko"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How a language stands on the page."""

    direction: str  #: ltr or rtl
    start: str  #: left or right: where a line begins
    end: str
    slanted: bool  #: has italics and may space its capitals


def script_of(language: str) -> Script:
    """Return the script of `language`, a BCP 47 tag."""
    if direction(language) == "rtl":
        return Script(direction="rtl", start="right", end="left", slanted=False)
    return Script(direction="ltr", start="left", end="right", slanted=primary(language) not in _UPRIGHT)

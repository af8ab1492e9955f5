"""How a mail is looked at: five switches that stand in the address, so that a view can be linked to."""

from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from digest.web.frames import Mode

WIDTHS = {"375": "Phone", "640": "Desktop", "free": "Free"}
PARTS = {"html": "HTML", "text": "Text", "source": "Source", "headers": "Headers"}
MODES = {"light": "Light", "dark": "Dark (as designed)", "forced": "Dark (forced)"}
IMAGES = {"on": "Images", "off": "Images off"}
#: A row of links each: the name in the address, what it is called, its values.
ROWS = (
    ("width", "Width", WIDTHS),
    ("part", "Part of the mail", PARTS),
    ("mode", "Colours", MODES),
    ("images", "Pictures", IMAGES),
)


@dataclass(frozen=True, slots=True)
class Switches:
    """Where the switches stand."""

    width: str = "640"
    part: str = "html"
    mode: Mode = Mode.LIGHT
    images: str = "on"
    variant: str = ""  #: of the edition; empty: the first one, or that of the reader
    reader: str = ""  #: the number of a subscriber; empty: nobody in particular
    at: str = ""  #: a place in the source, `line:column`

    @staticmethod
    def of(request: Request) -> "Switches":
        """Return the switches in the address; what is not understood stands as usual."""
        asked = request.query_params
        mode, at = asked.get("mode", "light"), asked.get("at", "")
        return Switches(
            width=asked["width"] if asked.get("width") in WIDTHS else "640",
            part=asked["part"] if asked.get("part") in PARTS else "html",
            mode=Mode(mode) if mode in MODES else Mode.LIGHT,
            images="off" if asked.get("images") == "off" else "on",
            variant=asked.get("variant", "")[:200],
            reader=asked["reader"] if asked.get("reader", "").isdecimal() else "",
            at=at if all(part.isdecimal() for part in at.split(":")) else "",
        )

    def rows(self) -> list[list[tuple[str, str, bool]]]:
        """Return every switch as (address, words, whether it is on)."""
        return [row for _, row in self.named_rows()]

    def named_rows(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Return every switch with what it is called."""
        return [
            (title, [self._choice(name, *option) for option in options.items()])
            for name, title, options in ROWS
        ]

    def _choice(self, name: str, value: str, words: str) -> tuple[str, str, bool]:
        return self.link(**{name: value}), words, getattr(self, name) == value

    def link(self, **changed: Any) -> str:
        """Return the address of the same view with some switches put elsewhere."""
        return f"?{urlencode(replace(self, **{'at': '', **changed})._said())}"

    def place(self, line: int, column: int) -> str:
        """Return the address of the place in the source at which a finding is."""
        return self.link(part="source", at=f"{line}:{column}")

    @property
    def query(self) -> str:
        """Return the switches as the end of an address."""
        return urlencode(self._said())

    def _said(self) -> dict[str, str]:
        plain = Switches()
        said = {each.name: str(getattr(self, each.name)) for each in fields(self)}
        return {name: value for name, value in said.items() if value != str(getattr(plain, name))}

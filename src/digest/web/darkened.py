"""What a mail program does that darkens mails by itself: an approximation, from what is known of them.

Light grounds become dark ones and dark words light ones, each by its lightness alone; what is dark or
light already stays. Pictures are left as they are. Programs differ, and none of them says how it does it.
"""

import re
from collections.abc import Callable
from functools import lru_cache

_DECLARATION = re.compile(
    r"(?P<name>(?<![\w-])(?:color|background(?:-color)?|border(?:-(?:top|right|bottom|left))?(?:-color)?))"
    r"(?P<colon>\s*:\s*)(?P<value>[^;\"'}<]+)",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"<style\b.*?</style>", re.IGNORECASE | re.DOTALL)
_BLOCK_END = re.compile(r"</style>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?<=\sstyle=)(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_BGCOLOR = re.compile(r"(\sbgcolor=[\"'])(#[0-9a-f]{3,6})([\"'])", re.IGNORECASE)
_COLOUR = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b|(?<![\w-])(?:white|black)(?![\w-])", re.IGNORECASE)
_NAMES = {"white": "#ffffff", "black": "#000000"}
#: What stands on no colour of its own, in the dark.
SHEET = "<style>html,body{background:#1b1b1b;color:#e8e8e8}</style>"


def darkened(html: str) -> str:
    """Return `html` with the colours that such a program would give it."""
    html = restyled(html, lambda style: _DECLARATION.sub(_turned_declaration, style))
    return _BGCOLOR.sub(lambda match: f"{match[1]}{turned(match[2], ground=True)}{match[3]}", html)


def restyled(html: str, change: Callable[[str], str]) -> str:
    """Return `html` with `change` made to its styles, in blocks and on elements, and to nothing else."""
    last = max((match.end() for match in _BLOCK_END.finditer(html)), default=0)  # no search ends in vain
    blocks = _BLOCK.sub(lambda match: change(match[0]), html[:last])
    return _ATTRIBUTE.sub(lambda match: change(match[0]), blocks + html[last:])


def _turned_declaration(match: re.Match[str]) -> str:
    ground = match["name"].lower() != "color"
    value = _COLOUR.sub(lambda colour: turned(colour[0], ground=ground), match["value"])
    return f"{match['name']}{match['colon']}{value}"


@lru_cache(maxsize=512)
def turned(colour: str, *, ground: bool) -> str:
    """Return a light ground as a dark one, or dark words as light ones; the hue stays."""
    digits = _NAMES.get(colour.lower(), colour).lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    lightness, a, b = _lab(*(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    if ground and lightness >= 50:
        lightness = 50 - (lightness - 50) * 0.78
    elif not ground and lightness < 60:
        lightness = 100 - lightness * 0.6
    else:
        return f"#{digits.lower()}"
    red, green, blue = _rgb(lightness, a * 0.8, b * 0.8)
    return f"#{red:02x}{green:02x}{blue:02x}"


#: The white of sRGB (D65), for CIE L*a*b*.
_WHITE = (0.95047, 1.0, 1.08883)


def _lab(*channels: float) -> tuple[float, float, float]:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    x = 0.4124 * red + 0.3576 * green + 0.1805 * blue
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = 0.0193 * red + 0.1192 * green + 0.9505 * blue
    fx, fy, fz = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (x / _WHITE[0], y / _WHITE[1], z / _WHITE[2])
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _rgb(lightness: float, a: float, b: float) -> tuple[int, int, int]:
    fy = (lightness + 16) / 116
    x, y, z = (
        white * (f**3 if f**3 > 0.008856 else (f - 16 / 116) / 7.787)
        for white, f in zip(_WHITE, (fy + a / 500, fy, fy - b / 200), strict=True)
    )
    linear = (
        3.2406 * x - 1.5372 * y - 0.4986 * z,
        -0.9689 * x + 1.8758 * y + 0.0415 * z,
        0.0557 * x - 0.2040 * y + 1.0570 * z,
    )
    shown = (12.92 * c if c <= 0.0031308 else 1.055 * max(c, 0.0) ** (1 / 2.4) - 0.055 for c in linear)
    red, green, blue = (round(255 * min(max(c, 0.0), 1.0)) for c in shown)
    return red, green, blue

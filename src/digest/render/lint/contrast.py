"""Contrast and size of type, in the light palette and in the dark one (WCAG 2.2, 1.4.3).

Colours come from the elements themselves; the dark ones from the style blocks for
`prefers-color-scheme: dark`, matched by the simple selectors that mail can use.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.model.finding import Finding, Level
from digest.render.lint.mail import UNSEEN, Element, Mail, declarations, finding, hidden, style_rules
from digest.render.lint.rule import rules

ENOUGH, ENOUGH_LARGE = 4.5, 3.0
LARGE, LARGE_BOLD = 24.0, 18.66  #: CSS pixels
SMALL_TEXT, TINY = 14.0, 11.0  #: CSS pixels
LONG = 120  #: characters that make a paragraph

RULES = rules(
    ("contrast-light", Level.WARNING,
     "Many people cannot read it, and nobody can in the sun (WCAG 2.2, 1.4.3).",
     "Take a darker colour for the words, or a lighter ground."),
    ("contrast-dark", Level.WARNING,
     "In dark mode the words vanish (WCAG 2.2, 1.4.3).",
     "Give the words a lighter colour in the rules for prefers-color-scheme: dark."),
    ("type-small", Level.WARNING,
     "It has to be enlarged to be read.",
     "Print running text at 14 px or more, small print at 11 px or more."),
)  # fmt: skip

_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
_RGB = re.compile(r"rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)")
_NAMES = {"white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "gray": (128, 128, 128)}
_MEDIA = re.compile(r"@media([^{]*)\{")
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")
_COMPOUND = re.compile(r"^([a-z][a-z0-9]*|\*)?((?:\.[\w-]+)*)$", re.IGNORECASE)

Colour = tuple[int, int, int]
Compound = tuple[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Type:
    """How text looks at one place."""

    colour: Colour = (0, 0, 0)
    ground: Colour = (255, 255, 255)
    size: float = 16.0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    """One dark rule: the compounds of its selector, outermost first, and its colours."""

    path: tuple[Compound, ...]
    style: Mapping[str, str]


def check(mail: Mail) -> Iterator[Finding]:
    """Yield text that is hard to read."""
    body = next(iter(mail.named("body")), None)
    if body is None:
        return
    yield from _Reader((), "light").read(body, _Type())
    rules = dark_rules(mail.styles)
    if rules:
        yield from _Reader(rules, "dark").read(body, _Type())


class _Reader:
    """Walks the body with one palette; the same pair of colours is told once."""

    def __init__(self, rules: Sequence[_Rule], palette: str) -> None:
        self.rules = rules
        self.palette = palette
        self.told: set[tuple[str, object]] = set()

    def read(self, element: Element, around: _Type) -> Iterator[Finding]:
        """Yield the findings in `element`, which stands on `around`."""
        if element.tag in UNSEEN or hidden(element):
            return
        here = self.type_of(element, around)
        words = element.own_text
        if any(character.isalnum() for character in words):
            yield from self.judge(element, here, words)
        for child in element.children:
            yield from self.read(child, here)

    def type_of(self, element: Element, around: _Type) -> _Type:
        """Return how text in `element` looks."""
        style = dict(declarations(element.get("style")))
        if element.get("bgcolor"):
            style.setdefault("background-color", element.get("bgcolor"))
        for rule in self.rules:
            if _matches(rule.path, element):
                style.update(rule.style)
        size = re.match(r"([\d.]+)px", style.get("font-size", ""))
        weight = style.get("font-weight", "")
        heavy = element.tag in ("b", "strong", "h1", "h2", "h3", "h4", "th") or around.bold
        return replace(
            around,
            colour=colour(style.get("color", "")) or around.colour,
            ground=colour(style.get("background-color", "") or style.get("background", "")) or around.ground,
            size=float(size[1]) if size else around.size,
            bold=weight in ("bold", "600", "700", "800", "900") if weight else heavy,
        )

    def judge(self, element: Element, here: _Type, words: str) -> Iterator[Finding]:
        """Yield what is wrong with the words that stand directly in `element`."""
        ratio = contrast(here.colour, here.ground)
        large = here.size >= LARGE or (here.bold and here.size >= LARGE_BOLD)
        pair = (here.colour, here.ground)
        if ratio < (ENOUGH_LARGE if large else ENOUGH) and ("contrast", pair) not in self.told:
            self.told.add(("contrast", pair))
            yield finding(
                Level.WARNING, f"contrast-{self.palette}",
                f"{_hex(here.colour)} on {_hex(here.ground)} is {ratio:.1f} to 1 "
                f"in the {self.palette} palette; {ENOUGH_LARGE if large else ENOUGH} is needed", element,
            )  # fmt: skip
        if self.palette != "light" or ("size", here.size) in self.told:
            return
        if 1 < here.size < TINY or (here.size < SMALL_TEXT - 1 and len(words) > LONG):
            self.told.add(("size", here.size))
            yield finding(Level.WARNING, "type-small", f"{here.size:g} px is too small to read", element)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(value: Colour) -> float:
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in value]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def colour(value: str) -> Colour | None:
    """Return a colour as numbers; None when there is none, or it is of a kind unknown here."""
    value = value.lower().replace("!important", "").strip()
    found = _HEX.search(value)
    if found:
        digits = found[1] if len(found[1]) == 6 else "".join(c * 2 for c in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    numbers = _RGB.search(value)
    if numbers:
        return int(numbers[1]), int(numbers[2]), int(numbers[3])
    return _NAMES.get(value)


def _hex(value: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*value)


def dark_rules(styles: Sequence[str]) -> tuple[_Rule, ...]:
    """Return the rules for dark palettes that set a colour, as far as their selectors are simple."""
    rules: list[_Rule] = []
    for style in styles:
        queries = _MEDIA.finditer(style[: style.rfind("{") + 1])  # each has its brace
        match = next((query for query in queries if _DARK.search(query[1])), None)
        inner = style[match.end() :] if match else ""
        for selectors, body in style_rules(inner):
            found = {
                name: value
                for name, value in declarations(body).items()
                if "color" in name or name == "background"
            }
            if "background" in found and colour(found["background"]):
                found.setdefault("background-color", found["background"])
            for selector in selectors.split(","):
                path = _path(selector)
                if path and found:
                    rules.append(_Rule(path, found))
    return tuple(rules)


def _path(selector: str) -> tuple[Compound, ...]:
    out: list[Compound] = []
    for part in selector.replace(">", " ").split():
        match = _COMPOUND.match(part)
        if not match:
            return ()
        out.append(((match[1] or "*").lower(), frozenset(match[2].split(".")[1:])))
    return tuple(out)


def _matches(path: tuple[Compound, ...], element: Element) -> bool:
    if not _fits(path[-1], element):
        return False
    wanted = list(path[:-1])
    for parent in element.ancestors() if wanted else ():
        if wanted and _fits(wanted[-1], parent):
            wanted.pop()
    return not wanted


def _fits(compound: Compound, element: Element) -> bool:
    name, classes = compound
    return (name in ("*", element.tag)) and classes <= set(element.get("class").split())

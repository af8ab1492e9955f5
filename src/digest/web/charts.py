"""Charts as SVG, made here: no script, no inline style, and the same numbers in a table behind each.

Colours come from the style sheet by class; widths and heights are attributes, which the policy allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

#: Units of the drawing; the sheet scales it to its column.
WIDTH, HEIGHT = 600, 120
_ROW = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a bar: `kind` is the class that colours it."""

    kind: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar with its name; its parts follow each other."""

    name: str
    parts: tuple[Part, ...]

    @property
    def value(self) -> int:
        """Return the length of the whole bar."""
        return sum(part.value for part in self.parts)


def bar(row: Bar, *, title: str, of: int = 0) -> Markup:
    """Return one bar by itself; `of` is as wide as the drawing."""
    return _svg(_parts(row, WIDTH / max(of, row.value, 1)), WIDTH, _ROW, title, kind="bar")


def bars(rows: Sequence[Bar], *, title: str) -> Markup:
    """Return horizontal bars, one a row, with their names and lengths in words; the longest is the widest."""
    scale = WIDTH / max([*(row.value for row in rows), 1])
    drawn = Markup().join(
        Markup('<tr><th scope="row">{}</th><td>{}</td><td class="number">{}</td></tr>').format(
            row.name,
            _svg(_parts(row, scale), WIDTH, _ROW, f"{row.name}: {row.value:,}", kind="bar"),
            f"{row.value:,}",
        )
        for row in rows
    )
    return Markup(
        '<table class="bars"><caption class="visually-hidden">{}</caption><tbody>{}</tbody></table>'
    ).format(title, drawn)


def columns(points: Sequence[tuple[str, int]], *, title: str) -> Markup:
    """Return upright columns, the first at the left; each says its name and number to a pointer."""
    highest, width = max([number for _, number in points] or [1]) or 1, WIDTH / max(len(points), 1)
    drawn = Markup().join(
        Markup(
            '<rect class="part sent" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>'
        ).format(
            _short(at * width),
            _short(HEIGHT - HEIGHT * number / highest),
            _short(max(width - min(2, width / 4), 0.5)),
            _short(HEIGHT * number / highest),
            name,
            f"{number:,}",
        )
        for at, (name, number) in enumerate(points)
    )
    base = Markup('<line class="base" x1="0" y1="{}" x2="{}" y2="{}"/>').format(HEIGHT, WIDTH, HEIGHT)
    return _svg(drawn + base, WIDTH, HEIGHT, title, kind="columns")


def table(head: Sequence[str], rows: Sequence[Sequence[str | int]], *, caption: str) -> Markup:
    """Return the numbers behind a chart; numbers stand at the right, with separators."""
    top = Markup().join(Markup('<th scope="col">{}</th>').format(name) for name in head)
    body = Markup().join(
        Markup("<tr>{}</tr>").format(
            Markup().join(_cell(value, first=at == 0) for at, value in enumerate(row))
        )
        for row in rows
    )
    return Markup(
        '<table class="plain numbers"><caption class="visually-hidden">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(caption, top, body)


def _parts(row: Bar, scale: float) -> Markup:
    at, drawn = 0.0, Markup()
    for part in row.parts:
        length = part.value * scale
        if part.value:
            drawn += _rect(part.kind, (at, 0), (max(length, 1.5), _ROW), f"{part.value:,} {part.kind}")
        at += length
    return drawn


def _rect(kind: str, at: tuple[float, float], size: tuple[float, float], told: str) -> Markup:
    numbers = [_short(number) for number in (*at, *size)]
    return Markup(
        '<rect class="part {}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>'
    ).format(kind, *numbers, told)


def _cell(value: str | int, *, first: bool) -> Markup:
    if isinstance(value, int):
        return Markup('<td class="number">{}</td>').format(f"{value:,}")
    return Markup('<th scope="row">{}</th>' if first else "<td>{}</td>").format(value)


def _svg(drawn: Markup, width: int, height: int, title: str, *, kind: str) -> Markup:
    return Markup(
        '<svg class="chart {}" role="img" aria-label="{}" viewBox="0 0 {} {}"'
        ' preserveAspectRatio="none">{}</svg>'
    ).format(kind, escape(title), width, height, drawn)


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".") or "0"

"""Things that stand by a harbour, as outlines: skylines, hills, boats, gulls."""

import math
import random

from paint import WIDTH, Colour, Point, Sheet


def hills(
    chance: random.Random, base: float, height: float, waves: int = 3, rough: float = 0.03
) -> list[Point]:
    """Return the outline of hills across the whole picture, down to the bottom."""
    phases = [(chance.uniform(0, math.tau), chance.uniform(0.7, 1.3)) for _ in range(waves)]
    points: list[Point] = []
    for x in range(-10, WIDTH + 20, 6):
        swell = sum(
            math.sin(x / WIDTH * math.tau * (n + 1) * pace * 0.8 + phase) / (n + 1)
            for n, (phase, pace) in enumerate(phases)
        )
        points.append((x, base - height * (0.5 + 0.35 * swell) - height * rough * chance.random()))
    return [*points, (WIDTH + 20, 900), (-20, 900)]


def skyline(
    chance: random.Random,
    base: float,
    low: float,
    high: float,
    *,
    left: float = -20,
    right: float = WIDTH + 20,
    narrow: float = 26,
    wide: float = 64,
    spires: int = 2,
) -> list[list[Point]]:
    """Return houses with gables side by side, and a few spires, as polygons that stand on `base`."""
    found: list[list[Point]] = []
    x = left
    while x < right:
        across, tall = chance.uniform(narrow, wide), chance.uniform(low, high)
        roof = across * chance.uniform(0.3, 0.55)
        top = base - tall
        kind = chance.random()
        if kind < 0.6:
            outline = [
                (x, base),
                (x, top),
                (x + across / 2, top - roof),
                (x + across, top),
                (x + across, base),
            ]
        elif kind < 0.8:
            outline = [(x, base), (x, top - roof), (x + across, top), (x + across, base)]
        else:
            outline = [(x, base), (x, top), (x + across, top), (x + across, base)]
        found.append(outline)
        if chance.random() < 0.5:
            chimney = x + across * chance.uniform(0.15, 0.7)
            found.append(
                [
                    (chimney, top + 4),
                    (chimney, top - roof - 8),
                    (chimney + 6, top - roof - 8),
                    (chimney + 6, top + 4),
                ]
            )
        x += across * chance.uniform(0.86, 1.0)
    for _ in range(spires):
        found.append(
            spire(chance.uniform(left + 80, right - 80), base, low + high * chance.uniform(0.7, 1.0))
        )
    return found


def spire(x: float, base: float, tall: float) -> list[Point]:
    """Return a church tower."""
    half, cap = min(tall * 0.075, 13), tall * 0.42
    top = base - tall
    return [
        (x - half, base),
        (x - half, top + cap),
        (x - half * 1.25, top + cap),
        (x, top),
        (x + half * 1.25, top + cap),
        (x + half, top + cap),
        (x + half, base),
    ]


def windows(
    sheet: Sheet,
    left: float,
    right: float,
    top: float,
    bottom: float,
    count: int,
    colour: Colour,
    size: float = 4,
) -> None:
    """Light a few windows."""
    for _ in range(count):
        x, y = sheet.chance.uniform(left, right), sheet.chance.uniform(top, bottom)
        sheet.shape(
            [(x, y), (x + size, y), (x + size, y + size * 1.5), (x, y + size * 1.5)],
            colour,
            sheet.chance.uniform(0.5, 1),
        )


def gull(
    sheet: Sheet, x: float, y: float, span: float, colour: Colour, tilt: float = 0.0, strength: float = 1
) -> None:
    """Paint a gull, wings out."""
    rise = span * 0.22
    upper = [
        (x - span, y + tilt * span),
        (x - span * 0.5, y - rise),
        (x, y),
        (x + span * 0.5, y - rise),
        (x + span, y - tilt * span),
    ]
    lower = [(x + span * 0.5, y - rise * 0.62), (x, y + rise * 0.42), (x - span * 0.5, y - rise * 0.62)]
    sheet.shape([*upper, *lower], colour, strength)


def rowing_boat(
    sheet: Sheet, x: float, y: float, long: float, hull: Colour, inside: Colour, strength: float = 1
) -> None:
    """Paint a rowing boat from the side, its keel on `y`."""
    tall = long * 0.16
    sheet.shape(
        [
            (x - long * 0.52, y - tall * 1.45),
            (x - long * 0.3, y - tall),
            (x + long * 0.28, y - tall),
            (x + long * 0.5, y - tall * 1.35),
            (x + long * 0.38, y - tall * 0.1),
            (x + long * 0.3, y),
            (x - long * 0.34, y),
            (x - long * 0.42, y - tall * 0.3),
        ],
        hull,
        strength,
    )
    sheet.shape(
        [
            (x - long * 0.47, y - tall * 1.3),
            (x - long * 0.3, y - tall),
            (x + long * 0.28, y - tall),
            (x + long * 0.46, y - tall * 1.2),
            (x + long * 0.28, y - tall * 0.82),
            (x - long * 0.3, y - tall * 0.82),
        ],
        inside,
        strength,
    )

"""Inside the ropewalk library."""

import math

from paint import Point, Sheet
from PIL import ImageChops

_EYE = (600, 430)  #: where the lines of the long room meet


def library() -> Sheet:
    """A long room under a vaulted wooden roof, shelves on both sides, sunlight across the floor."""
    sheet = Sheet(400)
    sheet.wash([(0, "#5a3420"), (430, "#d79a55"), (800, "#6d3f22")])
    _roof(sheet)
    _floor(sheet)
    for left in (True, False):
        _shelves(sheet, left=left)
    _end_wall(sheet)
    for number in range(5):
        share = 0.16 + number * 0.17
        x, y = _towards(1150, 330, share)
        reach = 1 - share
        ray = [
            (x, y - 130 * reach),
            (x + 40 * reach, y - 30 * reach),
            (x - 560 * reach, y + 520 * reach),
            (x - 800 * reach, y + 480 * reach),
        ]
        mask = ImageChops.multiply(
            sheet.polygon(ray, blur=7), Sheet(0).polygon([(-20, 0), (1220, 0), (1220, 800), (-20, 800)])
        )
        sheet.fill(mask, "#fff0c0", 0.27)
    for number in range(5):
        share = 0.1 + number * 0.18
        _desk(sheet, 1 - share, number)
    for _ in range(150):
        sheet.disc(
            sheet.chance.uniform(120, 980),
            sheet.chance.uniform(150, 700),
            sheet.chance.uniform(0.6, 1.8),
            "#fff3cf",
            sheet.chance.uniform(0.25, 0.8),
        )
    sheet.glow(600, 400, 300, "#fff0c2", 0.7)
    return sheet


def _towards(x: float, y: float, share: float) -> Point:
    """Return a point on the way from (x, y) to where the lines meet."""
    return x + (_EYE[0] - x) * share, y + (_EYE[1] - y) * share


def _ring(share: float) -> list[Point]:
    """Return the outline of the room at a distance: walls, and the vault above them."""
    left, right = _towards(-60, 800, share), _towards(1260, 800, share)
    spring = _towards(600, 250, share)[1]
    crown = _towards(600, -170, share)[1]
    half = (right[0] - left[0]) / 2
    arch = [
        (600 - math.cos(t) * half, spring - math.sin(t) * (spring - crown))
        for t in [math.pi * n / 40 for n in range(41)]
    ]
    return [left, *arch, right]


def _roof(sheet: Sheet) -> None:
    for number in range(15):
        share = 1 - 0.79**number
        board = sheet.polygon(_ring(share))
        sheet.fill(board, ("#6b3f24", "#7c4a29")[number % 2])
        sheet.fill(board, "#f0b565", min(0.75, share * 0.7))
        sheet.shade(
            ImageChops.multiply(board, sheet.band(0, 430)),
            "#4a2817",
            (600, 400),
            (600, -100),
            0.6 * (1 - share),
        )
    for number in range(13):
        share = 1 - 0.79**number
        ring = _ring(share)[1:-1]
        sheet.line(ring, 20 * (1 - share) + 1, "#4a2817")
        sheet.line([(x, y + 7 * (1 - share)) for x, y in ring], 4 * (1 - share) + 0.4, "#e8ab5e", 0.7)
    for turn in (0.28, 0.5, 0.72):
        spot = (600 - math.cos(math.pi * turn) * 660, 250 - math.sin(math.pi * turn) * 420)
        sheet.shape([(spot[0] - 9, spot[1]), (spot[0] + 9, spot[1]), _EYE], "#4a2817")


def _floor(sheet: Sheet) -> None:
    floor = sheet.polygon([(-60, 810), _EYE, (1260, 810)])
    sheet.wash([(430, "#f3c47a"), (560, "#c98443"), (800, "#7d4523")], floor)
    for number in range(-9, 10):
        x = 600 + number * 74
        sheet.line([(x, 810), _EYE], 1.8, "#5d3018", 0.55)
    for number in range(26):
        y = 440 + (number / 26) ** 2 * 370
        left = 600 - (y - 430) * 1.7
        for _ in range(4):
            x = sheet.chance.uniform(left, 1200 - left)
            sheet.line([(x, y), (x + (y - 430) * 0.2, y)], 1.4, "#5d3018", 0.5)


def _shelves(sheet: Sheet, *, left: bool) -> None:
    edge = -60 if left else 1260
    top, foot = 300, 800
    wall = [(edge, foot), (edge, top), _EYE]
    sheet.shape(wall, "#55301b")
    bound = ("#a33b2e", "#2d6a6a", "#e0a33e", "#3b4f7d", "#7d4a68", "#e8d3a8", "#5c7a45", "#c9683a")
    for shelf in range(5):
        low, high = foot - shelf * 100, foot - shelf * 100 - 84
        share = 0.0
        while share < 0.86:
            step = sheet.chance.uniform(0.006, 0.014) * (1 - share * 0.6)
            tall = sheet.chance.uniform(0.72, 1)
            one, two = _towards(edge, low, share), _towards(edge, low, share + step)
            three, four = (
                _towards(edge, low - (low - high) * tall, share + step),
                _towards(edge, low - (low - high) * tall, share),
            )
            if sheet.chance.random() < 0.93:
                sheet.shape([one, two, three, four], sheet.chance.choice(bound))
            share += step
        sheet.shape([_towards(edge, low + 12, 0), _towards(edge, low, 0), _EYE], "#3f2213")
    side = sheet.polygon(wall)
    sheet.fade(side, "#f6c98a", (edge, 500), (600, 430), 0.75)
    sheet.fade(side, "#2e160c", (600, 430), (edge, 500), 0.42)
    for number in range(9):
        share = 1 - 0.79**number
        sheet.line([_towards(edge, 810, share), _towards(edge, 250, share)], 24 * (1 - share) + 1, "#4a2817")
        sheet.line(
            [_towards(edge, 810, share + 0.004), _towards(edge, 250, share + 0.004)],
            4 * (1 - share),
            "#e8ab5e",
            0.6,
        )
    if not left:
        for number in range(8):
            share = 0.04 + 1 - 0.79**number
            a, b = _towards(edge, 292, share), _towards(edge, 292, min(0.97, share + 0.1 * (1 - share)))
            c, d = _towards(edge, 176, min(0.97, share + 0.1 * (1 - share))), _towards(edge, 176, share)
            sheet.shape([a, b, c, d], "#fff4cf")
            sheet.glow((a[0] + c[0]) / 2, (a[1] + c[1]) / 2, 150 * (1 - share), "#ffe9a8", 0.6)


def _end_wall(sheet: Sheet) -> None:
    sheet.shape(_ring(0.94), "#ffe9b8")
    sheet.shape([(588, 456), (588, 424), (600, 412), (612, 424), (612, 456)], "#fffbe8")


def _desk(sheet: Sheet, near: float, number: int) -> None:
    """Paint a reading desk with a green lamp and somebody at it."""
    side = -1 if number % 2 else 1
    x, y = 600 + side * 205 * near, 430 + 318 * near
    half, tall = 118 * near, 62 * near
    sheet.oval(x, y + tall + 4 * near, half, 10 * near, "#3f2213", 0.5, 3)
    sheet.shape(
        [(x - half, y), (x + half, y), (x + half * 0.95, y + 12 * near), (x - half * 0.95, y + 12 * near)],
        "#4a2817",
    )
    for leg in (-0.88, 0.88):
        sheet.line([(x + half * leg, y + 8 * near), (x + half * leg, y + tall)], 8 * near, "#3f2213")
    coat = ("#2d6a6a", "#a33b2e", "#3b4f7d", "#e0a33e", "#7d4a68")[number]
    sheet.shape(
        [
            (x - 38 * near, y),
            (x - 30 * near, y - 62 * near),
            (x + 30 * near, y - 62 * near),
            (x + 38 * near, y),
        ],
        coat,
    )
    sheet.disc(x, y - 84 * near, 22 * near, "#c98a5e")
    sheet.oval(x, y - 95 * near, 23 * near, 15 * near, "#33201a")
    sheet.shape(
        [
            (x - 40 * near, y),
            (x - 4 * near, y - 8 * near),
            (x, y),
            (x + 4 * near, y - 8 * near),
            (x + 40 * near, y),
            (x, y + 4 * near),
        ],
        "#fff6dc",
    )
    lamp = x + side * 74 * near
    sheet.line([(lamp, y), (lamp, y - 40 * near)], 5 * near, "#c79a3f")
    sheet.shape(
        [
            (lamp - 32 * near, y - 40 * near),
            (lamp - 20 * near, y - 60 * near),
            (lamp + 20 * near, y - 60 * near),
            (lamp + 32 * near, y - 40 * near),
        ],
        "#2f7d5a",
    )
    sheet.glow(lamp, y - 30 * near, 90 * near, "#ffe6a0", 0.7)

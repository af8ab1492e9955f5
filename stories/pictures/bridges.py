"""Lantern Bridge at dusk, and the ferry that stands in for it."""

import math
from itertools import pairwise

from outlines import gull, hills, rowing_boat, skyline, windows
from paint import WIDTH, Mask, Sheet
from PIL import ImageChops, ImageDraw

_ARCHES = ((118, 100), (352, 112), (600, 122), (848, 112), (1082, 100))
_SHORE = 600


def _deck(x: float) -> float:
    return 448 + ((x - 600) / 600) ** 2 * 62


def _stone() -> Mask:
    sheet = Sheet(0)

    def draw(pen: ImageDraw.ImageDraw) -> None:
        top = [(x * 2, round(_deck(x) * 2)) for x in range(-10, 1215, 5)]
        pen.polygon([*top, (2430, 1210), (-20, 1210)], fill=255)
        for x, half in _ARCHES:
            pen.ellipse([(x - half) * 2, (600 - half * 0.98) * 2, (x + half) * 2, (600 + half) * 2], fill=0)

    return ImageChops.multiply(sheet.mask(draw), sheet.band(0, _SHORE + 6))


def bridge() -> Sheet:
    """A stone bridge with five arches at dusk, its lamps lit."""
    sheet = Sheet(1886)
    sheet.wash([(0, "#161d49"), (190, "#3f3474"), (340, "#a04e7e"), (450, "#ee8069"), (560, "#ffcb8a")])
    for _ in range(70):
        sheet.disc(
            sheet.chance.uniform(0, 1200),
            sheet.chance.uniform(0, 230),
            sheet.chance.uniform(0.6, 1.5),
            "#ffe9d0",
            sheet.chance.uniform(0.2, 0.8),
        )
    sheet.glow(866, 356, 430, "#ff9a66", 0.6)
    sheet.disc(866, 356, 66, "#ffe2ac")
    sheet.shade(sheet.ellipse(866, 356, 66, 66), "#ffb273", (866, 330), (866, 470), 0.8)
    for x, y, across, strength in (
        (250, 150, 330, 0.2),
        (930, 205, 360, 0.18),
        (520, 268, 240, 0.16),
        (1080, 330, 200, 0.3),
    ):
        sheet.oval(x, y, across, 6, "#ff9d86", strength, 3)
    _town(sheet)
    _masonry(sheet)
    _rail(sheet)
    sheet.mirror(_SHORE, "#2b2056", 0.3, ripple=8, squash=1.1)
    sheet.fade(sheet.band(_SHORE, 800), "#151238", (0, 620), (0, 830), 0.9)
    for x in range(36, 1200, 94):
        sheet.glints(_SHORE + 46, 796, "#ffd58a", 15, x=x, spread=30, strength=0.6, length=22)
    sheet.glints(_SHORE + 4, 792, "#ffb98a", 60, x=866, spread=150, strength=0.5, length=46)
    sheet.line([(0, _SHORE + 1), (WIDTH, _SHORE + 1)], 2, "#ffc79a", 0.3)
    rowing_boat(sheet, 262, 730, 190, "#0e0a26", "#35264f")
    sheet.line([(184, 706), (104, 756)], 3, "#0e0a26")
    for x, y, span, tilt in ((452, 232, 17, 0.1), (500, 208, 12, -0.1), (990, 170, 14, 0.15)):
        gull(sheet, x, y, span, "#241a48", tilt)
    return sheet


def _town(sheet: Sheet) -> None:
    sheet.shape(hills(sheet.chance, 600, 210), "#9a5686")
    sheet.fade(sheet.band(380, 602), "#ef8a7c", (0, 400), (0, 610), 0.55)
    for house in skyline(sheet.chance, 602, 150, 196, spires=3, narrow=20, wide=46):
        sheet.shape(house, "#71427c")
    sheet.fade(sheet.band(380, 602), "#d56f86", (0, 430), (0, 640), 0.6)
    for left, right in ((-20, 470), (900, 1220)):
        for house in skyline(sheet.chance, 606, 30, 66, narrow=24, wide=52, spires=1, left=left, right=right):
            sheet.shape(house, "#452c63")
    windows(sheet, 10, 440, 570, 596, 26, "#ffd27a")
    windows(sheet, 920, 1190, 570, 596, 20, "#ffd27a")


def _masonry(sheet: Sheet) -> None:
    stone = _stone()
    sheet.wash([(440, "#3d2a56"), (606, "#25183e")], stone)
    sheet.shade(stone, "#704070", (0, 530), (0, 440), 0.7)
    for row in range(7):
        for _ in range(44):
            x = sheet.chance.uniform(-10, WIDTH)
            y, long = _deck(x) + 20 + row * 16, sheet.chance.uniform(16, 30)
            block = sheet.polygon([(x, y), (x + long, y), (x + long, y + 9), (x, y + 9)])
            sheet.fill(
                ImageChops.multiply(block, stone), sheet.chance.choice(("#5a3a69", "#492f5f", "#30204a")), 0.5
            )
    for x, half in _ARCHES:
        ring = ImageChops.subtract(
            sheet.ellipse(x, 600, half + 13, half * 0.98 + 13), sheet.ellipse(x, 600, half, half * 0.98)
        )
        ring = ImageChops.multiply(ring, sheet.band(0, _SHORE + 4))
        sheet.fill(ring, "#4d3160")
        sheet.shade(ring, "#f09a78", (x - half * 0.1, 600), (x + half * 1.3, 490), 0.6)
        for joint in range(1, 15):
            turn = math.pi * joint / 15
            inner = (x + math.cos(turn) * half, 600 - math.sin(turn) * half * 0.98)
            outer = (x + math.cos(turn) * (half + 13), 600 - math.sin(turn) * (half * 0.98 + 13))
            sheet.line([inner, outer], 1.2, "#25183e", 0.7)
    for (left, half), (right, other) in pairwise(_ARCHES):
        x = (left + half + right - other) / 2
        sheet.shape([(x - 17, 606), (x - 13, 545), (x, 516), (x + 13, 545), (x + 17, 606)], "#38244c")
        sheet.shape([(x, 516), (x + 13, 545), (x + 17, 606), (x, 606)], "#714266", 0.85)


def _rail(sheet: Sheet) -> None:
    deck = [(x, _deck(x)) for x in range(-10, 1215, 5)]
    sheet.line([(x, y - 2) for x, y in deck], 9, "#25183e")
    sheet.line([(x, y - 26) for x, y in deck], 4, "#25183e")
    for x in range(6, WIDTH, 19):
        sheet.line([(x, _deck(x) - 26), (x, _deck(x))], 2, "#25183e")
    sheet.line([(x, y + 5) for x, y in deck], 2, "#f0936f", 0.5)
    for x in range(36, WIDTH, 94):
        y = _deck(x)
        sheet.line([(x, y), (x, y - 78)], 4, "#1b1233")
        sheet.shape([(x - 9, y - 78), (x + 9, y - 78), (x + 6, y - 102), (x - 6, y - 102)], "#fff1c4")
        sheet.shape([(x - 10, y - 102), (x + 10, y - 102), (x, y - 113)], "#1b1233")
        sheet.glow(x, y - 90, 95, "#ffc061", 0.75)
        sheet.glow(x, y - 90, 30, "#fff0c0", 0.8)


def ferry() -> Sheet:
    """A small red and white ferry in a green harbour, early."""
    sheet = Sheet(1971)
    sheet.wash([(0, "#9fd0cf"), (220, "#cfe6d6"), (380, "#fbe9c6"), (480, "#ffd6a0")])
    sheet.glow(300, 420, 480, "#fff2c8", 0.7)
    for x, y, across, tall in (
        (180, 130, 230, 20),
        (330, 158, 180, 16),
        (860, 96, 280, 18),
        (1020, 190, 190, 14),
        (640, 250, 160, 10),
    ):
        sheet.oval(x, y, across, tall, "#fffaf0", 0.6, 6)
    sheet.shape(hills(sheet.chance, 480, 150), "#a9cfc2")
    sheet.shape(hills(sheet.chance, 490, 80), "#7fb5ab")
    sheet.fade(sheet.band(300, 485), "#ffe0b0", (0, 380), (0, 490), 0.6)
    for base, low, high, dark in ((484, 54, 88, "#5d9a97"), (490, 30, 62, "#2f7079")):
        for house in skyline(sheet.chance, base, low, high, narrow=26, wide=50, spires=2):
            sheet.shape(house, dark)
        sheet.fade(sheet.band(360, 490), "#ffe2b4", (0, 430), (0, 500), 0.35)
    windows(sheet, 20, 1180, 448, 480, 60, "#ffe9a8", 3.5)
    sheet.mirror(488, "#2c8a86", 0.42, ripple=10, squash=1.3)
    sheet.fade(sheet.band(488, 800), "#0c4f5c", (0, 520), (0, 830), 0.9)
    sheet.glints(492, 796, "#fff3cf", 150, x=300, spread=330, strength=0.6, length=54)
    sheet.glints(500, 796, "#8fd6c6", 120, x=650, spread=700, strength=0.28, length=70)
    _petrel(sheet, 650, 610)
    for x, y, span, tilt in (
        (392, 262, 30, 0.15),
        (470, 214, 19, -0.2),
        (890, 300, 24, 0.1),
        (982, 250, 15, 0.0),
    ):
        gull(sheet, x, y, span, "#2d5a63", tilt)
    return sheet


def _petrel(sheet: Sheet, x: float, water: float) -> None:
    """Paint the ferry, its water line on `water`, going left."""
    sheet.oval(x + 20, water + 16, 300, 16, "#083a45", 0.55, 5)
    hull = [
        (x - 286, water - 64),
        (x + 262, water - 60),
        (x + 244, water + 10),
        (x - 218, water + 12),
        (x - 262, water - 20),
    ]
    mask = sheet.polygon(hull)
    sheet.fill(mask, "#c8352c")
    sheet.shade(mask, "#8d1f27", (x - 100, water - 60), (x + 120, water + 40), 0.8)
    sheet.shape(
        [(x - 286, water - 64), (x + 262, water - 60), (x + 260, water - 46), (x - 280, water - 48)],
        "#fff6e6",
    )
    cabin = [(x - 150, water - 62), (x - 138, water - 132), (x + 196, water - 132), (x + 202, water - 60)]
    sheet.shape(cabin, "#fdf3e0")
    sheet.shade(sheet.polygon(cabin), "#d9c7ad", (x - 60, water - 132), (x + 240, water - 60), 0.8)
    for number in range(7):
        left = x - 122 + number * 45
        sheet.shape(
            [(left, water - 116), (left + 31, water - 116), (left + 31, water - 86), (left, water - 86)],
            "#1d5560",
        )
        sheet.shape(
            [(left, water - 116), (left + 13, water - 116), (left + 2, water - 86), (left, water - 86)],
            "#8fc9c4",
            0.8,
        )
    sheet.shape(
        [(x - 164, water - 132), (x + 214, water - 132), (x + 210, water - 142), (x - 158, water - 142)],
        "#c8352c",
    )
    house = [(x - 118, water - 142), (x - 104, water - 206), (x - 4, water - 206), (x + 2, water - 142)]
    sheet.shape(house, "#fdf3e0")
    sheet.shape(
        [(x - 108, water - 192), (x - 8, water - 192), (x - 5, water - 164), (x - 114, water - 164)],
        "#1d5560",
    )
    sheet.shape(
        [(x - 116, water - 206), (x + 6, water - 206), (x + 2, water - 214), (x - 110, water - 214)],
        "#c8352c",
    )
    funnel = [(x + 60, water - 142), (x + 68, water - 200), (x + 110, water - 200), (x + 114, water - 142)]
    sheet.shape(funnel, "#1d4b57")
    sheet.shape(
        [(x + 66, water - 186), (x + 112, water - 186), (x + 113, water - 172), (x + 64, water - 172)],
        "#f2b33d",
    )
    for step in range(9):
        sheet.oval(
            x + 96 + step * 26,
            water - 216 - step * 9,
            14 + step * 5,
            9 + step * 3,
            "#fff6e6",
            0.34 - step * 0.03,
            4,
        )
    sheet.line([(x - 54, water - 214), (x - 54, water - 276)], 3, "#33474d")
    sheet.shape([(x - 54, water - 274), (x - 10, water - 266), (x - 54, water - 256)], "#f2b33d")
    for number in range(19):
        left = x - 262 + number * 6 if number < 14 else x + 214 + (number - 14) * 9
        tall = sheet.chance.uniform(16, 24)
        coat = sheet.chance.choice(("#1d4b57", "#f2b33d", "#7b2d4a", "#2f7079", "#e8894f"))
        if number % 2 == 0:
            sheet.shape(
                [
                    (left - 5, water - 62),
                    (left - 4, water - 62 - tall),
                    (left + 4, water - 62 - tall),
                    (left + 5, water - 62),
                ],
                coat,
            )
            sheet.disc(left, water - 66 - tall, 4, "#f0c7a0")
    sheet.glints(water + 14, water + 120, "#c8352c", 46, x=x - 10, spread=330, strength=0.5, length=70)
    sheet.glints(water + 40, water + 170, "#fdf3e0", 36, x=x + 20, spread=260, strength=0.5, length=60)
    for number in range(11):
        sheet.glints(
            water - 2 + number * 2,
            water + 12 + number * 3,
            "#fff8ea",
            3,
            x=x - 262 - number * 14,
            spread=60,
            strength=0.8,
            length=60,
        )

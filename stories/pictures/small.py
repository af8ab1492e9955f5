"""Two small things: the pears of Orchard Island, and the ferry's cat."""

import math
from itertools import pairwise

from outlines import gull, hills, skyline, windows
from paint import Point, Sheet
from PIL import ImageChops


def pears() -> Sheet:
    """Five golden pears on a bare branch with a few red leaves, against a pale winter sky."""
    sheet = Sheet(19)
    sheet.wash([(0, "#bcd6e2"), (420, "#dfe9e4"), (800, "#f7ead2")])
    sheet.glow(900, 190, 460, "#fffaf0", 0.8)
    _branch(sheet, [(-30, 150), (180, 190), (420, 172), (660, 214), (900, 196), (1230, 250)], 26, "#4d3a34")
    _branch(sheet, [(420, 172), (520, 110), (640, 84), (720, 30)], 13, "#4d3a34")
    _branch(sheet, [(900, 196), (980, 140), (1080, 120)], 10, "#4d3a34")
    _branch(sheet, [(180, 190), (250, 130), (330, 110)], 9, "#4d3a34")
    for x, stem, size, lean in (
        (250, 190, 1.0, -0.06),
        (440, 184, 1.18, 0.03),
        (636, 214, 0.9, -0.02),
        (800, 206, 1.24, 0.05),
        (1010, 214, 0.98, -0.04),
    ):
        _pear(sheet, x, stem, size, lean)
    for x, y, turn, size, colour in (
        (340, 204, 2.0, 56, "#b8382c"),
        (556, 196, 1.1, 48, "#d2592f"),
        (704, 216, 2.2, 62, "#a32b2b"),
        (1108, 228, 1.2, 52, "#d2592f"),
        (330, 112, -0.5, 44, "#b8382c"),
        (720, 34, 0.7, 46, "#d98a34"),
        (1084, 118, -0.2, 44, "#a32b2b"),
    ):
        _leaf(sheet, x, y, turn, size, colour)
    _leaf(sheet, 905, 660, 0.5, 60, "#b8382c")
    for _ in range(60):
        sheet.disc(
            sheet.chance.uniform(0, 1200),
            sheet.chance.uniform(0, 800),
            sheet.chance.uniform(1, 3),
            "#ffffff",
            sheet.chance.uniform(0.4, 0.9),
        )
    return sheet


def _branch(sheet: Sheet, points: list[Point], width: float, colour: str) -> None:
    """Paint a branch that gets thinner along its points, lit from above."""
    dense: list[Point] = []
    for (ax, ay), (bx, by) in pairwise(points):
        for step in range(24):
            share = step / 24
            dense.append((ax + (bx - ax) * share, ay + (by - ay) * (share * share * (3 - 2 * share))))
    dense.append(points[-1])
    count = len(dense)
    upper = [(x, y - width * (1 - n / count * 0.72) / 2) for n, (x, y) in enumerate(dense)]
    lower = [(x, y + width * (1 - n / count * 0.72) / 2) for n, (x, y) in enumerate(dense)]
    outline = [*upper, *reversed(lower)]
    sheet.shape(outline, colour)
    if width > 9:
        sheet.shade(sheet.polygon(outline), "#8f7565", (0, points[0][1] + 40), (0, points[0][1] - 60), 0.55)
        for number in range(6, count - 4, 9):
            x, y = dense[number]
            sheet.line([(x - 7, y - 2), (x + 7, y + 1)], 1.6, "#2c1f1d", 0.6)


def _pear(sheet: Sheet, x: float, stem: float, size: float, lean: float) -> None:
    long = 250 * size
    sheet.line(
        [(x, stem - 4), (x + 5 * size, stem + 30), (x + lean * 200, stem + 62 * size)], 6 * size, "#4d3a34"
    )
    top, shape = stem + 52 * size, []
    for number in range(120):
        turn = math.tau * number / 120
        down = (1 - math.cos(turn)) / 2
        wide = 92 * size * math.sin(turn) * (0.36 + 0.64 * down**1.6) * (1.18 - 0.1 * down)
        shape.append((x + wide + lean * (down - 0.2) * 420, top + down * long))
    mask = sheet.polygon(shape)
    sheet.wash([(top, "#f0cf5e"), (top + long * 0.6, "#f2b63c"), (top + long, "#d98e2b")], mask)
    sheet.shade(mask, "#b4552a", (x - 10 * size, top + long * 0.5), (x + 130 * size, top + long * 0.85), 0.95)
    sheet.shade(mask, "#8aa04a", (x, top + long * 0.42), (x - 20, top - 30), 0.55)
    shine = ImageChops.multiply(
        mask, sheet.ellipse(x - 38 * size + lean * 200, top + long * 0.66, 20 * size, 44 * size, 7)
    )
    sheet.fill(shine, "#fff4c8", 0.7)
    for _ in range(70):
        px, py = x + sheet.chance.gauss(0, 48) * size, top + long * sheet.chance.uniform(0.2, 0.97)
        dot = ImageChops.multiply(
            mask,
            Sheet(0).mask(
                lambda pen, px=px, py=py: pen.ellipse(
                    [px * 2 - 3, py * 2 - 3, px * 2 + 3, py * 2 + 3], fill=255
                )
            ),
        )
        sheet.fill(dot, "#a5662b", 0.5)
    sheet.oval(x + lean * 340, top + long - 3 * size, 9 * size, 4 * size, "#5d3a26")


def _leaf(sheet: Sheet, x: float, y: float, turn: float, size: float, colour: str) -> None:
    along, across = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))

    def at(far: float, side: float) -> Point:
        return x + along[0] * far * size + across[0] * side * size, y + along[1] * far * size + across[
            1
        ] * side * size

    rim = [at(n / 20, 0.34 * math.sin(math.pi * (n / 20) ** 0.8)) for n in range(21)]
    back = [at(n / 20, -0.34 * math.sin(math.pi * (n / 20) ** 0.8)) for n in range(20, -1, -1)]
    sheet.shape([*rim, *back], colour)
    sheet.shape([*rim, at(1, 0), at(0, 0)], "#5d1420", 0.35)
    sheet.line([at(-0.2, 0), at(0.95, 0)], 2.2, "#6d1c22")
    for rib in (0.3, 0.5, 0.7):
        for side in (-0.2, 0.2):
            sheet.line([at(rib - 0.1, 0), at(rib + 0.06, side)], 1.2, "#6d1c22", 0.7)


def cat() -> Sheet:
    """A grey cat sits upright at the bow of a small boat and looks towards a town at sunrise."""
    sheet = Sheet(8)
    sheet.wash([(0, "#4a6fa0"), (220, "#a093b8"), (360, "#f0a79a"), (450, "#ffd79e")])
    sheet.glow(860, 420, 470, "#ffe6a8", 0.85)
    sheet.disc(860, 424, 66, "#fff6d4")
    for x, y, across, tall in (
        (260, 120, 320, 15),
        (720, 90, 240, 11),
        (1000, 200, 260, 12),
        (420, 260, 260, 10),
    ):
        sheet.oval(x, y, across, tall, "#ffd0b4", 0.5, 6)
    sheet.shape(hills(sheet.chance, 462, 70), "#b98a9c")
    for house in skyline(sheet.chance, 466, 28, 70, narrow=24, wide=48, spires=3):
        sheet.shape(house, "#7d5f82")
    sheet.fade(sheet.band(380, 468), "#ffc794", (0, 400), (0, 480), 0.5)
    windows(sheet, 20, 1180, 440, 460, 40, "#ffe2a0", 3.4)
    sheet.mirror(466, "#5d6aa0", 0.35, ripple=9, squash=1.3)
    sheet.fade(sheet.band(466, 800), "#20305f", (0, 500), (0, 840), 0.85)
    sheet.glints(470, 796, "#fff0c0", 190, x=860, spread=230, strength=0.8, length=58)
    sheet.glints(480, 796, "#c4b0d8", 90, x=400, spread=800, strength=0.3, length=70)
    _bow(sheet)
    _ballast(sheet, 372, 620)
    gull(sheet, 640, 220, 24, "#44507c", 0.2)
    gull(sheet, 712, 256, 15, "#5b628c", -0.1)
    return sheet


def _bow(sheet: Sheet) -> None:
    """Paint the bow of the ferry, which comes in from the left."""
    hull = [(-20, 640), (430, 604), (640, 566), (606, 640), (520, 730), (400, 830), (-20, 830)]
    sheet.shape(hull, "#a5302d")
    sheet.shade(sheet.polygon(hull), "#4f1526", (460, 600), (60, 860), 0.95)
    rail = [(-20, 622), (430, 586), (650, 546), (640, 566), (430, 606), (-20, 644)]
    sheet.shape(rail, "#fff1df")
    sheet.shade(sheet.polygon(rail), "#c79f98", (430, 0), (-60, 0), 0.7)
    for x, y in ((60, 616), (160, 608), (540, 566)):
        sheet.line([(x, y), (x, y - 62)], 5, "#3b2f4a")
    sheet.line([(-20, 562), (160, 546)], 3.4, "#3b2f4a")
    sheet.glints(650, 796, "#fff4dc", 40, x=540, spread=90, strength=0.5, length=40)
    for wheel in (70, 196):
        sheet.line(
            [
                (wheel + math.cos(t / 48 * math.tau) * 62, 560 + math.sin(t / 48 * math.tau) * 62)
                for t in range(49)
            ],
            5,
            "#2a2440",
        )
        for spoke in range(8):
            turn = spoke / 8 * math.tau
            sheet.line(
                [(wheel, 560), (wheel + math.cos(turn) * 60, 560 + math.sin(turn) * 60)], 1, "#2a2440", 0.7
            )
    sheet.line([(70, 560), (120, 480), (172, 488), (196, 560)], 6, "#e9b44a")
    sheet.line([(120, 480), (138, 560), (172, 488)], 6, "#e9b44a")
    sheet.line([(138, 560), (70, 560)], 5, "#e9b44a")
    sheet.line([(164, 470), (184, 464), (192, 474)], 5, "#2a2440")
    sheet.line([(104, 470), (134, 468)], 8, "#2a2440")


def _ballast(sheet: Sheet, x: float, foot: float) -> None:
    """Paint the cat from behind and a little from the side, looking right."""
    fur, dark, lit = "#6f7690", "#4b516d", "#f3c9a4"
    tail = [
        (x - 66, foot - 12),
        (x - 112, foot - 20),
        (x - 138, foot - 56),
        (x - 128, foot - 96),
        (x - 106, foot - 104),
    ]
    sheet.line(tail, 22, fur)
    sheet.disc(x - 106, foot - 104, 11, fur)
    body: list[Point] = []
    for number in range(61):
        share = number / 60
        body.append((x - 78 * math.sin(math.pi * (0.5 + share * 0.5)) ** 0.8 - 8, foot - share * 176))
    for number in range(60, -1, -1):
        share = number / 60
        body.append(
            (x + 74 * math.sin(math.pi * (0.5 + share * 0.5)) ** 0.9 + 12 * share, foot - share * 176)
        )
    sheet.shape(body, fur)
    sheet.oval(x + 2, foot - 120, 52, 74, fur)
    sheet.oval(x - 20, foot - 34, 74, 38, fur)
    sheet.oval(x + 34, foot - 10, 34, 13, fur)
    whole = sheet.polygon(body)
    sheet.shade(whole, dark, (x + 30, 0), (x - 110, 0), 0.9)
    sheet.shade(whole, lit, (x + 18, 0), (x + 92, 0), 0.8)
    for stripe in range(4):
        y = foot - 66 - stripe * 26
        sheet.line([(x - 64 + stripe * 8, y), (x - 30 + stripe * 4, y - 8), (x - 8, y - 2)], 6, dark, 0.6)
    hx, hy = x + 20, foot - 206
    sheet.oval(hx, hy, 56, 48, fur)
    for ear in (-1, 1):
        sheet.shape([(hx + ear * 50, hy - 14), (hx + ear * 44, hy - 78), (hx + ear * 8, hy - 42)], fur)
        sheet.shape(
            [(hx + ear * 43, hy - 26), (hx + ear * 40, hy - 62), (hx + ear * 18, hy - 40)], "#c88f94", 0.7
        )
    head = ImageChops.lighter(
        sheet.ellipse(hx, hy, 56, 48),
        sheet.polygon([(hx + 50, hy - 14), (hx + 44, hy - 78), (hx + 8, hy - 42)]),
    )
    sheet.shade(head, lit, (hx + 2, hy), (hx + 74, hy - 6), 0.85)
    sheet.shade(head, dark, (hx, hy), (hx - 80, hy + 10), 0.8)
    for stripe in (-16, 0, 16):
        sheet.line([(hx + stripe - 6, hy - 42), (hx + stripe - 6, hy - 20)], 5, dark, 0.6)
    sheet.line([(x - 34, foot - 162), (x + 6, foot - 154), (x + 58, foot - 160)], 9, "#c8352c")
    sheet.shape(
        [(x + 18, foot - 156), (x + 52, foot - 160), (x + 56, foot - 126), (x + 22, foot - 122)], "#fff6e0"
    )
    sheet.line([(x + 26, foot - 146), (x + 48, foot - 149)], 2.4, "#3b2f4a")
    sheet.line([(x + 27, foot - 137), (x + 44, foot - 139)], 2.4, "#3b2f4a")
    for whisker in (-6, 2, 10):
        sheet.line([(hx + 46, hy + 12 + whisker * 0.5), (hx + 88, hy + 8 + whisker)], 1.4, "#fff6e0", 0.9)

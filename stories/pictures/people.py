"""People at the bridge: the lamplighter on his ladder, a diver at the third pier."""

import math

from outlines import gull, hills, skyline, windows
from paint import Point, Sheet
from PIL import ImageChops


def lamplighter() -> Sheet:
    """A man on a ladder leans towards a lit street lamp on a bridge at dusk."""
    sheet = Sheet(42)
    sheet.wash([(0, "#20335c"), (260, "#48618c"), (470, "#a58ea6"), (600, "#f0b795"), (680, "#ffd6a3")])
    for _ in range(50):
        sheet.disc(
            sheet.chance.uniform(0, 1200),
            sheet.chance.uniform(0, 220),
            sheet.chance.uniform(0.6, 1.5),
            "#fff3e0",
            sheet.chance.uniform(0.2, 0.8),
        )
    for x, y, across, tall in ((260, 150, 300, 12), (980, 240, 280, 13), (520, 330, 260, 8)):
        sheet.oval(x, y, across, tall, "#d9a3a3", 0.4, 6)
    sheet.shape(hills(sheet.chance, 690, 90), "#b59aa8")
    for house in skyline(sheet.chance, 694, 40, 90, narrow=30, wide=62, spires=2):
        sheet.shape(house, "#6f668c")
    sheet.fade(sheet.band(560, 700), "#f6c39c", (0, 580), (0, 710), 0.55)
    windows(sheet, 20, 1180, 650, 690, 44, "#ffdf9a", 4)
    for x, foot, size in ((1010, 700, 0.42), (1128, 688, 0.3)):
        _lamp(sheet, x, foot, size)
    _rail(sheet)
    _lamp(sheet, 470, 716, 1.0)
    _ladder(sheet, (640, 728), (516, 214))
    _keeper(sheet)
    gull(sheet, 820, 196, 26, "#22304f", 0.15)
    gull(sheet, 896, 228, 16, "#22304f", -0.1)
    return sheet


def _rail(sheet: Sheet) -> None:
    """Paint the deck of the bridge and its rail, in the dark of the foreground."""
    deck = [(-10, 724), (1210, 700), (1210, 810), (-10, 810)]
    sheet.shape(deck, "#1c2140")
    sheet.shade(sheet.polygon(deck), "#6a5870", (0, 810), (0, 690), 0.7)
    for row in range(5):
        y = 730 + row * row * 4.2
        sheet.line([(-10, y + 2), (1210, y - 22)], 1.8, "#12162f", 0.7)
    for x in range(6, 1200, 34):
        top = 652 - x * 0.02
        sheet.line([(x, top), (x, 724 - x * 0.02)], 4, "#171b38")
    sheet.line([(-10, 652), (1210, 628)], 9, "#171b38")
    sheet.line([(-10, 648), (1210, 624)], 2, "#f4c59e", 0.5)


def _lamp(sheet: Sheet, x: float, foot: float, size: float) -> None:
    """Paint a street lamp that is lit; its glass hangs 500 above the foot at full size."""
    dark, top = "#12162f", foot - 520 * size
    sheet.line([(x, foot), (x, top + 96 * size)], 13 * size, dark)
    sheet.shape(
        [
            (x - 30 * size, foot),
            (x - 16 * size, foot - 74 * size),
            (x + 16 * size, foot - 74 * size),
            (x + 30 * size, foot),
        ],
        dark,
    )
    for ring in (0.2, 0.42):
        sheet.oval(x, foot - 520 * size * ring, 13 * size, 6 * size, dark)
    sheet.line([(x - 46 * size, top + 112 * size), (x + 46 * size, top + 112 * size)], 7 * size, dark)
    glass = [
        (x - 28 * size, top + 92 * size),
        (x - 44 * size, top),
        (x + 44 * size, top),
        (x + 28 * size, top + 92 * size),
    ]
    sheet.shape(glass, "#fff0c0")
    sheet.shade(sheet.polygon(glass), "#ffb545", (x, top + 50 * size), (x, top + 100 * size), 0.8)
    for across in (-44, -14, 14, 44):
        sheet.line([(x + across * size, top), (x + across * 0.64 * size, top + 92 * size)], 4 * size, dark)
    sheet.shape(
        [(x - 54 * size, top + 2 * size), (x, top - 52 * size), (x + 54 * size, top + 2 * size)], dark
    )
    sheet.disc(x, top - 56 * size, 8 * size, dark)
    sheet.glow(x, top + 46 * size, 430 * size, "#ffc56a", 0.8)
    sheet.glow(x, top + 46 * size, 120 * size, "#fff4d0", 0.9)


def _ladder(sheet: Sheet, foot: Point, top: Point) -> None:
    for across in (-24, 24):
        sheet.line([(foot[0] + across, foot[1]), (top[0] + across * 0.8, top[1])], 9, "#3a2a2e")
        sheet.line(
            [(foot[0] + across - 2, foot[1]), (top[0] + across * 0.8 - 2, top[1])], 2.4, "#c98f5e", 0.8
        )
    for step in range(1, 15):
        share = step / 15
        x, y = foot[0] + (top[0] - foot[0]) * share, foot[1] + (top[1] - foot[1]) * share
        sheet.line([(x - 24 + 4 * share, y), (x + 24 - 4 * share, y)], 7, "#3a2a2e")


def _keeper(sheet: Sheet) -> None:
    """Paint the man: boots on a rung, one hand at the ladder, a cloth in the other at the glass."""
    coat, lit, dark = "#24406a", "#f0a860", "#141a36"
    for foot, knee, hip in (((590, 520), (634, 452), (600, 392)), ((575, 452), (628, 410), (590, 388))):
        sheet.line([foot, knee, hip], 38, dark)
        sheet.shape(
            [
                (foot[0] - 36, foot[1] + 12),
                (foot[0] - 32, foot[1] - 12),
                (foot[0] + 20, foot[1] - 16),
                (foot[0] + 22, foot[1] + 12),
            ],
            "#0d1228",
        )
    body = [(560, 408), (556, 300), (584, 236), (636, 232), (662, 300), (660, 420)]
    sheet.shape(body, coat)
    sheet.shade(sheet.polygon(body), lit, (620, 300), (520, 270), 0.9)
    sheet.shade(sheet.polygon(body), dark, (610, 330), (700, 360), 0.9)
    sheet.line([(628, 262), (600, 330), (560, 346)], 34, "#1c3357")
    sheet.disc(556, 348, 15, "#e8b48a")
    sheet.line([(592, 256), (556, 262), (526, 240)], 32, coat)
    sheet.line([(590, 246), (556, 252), (528, 232)], 8, lit, 0.8)
    sheet.disc(520, 236, 15, "#f0c39a")
    sheet.shape([(512, 222), (528, 226), (520, 276), (502, 270), (508, 246)], "#fff4dc")
    sheet.disc(600, 196, 33, "#d79a70")
    sheet.shade(sheet.ellipse(600, 196, 33, 33), "#7a4638", (596, 196), (640, 204), 0.9)
    sheet.shape([(572, 190), (560, 200), (572, 206)], "#d79a70")
    sheet.shape([(562, 184), (568, 150), (626, 148), (640, 188), (548, 190)], dark)
    sheet.line([(562, 186), (640, 186)], 5, "#b8862f")
    sheet.shape([(582, 216), (620, 218), (626, 240), (580, 238)], "#b8314a")
    sheet.shape([(640, 330), (700, 336), (694, 400), (648, 396)], "#5d3f33")
    sheet.line([(604, 250), (668, 338)], 6, "#5d3f33")


def diver() -> Sheet:
    """A diver with a lamp beside a stone pier under water; a wide crack runs through the stones."""
    sheet = Sheet(1112)
    sheet.wash([(0, "#7fd0c4"), (120, "#3fa3a4"), (400, "#17626f"), (800, "#07283c")])
    for number in range(9):
        x = 60 + number * 150 + sheet.chance.uniform(-40, 40)
        ray = sheet.polygon([(x, -20), (x + 70, -20), (x - 120, 820), (x - 330, 820)], blur=16)
        ramp = Sheet(0)
        ramp.fade(None, "#ffffff", (0, 640), (0, 0))
        sheet.fill(ImageChops.multiply(ray, ramp.image.convert("L")), "#d8fff0", 0.2)
    sheet.glints(6, 70, "#f2fff8", 70, x=600, spread=1300, strength=0.6, length=60)
    sheet.shape(hills(sheet.chance, 800, 120), "#0b3a4a")
    _pier(sheet)
    _weed(sheet)
    cone = sheet.polygon([(548, 396), (830, 250), (900, 470)], blur=14)
    ramp = Sheet(0)
    ramp.fade(None, "#ffffff", (960, 380), (540, 396))
    sheet.fill(ImageChops.multiply(cone, ramp.image.convert("L")), "#fff3c0", 0.75)
    sheet.glow(800, 370, 230, "#fff0b8", 0.5)
    _swimmer(sheet)
    for _ in range(46):
        rise = sheet.chance.random()
        x = 372 + math.sin(rise * 9) * 26 + sheet.chance.gauss(0, 10 + 26 * rise)
        size = 2 + 9 * rise * sheet.chance.random()
        y = 344 - 330 * rise
        sheet.disc(x, y, size, "#e9fff8", 0.35)
        sheet.disc(x - size * 0.3, y - size * 0.3, size * 0.35, "#ffffff", 0.9)
    for x, y, size in ((180, 250, 30), (236, 282, 24), (140, 296, 22), (250, 228, 18), (1010, 640, 0)):
        if size:
            _fish(sheet, x, y, size)
    return sheet


def _pier(sheet: Sheet) -> None:
    outline = [(760, -10), (1160, -10), (1150, 690), (1210, 810), (690, 810), (772, 690)]
    mask = sheet.polygon(outline)
    sheet.wash([(0, "#6fa39a"), (330, "#3f757a"), (800, "#123a4b")], mask)
    for row in range(17):
        y = -20 + row * 50
        shift = (row % 2) * 46
        for column in range(7):
            x = 700 + column * 92 + shift
            stone = sheet.polygon([(x + 3, y + 3), (x + 88, y + 3), (x + 88, y + 46), (x + 3, y + 46)])
            stone = ImageChops.multiply(stone, mask)
            sheet.fill(stone, sheet.chance.choice(("#8cc0b0", "#2a5a63", "#5d938f", "#1f4b58")), 0.28)
    sheet.shade(mask, "#062233", (900, 0), (1240, 0), 0.95)
    sheet.shade(mask, "#062233", (0, 420), (0, 860), 0.7)
    crack = [
        (842, 84),
        (872, 160),
        (838, 226),
        (892, 300),
        (850, 372),
        (904, 446),
        (866, 530),
        (900, 610),
        (880, 704),
    ]
    wide = (4, 12, 16, 26, 30, 24, 18, 10, 3)
    left = [(x - w / 2, y) for (x, y), w in zip(crack, wide, strict=True)]
    right = [(x + w / 2, y) for (x, y), w in zip(crack, wide, strict=True)]
    sheet.shape([*left, *reversed(right)], "#041420")
    sheet.line([(x - 2, y) for x, y in left], 2.4, "#d9f5e2", 0.6)
    for at, to in (
        ((892, 300), (960, 282)),
        ((850, 372), (800, 404)),
        ((904, 446), (976, 474)),
        ((872, 160), (922, 130)),
    ):
        sheet.line([at, ((at[0] + to[0]) / 2, (at[1] + to[1]) / 2 + 10), to], 5, "#041420")


def _weed(sheet: Sheet) -> None:
    for _ in range(46):
        x, tall = sheet.chance.uniform(-20, 1220), sheet.chance.uniform(50, 190)
        sway = sheet.chance.uniform(-26, 26)
        blade = [(x + math.sin(n / 4) * sway * n / 12, 806 - tall * n / 12) for n in range(13)]
        sheet.line(
            blade, sheet.chance.uniform(4, 9), sheet.chance.choice(("#0c4a4a", "#12605a", "#083640")), 0.9
        )


def _swimmer(sheet: Sheet) -> None:
    """Paint the diver, who comes from the left with the lamp held out."""
    suit, lit, dark = "#1b2a3e", "#e9c27a", "#0a1624"
    for hip, knee, foot in (((262, 434), (176, 452), (104, 424)), ((266, 452), (188, 496), (112, 510))):
        sheet.line([hip, knee, foot], 36, suit)
        tip = (foot[0] - 78, foot[1] + (18 if foot[1] > 450 else -22))
        sheet.shape(
            [
                (foot[0] + 8, foot[1] - 14),
                (foot[0] + 8, foot[1] + 14),
                (tip[0], tip[1] + 20),
                (tip[0] - 8, tip[1] - 16),
            ],
            "#e0a33e",
        )
    body = [(246, 420), (300, 384), (392, 366), (424, 390), (420, 424), (330, 458), (256, 468)]
    sheet.shape(body, suit)
    sheet.shade(sheet.polygon(body), lit, (360, 400), (470, 390), 0.7)
    sheet.line([(258, 396), (366, 352)], 36, "#c8453a")
    sheet.line([(262, 388), (362, 345)], 7, "#ff9a82", 0.7)
    sheet.disc(376, 350, 11, "#8a8f98")
    sheet.line([(376, 350), (424, 330), (448, 366)], 7, dark)
    sheet.line([(404, 404), (470, 430), (528, 404)], 30, suit)
    sheet.line([(406, 396), (470, 420), (526, 396)], 6, lit, 0.7)
    sheet.disc(532, 402, 15, "#2c3f58")
    sheet.shape([(536, 386), (568, 378), (572, 410), (540, 414)], "#39424e")
    sheet.oval(571, 394, 6, 16, "#fff8dc")
    sheet.glow(572, 394, 90, "#fff2c0", 0.9)
    sheet.disc(440, 366, 36, suit)
    sheet.shade(sheet.ellipse(440, 366, 36, 36), lit, (440, 366), (490, 372), 0.7)
    sheet.oval(462, 364, 17, 19, "#bfeae2")
    sheet.oval(462, 364, 17, 19, "#e0a33e", 0.35)
    sheet.oval(466, 360, 8, 11, "#f4fff8", 0.9)
    sheet.oval(458, 392, 12, 9, dark)


def _fish(sheet: Sheet, x: float, y: float, size: float) -> None:
    sheet.oval(x, y, size, size * 0.4, "#0c4656", 0.85)
    sheet.shape(
        [(x - size * 0.8, y), (x - size * 1.5, y - size * 0.42), (x - size * 1.5, y + size * 0.42)],
        "#0c4656",
        0.85,
    )
    sheet.disc(x + size * 0.6, y - size * 0.08, size * 0.08, "#d8fff0")

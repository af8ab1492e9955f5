"""Along the quay: the fish market, and the doors of Netmakers' Row."""

import math

from outlines import gull, hills, skyline
from paint import WIDTH, Sheet


def market() -> Sheet:
    """Stalls with striped awnings and crates of silver fish on a quay in the first sunlight."""
    sheet = Sheet(1642)
    sheet.wash([(0, "#7cb7c4"), (240, "#c5ddcf"), (400, "#ffe2b0"), (500, "#ffc889")])
    sheet.glow(180, 440, 460, "#fff2c4", 0.8)
    sheet.disc(180, 424, 44, "#fffbe4")
    for x, y, across, tall in ((820, 92, 280, 18), (1010, 150, 180, 13), (420, 190, 220, 12)):
        sheet.oval(x, y, across, tall, "#fff7e6", 0.6, 6)
    sheet.shape(hills(sheet.chance, 470, 90), "#9cc3bb")
    for house in skyline(sheet.chance, 476, 30, 72, narrow=30, wide=58, spires=2):
        sheet.shape(house, "#5f979b")
    sheet.fade(sheet.band(380, 480), "#ffd9a0", (0, 400), (0, 500), 0.55)
    for x in (250, 330, 470, 980, 1090):
        tall = sheet.chance.uniform(150, 230)
        sheet.line([(x, 500), (x, 500 - tall)], 5, "#3d6a72")
        sheet.line([(x, 500 - tall), (x - 54, 500)], 1.4, "#3d6a72")
        sheet.line([(x, 500 - tall), (x + 54, 500)], 1.4, "#3d6a72")
        sheet.shape(
            [(x - 70, 476), (x + 76, 476), (x + 58, 506), (x - 54, 506)],
            sheet.chance.choice(("#c8453a", "#2f6f7c", "#e9b44a")),
        )
    sheet.wash([(496, "#dcb184"), (800, "#8d5f47")], sheet.band(500, 800))
    for row in range(15):
        y = 504 + row * row * 1.36
        sheet.line([(0, y), (WIDTH, y)], 1.4 + row * 0.12, "#7a4f3d", 0.5)
        for number in range(26 - row):
            x = (number + (row % 2) / 2) * WIDTH / (25 - row) + (row * 37) % 40 - 40
            sheet.line([(x, y), (600 + (x - 600) * 1.06, y + 2.7 * (row + 1))], 1.4, "#7a4f3d", 0.5)
    sheet.fade(sheet.band(500, 800), "#ffe3a6", (900, 500), (100, 520), 0.45)
    for x, foot, size, stripe in (
        (270, 616, 0.72, "#2f7d86"),
        (980, 632, 0.78, "#e0a33e"),
        (610, 716, 1.08, "#c8453a"),
    ):
        _stall(sheet, x, foot, size, stripe)
    gull(sheet, 690, 250, 34, "#33606c", 0.2)
    gull(sheet, 770, 290, 20, "#33606c", -0.15)
    gull(sheet, 560, 190, 16, "#4c7c84", 0.1)
    _waiting_gull(sheet, 1090, 742)
    return sheet


def _stall(sheet: Sheet, x: float, foot: float, size: float, stripe: str) -> None:
    wide, tall = 250 * size, 300 * size
    sheet.oval(x + 60 * size, foot + 8, wide * 1.1, 22 * size, "#5b3829", 0.5, 6)
    for post in (-0.92, 0.92):
        sheet.line([(x + wide * post, foot), (x + wide * post, foot - tall)], 10 * size, "#5b3829")
    sheet.shape(
        [
            (x - wide * 0.86, foot - 96 * size),
            (x + wide * 0.86, foot - 96 * size),
            (x + wide * 0.86, foot - tall),
            (x - wide * 0.86, foot - tall),
        ],
        "#3f2a2c",
        0.55,
    )
    _trader(sheet, x - 66 * size, foot - 96 * size, size, "#2b4c63", "#f3e3c4")
    _trader(sheet, x + 92 * size, foot - 96 * size, size, "#7d3046", "#2f5f5a")
    table = [
        (x - wide, foot - 104 * size),
        (x + wide, foot - 104 * size),
        (x + wide * 0.96, foot),
        (x - wide * 0.96, foot),
    ]
    sheet.shape(table, "#a2673f")
    for plank in range(1, 4):
        y = foot - 104 * size + plank * 26 * size
        sheet.line([(x - wide * 0.98, y), (x + wide * 0.98, y)], 2.5 * size, "#70422a", 0.8)
    sheet.shade(sheet.polygon(table), "#5b3323", (x - wide * 0.4, 0), (x + wide * 1.2, 0), 0.8)
    for crate in range(4):
        _crate(sheet, x - wide * 0.72 + crate * wide * 0.48, foot - 104 * size, size)
    count = 12
    for number in range(count):
        one, two = (
            x - wide * 1.12 + number * wide * 2.24 / count,
            x - wide * 1.12 + (number + 1) * wide * 2.24 / count,
        )
        up_one, up_two = x + (one - x) * 0.84, x + (two - x) * 0.84
        colour = stripe if number % 2 == 0 else "#fff6e2"
        low, high = foot - tall + 40 * size, foot - tall - 40 * size
        sheet.shape([(one, low), (up_one, high), (up_two, high), (two, low)], colour)
        sheet.oval((one + two) / 2, low, (two - one) / 2, 17 * size, colour)
    awning = sheet.polygon(
        [
            (x - wide * 1.12, foot - tall + 56 * size),
            (x - wide * 0.94, foot - tall - 40 * size),
            (x + wide * 0.94, foot - tall - 40 * size),
            (x + wide * 1.12, foot - tall + 56 * size),
        ]
    )
    sheet.shade(awning, "#6b2f35", (x - wide * 0.2, 0), (x + wide * 1.5, 0), 0.7)
    sheet.fade(awning, "#fff1c8", (x, 0), (x - wide * 1.3, 0), 0.5)


def _crate(sheet: Sheet, x: float, foot: float, size: float) -> None:
    sheet.shape(
        [
            (x - 50 * size, foot),
            (x - 54 * size, foot - 30 * size),
            (x + 54 * size, foot - 30 * size),
            (x + 50 * size, foot),
        ],
        "#e9eef0",
    )
    for _ in range(16):
        fx, fy = (
            x + sheet.chance.uniform(-42, 42) * size,
            foot - 30 * size - sheet.chance.uniform(0, 15) * size,
        )
        silver = sheet.chance.choice(("#b9ccd6", "#8fa9b8", "#dfe9ec", "#6f8fa3"))
        sheet.oval(fx, fy, 17 * size, 5.5 * size, silver)
        sheet.shape(
            [(fx + 13 * size, fy), (fx + 24 * size, fy - 6 * size), (fx + 24 * size, fy + 6 * size)], silver
        )
        sheet.disc(fx - 11 * size, fy - 1 * size, 1.3 * size, "#1f2f3a")
    sheet.shape(
        [
            (x - 50 * size, foot),
            (x - 54 * size, foot - 24 * size),
            (x + 54 * size, foot - 24 * size),
            (x + 50 * size, foot),
        ],
        "#c98d55",
    )
    sheet.line([(x - 52 * size, foot - 12 * size), (x + 52 * size, foot - 12 * size)], 3 * size, "#8d5a35")


def _trader(sheet: Sheet, x: float, foot: float, size: float, coat: str, hat: str) -> None:
    sheet.shape(
        [
            (x - 44 * size, foot),
            (x - 34 * size, foot - 92 * size),
            (x + 34 * size, foot - 92 * size),
            (x + 44 * size, foot),
        ],
        coat,
    )
    sheet.shape(
        [
            (x - 24 * size, foot),
            (x - 18 * size, foot - 74 * size),
            (x + 18 * size, foot - 74 * size),
            (x + 24 * size, foot),
        ],
        "#f3e3c4",
        0.9,
    )
    sheet.disc(x, foot - 116 * size, 25 * size, "#d39a70")
    sheet.oval(x, foot - 130 * size, 27 * size, 15 * size, hat)
    sheet.shape(
        [
            (x - 27 * size, foot - 128 * size),
            (x + 27 * size, foot - 128 * size),
            (x + 25 * size, foot - 120 * size),
            (x - 25 * size, foot - 120 * size),
        ],
        hat,
    )


def _waiting_gull(sheet: Sheet, x: float, foot: float) -> None:
    sheet.oval(x + 8, foot + 2, 42, 7, "#5b3829", 0.5, 3)
    for leg in (-6, 8):
        sheet.line([(x + leg, foot), (x + leg, foot - 22)], 3.4, "#e0a33e")
    sheet.oval(x + 4, foot - 44, 40, 24, "#fffaf0")
    sheet.shape(
        [(x + 4, foot - 66), (x + 66, foot - 40), (x + 10, foot - 30), (x - 18, foot - 44)], "#9fb2bb"
    )
    sheet.disc(x - 30, foot - 74, 18, "#fffaf0")
    sheet.shape([(x - 46, foot - 76), (x - 70, foot - 68), (x - 45, foot - 66)], "#e0a33e")
    sheet.disc(x - 35, foot - 78, 2.6, "#22333b")


def doors() -> Sheet:
    """A row of narrow houses in pale colours, each with a blue door, on a cobbled quay."""
    sheet = Sheet(61)
    sheet.wash([(0, "#a9d3e0"), (260, "#e3efe2"), (420, "#fdf0d2")])
    sheet.glow(1010, 90, 380, "#fff6d8", 0.8)
    walls = ("#f0c9a8", "#f4e1b6", "#d8e0c6", "#f2b8a0", "#e9d7dc", "#cfe0e0", "#f5d79c")
    blues = ("#1f5aa6", "#2b79b8", "#16407f", "#3c8fb8", "#27539a", "#1b6c97", "#4a7fc1")
    for number in range(7):
        _house(sheet, -20 + number * 180, number, walls[number], blues[number])
    sheet.wash([(636, "#b9a48f"), (800, "#6e5f5c")], sheet.band(636, 800))
    for row in range(11):
        y = 642 + row * row * 1.5
        for number in range(60 - row * 3):
            x = (number + row % 2 / 2) * WIDTH / (58 - row * 3) + sheet.chance.uniform(-3, 3)
            shade = sheet.chance.choice(("#cdb9a2", "#a08c7e", "#8b7a72", "#bfa893"))
            sheet.oval(x, y, 8.4 + row * 0.75, 3.4 + row * 0.95, shade, 0.85)
    sheet.fade(sheet.band(636, 800), "#3b3a52", (0, 690), (0, 830), 0.75)
    for x in (214, 574, 934):
        sheet.shape([(x - 17, 790), (x - 20, 726), (x + 20, 726), (x + 17, 790)], "#2a2f45")
        sheet.oval(x, 724, 25, 9, "#39415c")
        sheet.oval(x, 766, 22, 6, "#d9b26a")
    return sheet


def _house(sheet: Sheet, x: float, number: int, wall: str, blue: str) -> None:
    wide, foot = 180, 640
    top = 190 + (number * 53) % 80
    kind = number % 3
    if kind == 0:
        outline = [(x, foot), (x, top), (x + wide / 2, top - 104), (x + wide, top), (x + wide, foot)]
    elif kind == 1:
        outline = [
            (x, foot),
            (x, top),
            (x + 30, top),
            (x + 30, top - 40),
            (x + 62, top - 40),
            (x + 62, top - 82),
            (x + 118, top - 82),
            (x + 118, top - 40),
            (x + 150, top - 40),
            (x + 150, top),
            (x + wide, top),
            (x + wide, foot),
        ]
    else:
        outline = [
            (x, foot),
            (x, top),
            (x + 20, top - 70),
            (x + wide - 20, top - 70),
            (x + wide, top),
            (x + wide, foot),
        ]
    sheet.shape(outline, wall)
    mask = sheet.polygon(outline)
    sheet.shade(mask, "#a67b6d", (x + wide * 0.5, 0), (x - wide * 0.5, 0), 0.6)
    sheet.shade(mask, "#8d6a66", (x, 520), (x, 700), 0.5)
    if kind == 2:
        roof = [(x - 4, top), (x + 20, top - 74), (x + wide - 20, top - 74), (x + wide + 4, top)]
        sheet.shape(roof, "#a5523f")
        sheet.shade(sheet.polygon(roof), "#6f332d", (x + wide, top - 70), (x, top + 10), 0.7)
    else:
        sheet.line(outline[1:-1], 8, "#fff7e8")
    for row in range(3):
        for side in (0.3, 0.7):
            wx, wy = x + wide * side, top + 26 + row * 92
            if wy < 440:
                _window(sheet, wx, wy, blue)
    _door(sheet, x + wide / 2, foot, blue)
    if number == 3:
        _door(sheet, x + wide / 2 + 58, foot, "#4fa0d0")


def _window(sheet: Sheet, x: float, y: float, blue: str) -> None:
    sheet.shape([(x - 24, y - 4), (x + 24, y - 4), (x + 24, y + 62), (x - 24, y + 62)], "#fff7e8")
    sheet.shape([(x - 19, y), (x + 19, y), (x + 19, y + 57), (x - 19, y + 57)], "#39566b")
    sheet.shape([(x - 19, y), (x + 6, y), (x - 19, y + 44)], "#9cc4d2", 0.8)
    sheet.line([(x, y), (x, y + 57)], 3, "#fff7e8")
    sheet.line([(x - 19, y + 26), (x + 19, y + 26)], 3, "#fff7e8")
    sheet.shape([(x - 28, y + 62), (x + 28, y + 62), (x + 26, y + 70), (x - 26, y + 70)], blue)
    if sheet.chance.random() < 0.5:
        for leaf in range(9):
            sheet.disc(
                x - 22 + leaf * 5.5,
                y + 58 - sheet.chance.uniform(0, 8),
                4.4,
                sheet.chance.choice(("#5f8a4a", "#7ea35a", "#d7574a")),
            )


def _door(sheet: Sheet, x: float, foot: float, blue: str) -> None:
    sheet.shape(
        [(x - 44, foot - 24), (x - 44, foot - 158), (x + 44, foot - 158), (x + 44, foot - 24)], "#fff7e8"
    )
    sheet.oval(x, foot - 158, 44, 34, "#fff7e8")
    sheet.oval(x, foot - 156, 36, 27, "#ffe6a6")
    for turn in (0.25, 0.5, 0.75):
        sheet.line(
            [
                (x, foot - 156),
                (x - math.cos(math.pi * turn) * 36, foot - 156 - math.sin(math.pi * turn) * 27),
            ],
            3,
            blue,
        )
    leaf = [(x - 36, foot - 24), (x - 36, foot - 154), (x + 36, foot - 154), (x + 36, foot - 24)]
    sheet.shape(leaf, blue)
    sheet.shade(sheet.polygon(leaf), "#0e2450", (x - 10, 0), (x + 60, 0), 0.7)
    for left, right in ((-27, -5), (5, 27)):
        for low, high in ((142, 100), (88, 40)):
            sheet.line(
                [
                    (x + left, foot - low),
                    (x + right, foot - low),
                    (x + right, foot - high),
                    (x + left, foot - high),
                    (x + left, foot - low),
                ],
                2.4,
                "#ffffff",
                0.32,
            )
    sheet.disc(x + 28, foot - 92, 4, "#f0c45a")
    sheet.shape(
        [(x - 56, foot - 24), (x + 56, foot - 24), (x + 60, foot - 10), (x - 60, foot - 10)], "#d9cbb8"
    )
    sheet.shape([(x - 66, foot - 10), (x + 66, foot - 10), (x + 70, foot + 6), (x - 70, foot + 6)], "#bfae9b")

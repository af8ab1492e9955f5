"""Crane Number Nine."""

from outlines import gull, hills, skyline
from paint import Sheet


def crane() -> Sheet:
    """A tall harbour crane, black against a wide orange sky."""
    sheet = Sheet(9)
    sheet.wash([(0, "#c2402f"), (180, "#e4683a"), (380, "#f6a04d"), (560, "#ffd98a"), (620, "#ffe9b4")])
    sheet.glow(350, 560, 560, "#fff0b8", 0.8)
    sheet.disc(350, 540, 92, "#fff6d6")
    for x, y, across, tall in (
        (200, 130, 420, 18),
        (900, 90, 360, 14),
        (980, 230, 300, 12),
        (420, 270, 320, 9),
        (840, 360, 240, 7),
    ):
        sheet.oval(x, y, across, tall, "#ffb067", 0.4, 7)
    sheet.shape(hills(sheet.chance, 640, 70), "#e98e4c")
    for house in skyline(sheet.chance, 642, 30, 74, narrow=26, wide=60, spires=2):
        sheet.shape(house, "#b5523a")
    sheet.fade(sheet.band(560, 644), "#ffc777", (0, 560), (0, 660), 0.6)
    _ship(sheet, 330, 668)
    _crane(sheet)
    sheet.mirror(676, "#8c2f2c", 0.3, ripple=10, squash=2.3)
    sheet.fade(sheet.band(676, 800), "#3b1226", (0, 690), (0, 830), 0.85)
    sheet.glints(680, 796, "#ffe3a0", 90, x=350, spread=230, strength=0.75, length=52)
    sheet.shape([(560, 676), (560, 664), (1210, 660), (1210, 716), (590, 716)], "#2a0f20")
    sheet.shade(
        sheet.polygon([(560, 676), (560, 664), (1210, 660), (1210, 716), (590, 716)]),
        "#7c2c2c",
        (0, 716),
        (0, 655),
        0.5,
    )
    for x in range(600, 1200, 66):
        sheet.line([(x, 668), (x, 714)], 3, "#1a0816", 0.8)
        sheet.shape([(x - 5, 664), (x - 6, 652), (x + 6, 652), (x + 5, 664)], "#1a0816")
    for x, y, span, tilt in (
        (520, 196, 26, 0.2),
        (610, 236, 18, -0.15),
        (458, 262, 13, 0.1),
        (726, 120, 20, 0.3),
        (300, 330, 15, -0.1),
    ):
        gull(sheet, x, y, span, "#4a1724", tilt)
    return sheet


def _crane(sheet: Sheet) -> None:
    """Paint the crane: a portal of four legs, a house, a long arm with its rope and hook."""
    dark, lit = "#2a0f20", "#7c2c2c"
    for foot, top in ((820, 872), (900, 908), (1060, 972), (1130, 1008)):
        sheet.line([(foot, 664), (top, 430)], 13, dark)
    sheet.line([(823, 650), (875, 430)], 3, "#e4683a", 0.8)
    for low, high in ((640, 560), (560, 490)):
        left, right = 820 + (664 - low) * 0.22, 1130 - (664 - low) * 0.52
        left_up, right_up = 820 + (664 - high) * 0.22, 1130 - (664 - high) * 0.52
        sheet.line([(left, low), (right_up, high)], 5, dark)
        sheet.line([(right, low), (left_up, high)], 5, dark)
        sheet.line([(left_up, high), (right_up, high)], 7, dark)
    sheet.shape([(840, 436), (856, 420), (1024, 420), (1040, 436)], dark)
    house = [(868, 420), (868, 336), (1066, 336), (1084, 420)]
    sheet.shape(house, dark)
    sheet.shade(sheet.polygon(house), lit, (960, 420), (850, 330), 0.8)
    cab = [(830, 420), (824, 352), (880, 346), (884, 420)]
    sheet.shape(cab, dark)
    sheet.shape([(833, 396), (829, 360), (874, 355), (876, 396)], "#ffd98a")
    sheet.line([(852, 358), (854, 396)], 3, dark)
    sheet.shape([(838, 396), (842, 378), (852, 374), (850, 396)], "#c2402f")
    arm_foot, arm_top = (900, 352), (470, 96)
    for across in (-9, 9):
        sheet.line([(arm_foot[0] + across, arm_foot[1]), (arm_top[0] + across * 0.3, arm_top[1])], 6, dark)
    steps = 15
    for step in range(steps):
        share, after = step / steps, (step + 1) / steps
        side = 9 if step % 2 else -9
        sheet.line(
            [
                (
                    arm_foot[0] + (arm_top[0] - arm_foot[0]) * share + side * (1 - share * 0.7),
                    arm_foot[1] + (arm_top[1] - arm_foot[1]) * share,
                ),
                (
                    arm_foot[0] + (arm_top[0] - arm_foot[0]) * after - side * (1 - after * 0.7),
                    arm_foot[1] + (arm_top[1] - arm_foot[1]) * after,
                ),
            ],
            3,
            dark,
        )
    sheet.line([(1000, 336), (960, 176), (990, 336)], 6, dark)
    sheet.line([(962, 182), arm_top], 2.2, dark)
    sheet.line([(962, 182), (1070, 336)], 3, dark)
    sheet.shape([(1036, 346), (1036, 300), (1094, 310), (1096, 352)], dark)
    sheet.line([arm_top, (470, 372)], 2, dark)
    sheet.disc(arm_top[0], arm_top[1], 9, dark)
    sheet.shape([(462, 372), (478, 372), (480, 392), (460, 392)], dark)
    sheet.line([(470, 392), (470, 404), (480, 412), (474, 422), (462, 418)], 4, dark)


def _ship(sheet: Sheet, x: float, water: float) -> None:
    hull = [
        (x - 250, water - 56),
        (x - 232, water - 50),
        (x + 200, water - 44),
        (x + 236, water - 62),
        (x + 216, water + 8),
        (x - 214, water + 8),
    ]
    sheet.shape(hull, "#5a1c2b")
    sheet.shade(sheet.polygon(hull), "#2f1022", (x, water - 50), (x + 60, water + 20), 0.8)
    sheet.shape(
        [
            (x - 246, water - 56),
            (x - 232, water - 50),
            (x + 200, water - 44),
            (x + 234, water - 60),
            (x + 232, water - 52),
            (x - 240, water - 46),
        ],
        "#ffd98a",
        0.8,
    )
    sheet.shape(
        [(x + 86, water - 46), (x + 90, water - 132), (x + 178, water - 132), (x + 184, water - 46)],
        "#7c2c2c",
    )
    for row in range(3):
        for step in range(4):
            left, top = x + 98 + step * 20, water - 122 + row * 24
            sheet.shape([(left, top), (left + 11, top), (left + 11, top + 11), (left, top + 11)], "#ffd98a")
    sheet.shape(
        [(x + 116, water - 132), (x + 120, water - 176), (x + 154, water - 176), (x + 158, water - 132)],
        "#2f1022",
    )
    for mast in (x - 160, x - 30):
        sheet.line([(mast, water - 48), (mast, water - 170)], 5, "#3f1526")
        sheet.line([(mast, water - 70), (mast + 74, water - 132)], 3, "#3f1526")
        sheet.line([(mast, water - 168), (mast + 74, water - 132)], 1.5, "#3f1526")

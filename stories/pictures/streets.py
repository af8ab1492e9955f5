"""The town: a tram at night, the clock of the customs house."""

import math

from outlines import skyline, windows
from paint import WIDTH, Point, Sheet


def tram() -> Sheet:
    """A yellow tram with lit windows climbs a steep street at night."""
    sheet = Sheet(4)
    sheet.wash([(0, "#0b1230"), (300, "#1a2550"), (520, "#35406f"), (800, "#1a1f40")])
    for _ in range(60):
        sheet.disc(
            sheet.chance.uniform(380, 860),
            sheet.chance.uniform(0, 240),
            sheet.chance.uniform(0.6, 1.4),
            "#dfe6ff",
            sheet.chance.uniform(0.2, 0.8),
        )
    sheet.glow(610, 330, 330, "#6f7fc0", 0.4)
    for house in skyline(sheet.chance, 430, 40, 120, left=380, right=840, narrow=30, wide=54, spires=1):
        sheet.shape(house, "#1d2650")
    windows(sheet, 400, 820, 352, 420, 26, "#ffcf77", 4)
    road: list[Point] = [(500, 420), (720, 420), (1300, 830), (-100, 830)]
    sheet.shape(road, "#232a4e")
    sheet.shade(sheet.polygon(road), "#3d4880", (0, 840), (0, 420), 0.7)
    for row in range(26):
        y = 430 + row * row * 0.62
        sheet.line([(500 - (y - 420) * 1.46, y), (720 + (y - 420) * 1.41, y)], 1 + row * 0.05, "#141a38", 0.4)
    _row_of_houses(sheet, left=True)
    _row_of_houses(sheet, left=False)
    for top, bottom in ((566, 380), (590, 470), (630, 730), (654, 820)):
        sheet.line([(top, 422), (bottom, 830)], 4, "#9fb0e6", 0.7)
    _car(sheet, 610, 640)
    sheet.glints(668, 800, "#ffd684", 100, x=600, spread=330, strength=0.42, length=58)
    sheet.glints(640, 800, "#8d9ee0", 60, x=600, spread=800, strength=0.2, length=70)
    for _ in range(170):
        x, y = sheet.chance.uniform(-20, 1220), sheet.chance.uniform(-20, 800)
        long = sheet.chance.uniform(12, 30)
        sheet.line([(x, y), (x - long * 0.2, y + long)], 1, "#c4d0ff", sheet.chance.uniform(0.08, 0.25))
    for y in (178, 196):
        sheet.line([(-10, y - 60), (610, y + 74), (1210, y - 70)], 1.6, "#0a0f26", 0.9)
    return sheet


def _row_of_houses(sheet: Sheet, *, left: bool) -> None:
    """Paint house fronts that run up the hill towards the middle."""
    sign, edge = (1, -30) if left else (-1, WIDTH + 30)
    x, near = edge, 1.0
    for number in range(5):
        wide = 150 * near
        inner = x + sign * wide
        foot_near, foot_far = 800 - (1 - near) * 520, 800 - (1 - near * 0.82) * 520
        top = 60 + (1 - near) * 430 + sheet.chance.uniform(-30, 30)
        front = [
            (x, foot_near),
            (x, top),
            (x + sign * wide / 2, top - 60 * near),
            (inner, top + 20 * near),
            (inner, foot_far),
        ]
        sheet.shape(front, ("#141a3a", "#1b2146", "#121736", "#1f2750", "#182046")[number])
        sheet.shade(sheet.polygon(front), "#454f86", (x, 0), (inner + sign * 60, 0), 0.55)
        for row in range(4):
            for column in range(2):
                if sheet.chance.random() < 0.42:
                    w, h = 26 * near, 44 * near
                    wx, wy = x + sign * wide * (0.28 + 0.4 * column), top + (46 + row * 92) * near
                    pane = [(wx - w / 2, wy), (wx + w / 2, wy), (wx + w / 2, wy + h), (wx - w / 2, wy + h)]
                    sheet.shape(pane, sheet.chance.choice(("#ffcf77", "#ffb75e", "#ffe0a0")), 0.9)
                    sheet.line([(wx, wy), (wx, wy + h)], 2 * near, "#141a3a")
                    sheet.line([(wx - w / 2, wy + h / 2), (wx + w / 2, wy + h / 2)], 2 * near, "#141a3a")
                    sheet.glow(wx, wy + h / 2, 60 * near, "#ffb75e", 0.4)
        x, near = inner, near * 0.8


def _car(sheet: Sheet, x: float, foot: float) -> None:
    """Paint the tram from the front, its wheels on `foot`."""
    sheet.oval(x, foot + 26, 170, 18, "#0a0f26", 0.8, 6)
    body = [
        (x - 122, foot + 14),
        (x - 128, foot - 150),
        (x - 112, foot - 300),
        (x + 112, foot - 300),
        (x + 128, foot - 150),
        (x + 122, foot + 14),
    ]
    sheet.shape(body, "#f2b632")
    sheet.shade(sheet.polygon(body), "#b86a1c", (x - 20, 0), (x + 150, 0), 0.85)
    sheet.shape(
        [(x - 122, foot - 288), (x - 98, foot - 326), (x + 98, foot - 326), (x + 122, foot - 288)], "#fff1cf"
    )
    sheet.shape(
        [(x - 124, foot - 50), (x + 124, foot - 50), (x + 122, foot - 26), (x - 122, foot - 26)], "#fff1cf"
    )
    for left, right in ((-104, -42), (-36, 36), (42, 104)):
        pane = [
            (x + left, foot - 146),
            (x + left * 0.95, foot - 268),
            (x + right * 0.95, foot - 268),
            (x + right, foot - 146),
        ]
        sheet.shape(pane, "#ffe9a8")
        sheet.shade(sheet.polygon(pane), "#ffc35a", (x, foot - 268), (x, foot - 130), 0.8)
    for head, coat in ((-74, "#7a3346"), (72, "#2f5674"), (-6, "#2a2f4e")):
        sheet.shape(
            [
                (x + head - 19, foot - 146),
                (x + head - 13, foot - 186),
                (x + head + 13, foot - 186),
                (x + head + 19, foot - 146),
            ],
            coat,
        )
        sheet.disc(x + head, foot - 201, 13, "#c98a5e")
        sheet.oval(x + head, foot - 209, 14, 8, "#2a2036")
    sheet.shape(
        [(x - 52, foot - 296), (x + 52, foot - 296), (x + 52, foot - 318), (x - 52, foot - 318)], "#17203f"
    )
    for dot in (
        [(x + 4, foot - 313), (x - 9, foot - 304), (x + 10, foot - 304)],
        [(x + 4, foot - 313), (x + 4, foot - 299)],
    ):
        sheet.line(dot, 3.4, "#ffd98a")
    for lamp in (-84, 84):
        sheet.disc(x + lamp, foot - 88, 17, "#fff8dc")
        sheet.glow(x + lamp, foot - 88, 170, "#ffdf8e", 0.85)
    sheet.shape([(x - 96, foot + 26), (x - 88, foot + 4), (x + 88, foot + 4), (x + 96, foot + 26)], "#1c2244")
    sheet.line([(x - 30, foot - 326), (x, foot - 428), (x + 30, foot - 326)], 4, "#0a0f26")
    sheet.line([(x - 44, foot - 428), (x + 44, foot - 428)], 4, "#0a0f26")
    sheet.glow(x, foot - 206, 330, "#ffcf77", 0.42)


def clock() -> Sheet:
    """A slim clock tower with a lit face over snowy roofs at dusk, masts behind."""
    sheet = Sheet(1907)
    sheet.wash([(0, "#2b4a6f"), (260, "#5c7ea0"), (460, "#b7b6bd"), (600, "#f3c9ae")])
    sheet.glow(300, 600, 420, "#ffcfa2", 0.6)
    for mast in range(9):
        x, tall = 60 + mast * 62 + sheet.chance.uniform(-16, 16), sheet.chance.uniform(190, 300)
        sheet.line([(x, 640), (x, 640 - tall)], 3.4, "#6b7f9b")
        sheet.line([(x - 34, 640 - tall * 0.72), (x + 34, 640 - tall * 0.72)], 2.4, "#6b7f9b")
        for side in (-46, 46):
            sheet.line([(x, 640 - tall), (x + side, 640)], 1, "#7c90aa", 0.8)
    for base, low, high, wall in (
        (650, 60, 120, "#6d7f9c"),
        (716, 60, 130, "#43597d"),
        (800, 70, 130, "#25395d"),
    ):
        for house in skyline(sheet.chance, base, low, high, narrow=70, wide=130, spires=0):
            sheet.shape(house, wall)
            roof = [p for p in house if p[1] < base]
            if house[0][1] == base and len(roof) >= 3:  # a gable; chimneys stand on no ground
                sheet.line(roof, 9, "#eef3f8")
                sheet.line([(px, py + 5) for px, py in roof], 3, "#b9c8dc", 0.8)
        windows(sheet, 0, WIDTH, base - low + 12, base - 6, 34, "#ffd486", 8)
        if base == 716:
            _clock_tower(sheet, 790, 760, 120)
        sheet.fade(sheet.band(base - 190, base), "#d9c3c0", (0, base - 150), (0, base + 40), 0.28)
    for _ in range(420):
        size = sheet.chance.uniform(0.8, 3.4)
        sheet.disc(
            sheet.chance.uniform(0, 1200),
            sheet.chance.uniform(0, 800),
            size,
            "#ffffff",
            sheet.chance.uniform(0.35, 0.95),
        )
    return sheet


def _clock_tower(sheet: Sheet, x: float, base: float, top: float) -> None:
    shaft = [(x - 56, base), (x - 50, top + 200), (x + 50, top + 200), (x + 56, base)]
    sheet.shape(shaft, "#4b3a4e")
    sheet.shade(sheet.polygon(shaft), "#8d6a6d", (x + 40, 0), (x - 90, 0), 0.8)
    for y in range(round(top) + 380, 760, 26):
        for step in range(4):
            left = x - 50 + step * 27 + (y // 26 % 2) * 10
            sheet.line([(left, y), (left + 16, y)], 2, "#33283c", 0.5)
    head = [(x - 68, top + 200), (x - 68, top + 60), (x + 68, top + 60), (x + 68, top + 200)]
    sheet.shape(head, "#57434f")
    sheet.shade(sheet.polygon(head), "#9d7672", (x + 40, 0), (x - 100, 0), 0.8)
    roof = [(x - 80, top + 60), (x, top - 74), (x + 80, top + 60)]
    sheet.shape(roof, "#1f3552")
    sheet.shade(sheet.polygon(roof), "#f1f5fa", (x - 12, top + 60), (x - 70, top - 40), 0.95)
    sheet.line([(x, top - 70), (x, top - 106)], 3, "#1f3552")
    sheet.shape([(x, top - 106), (x + 22, top - 99), (x, top - 92)], "#b8314a")
    for y in (top + 60, top + 200):
        sheet.shape([(x - 82, y), (x + 82, y), (x + 76, y + 11), (x - 76, y + 11)], "#f1f5fa")
    sheet.glow(x, top + 132, 230, "#ffe3a2", 0.8)
    sheet.disc(x, top + 132, 54, "#2c2436")
    sheet.disc(x, top + 132, 49, "#fff0c9")
    for hour in range(12):
        _mark(sheet, x, top + 132, hour)
    sheet.line([(x, top + 132), (x - 27, top + 118)], 5, "#2c2436")
    sheet.line([(x, top + 132), (x + 7, top + 94)], 3.6, "#2c2436")
    sheet.disc(x, top + 132, 5, "#b8314a")
    for y in (top + 270, top + 336):
        sheet.shape([(x - 9, y + 32), (x - 9, y + 8), (x, y - 4), (x + 9, y + 8), (x + 9, y + 32)], "#ffd486")
        sheet.glow(x, y + 16, 46, "#ffc46a", 0.5)


def _mark(sheet: Sheet, x: float, y: float, hour: int) -> None:
    turn = math.tau * hour / 12
    inner = 38 if hour % 3 else 34
    sheet.line(
        [
            (x + math.sin(turn) * inner, y - math.cos(turn) * inner),
            (x + math.sin(turn) * 44, y - math.cos(turn) * 44),
        ],
        3,
        "#2c2436",
    )

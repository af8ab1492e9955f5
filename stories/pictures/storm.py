"""The flood gates in a storm."""

import math

from outlines import gull
from paint import WIDTH, Point, Sheet


def storm() -> Sheet:
    """High green waves against a sea wall with two steel gates."""
    sheet = Sheet(151)
    sheet.wash([(0, "#1b2c38"), (260, "#3c5a62"), (470, "#8ba79a"), (560, "#c3c9a8")])
    for _ in range(16):
        x, y = sheet.chance.uniform(-100, 1300), sheet.chance.uniform(20, 260)
        sheet.oval(
            x,
            y,
            sheet.chance.uniform(140, 330),
            sheet.chance.uniform(24, 56),
            sheet.chance.choice(("#16242f", "#2b434d", "#4d6b70")),
            0.5,
            18,
        )
    sheet.glow(930, 470, 380, "#f2e2a8", 0.55)
    _wall(sheet)
    for y, height, colour, crest in (
        (590, 34, "#2f6a66", "#9cc7b2"),
        (640, 50, "#225a5b", "#b9dcc6"),
        (706, 66, "#17484d", "#d4ecd6"),
        (784, 84, "#0e343c", "#e8f6e4"),
    ):
        _wave(sheet, y, height, colour, crest)
    for middle, base, tall in ((322, 560, 230), (560, 566, 130), (110, 600, 120)):
        _spray(sheet, middle, base, tall)
    for _ in range(260):
        x, y = sheet.chance.uniform(-40, 1240), sheet.chance.uniform(-20, 800)
        long = sheet.chance.uniform(18, 52)
        sheet.line([(x, y), (x - long * 0.5, y + long)], 1, "#dfeae0", sheet.chance.uniform(0.08, 0.28))
    gull(sheet, 700, 250, 34, "#e9f1e8", 0.35)
    gull(sheet, 800, 308, 20, "#d5e2da", 0.4, 0.9)
    return sheet


def _wall(sheet: Sheet) -> None:
    sheet.shape([(-10, 612), (-10, 470), (400, 478), (400, 612)], "#26343b")
    sheet.shape([(860, 612), (860, 478), (1210, 470), (1210, 612)], "#26343b")
    for left, right in ((-10, 400), (860, 1210)):
        face = sheet.polygon([(left, 480), (right, 480), (right, 612), (left, 612)])
        sheet.shade(face, "#4b6066", (0, 600), (0, 470), 0.8)
        for x in range(int(left), int(right), 58):
            sheet.line([(x, 490), (x, 612)], 2, "#1a262c", 0.6)
    for left, right, hinge in ((400, 628, 400), (632, 860, 860)):
        gate = [(left, 612), (left, 452), (right, 452), (right, 612)]
        sheet.shape(gate, "#35525c")
        sheet.shade(sheet.polygon(gate), "#7ea1a0", (hinge, 612), (630, 430), 0.75)
        for number in range(1, 5):
            x = left + (right - left) * number / 5
            sheet.line([(x, 452), (x, 612)], 6, "#22383f", 0.8)
        for y in (480, 540):
            sheet.line([(left, y), (right, y)], 7, "#22383f", 0.8)
    sheet.line([(630, 446), (630, 612)], 4, "#101b20")
    for x in (392, 868):
        sheet.shape([(x - 20, 612), (x - 20, 430), (x + 20, 430), (x + 20, 612)], "#202d34")
        sheet.disc(x, 418, 7, "#ff5a46")
        sheet.glow(x, 418, 60, "#ff4b3a", 0.9)
    tower = [(1000, 480), (1008, 300), (1092, 300), (1100, 480)]
    sheet.shape(tower, "#202d34")
    sheet.shade(sheet.polygon(tower), "#506a70", (1000, 400), (1110, 400), 0.7)
    sheet.shape([(984, 300), (976, 244), (1124, 244), (1116, 300)], "#ffe3a0")
    for x in (1002, 1032, 1064, 1094):
        sheet.line([(x, 244), (x, 300)], 4, "#202d34")
    sheet.disc(1048, 276, 9, "#33424a")
    sheet.shape([(1034, 300), (1040, 284), (1056, 284), (1062, 300)], "#33424a")
    sheet.shape([(966, 246), (980, 222), (1120, 222), (1134, 246)], "#202d34")
    sheet.glow(1050, 272, 150, "#ffdf94", 0.7)
    sheet.line([(1050, 222), (1050, 150)], 3, "#202d34")


def _wave(sheet: Sheet, base: float, height: float, colour: str, crest: str) -> None:
    """Paint one rank of pointed waves and the foam on their crests."""
    shift, pace = sheet.chance.uniform(0, 400), sheet.chance.uniform(0.9, 1.15)

    def rise(x: float) -> float:
        turn = (x + shift) / (150 + height * 1.6) * pace
        sharp = abs(math.sin(turn * math.pi)) ** 0.75
        return base - height * (1 - sharp) - height * 0.3 * math.sin(turn * 1.7)

    line: list[Point] = [(x, rise(x)) for x in range(-10, WIDTH + 20, 4)]
    mask = sheet.polygon([*line, (1220, 900), (-20, 900)])
    sheet.fill(mask, colour)
    sheet.shade(mask, crest, (0, base + height * 0.3), (0, base - height * 1.3), 0.75)
    for step in range(3):
        sheet.line(
            [(x, y + step * height * 0.22 + 4) for x, y in line], 3.2 - step, crest, 0.75 - step * 0.22
        )


def _spray(sheet: Sheet, x: float, base: float, tall: float) -> None:
    """Paint the white water that stands up where a wave meets the wall."""
    for across, lift, strength in ((0.5, 0.72, 0.75), (0.3, 1.0, 0.9), (0.22, 0.5, 1.0)):
        plume = [
            (x - tall * across, base + 40),
            (x - tall * across * 0.7, base - tall * lift * 0.55),
            (x + tall * 0.05, base - tall * lift),
            (x + tall * across * 0.62, base - tall * lift * 0.5),
            (x + tall * across, base + 40),
        ]
        sheet.shade(
            sheet.polygon(plume, blur=tall * 0.07),
            "#f2f8ee",
            (x, base - tall * lift),
            (x, base - tall * 0.05),
            strength,
        )
    for _ in range(130):
        turn = sheet.chance.gauss(-math.pi / 2, 0.5)
        far = tall * sheet.chance.uniform(0.35, 1.2)
        size = sheet.chance.uniform(0.7, 2.8)
        sheet.disc(
            x + math.cos(turn) * far,
            base + math.sin(turn) * far,
            size,
            "#f2f8ee",
            sheet.chance.uniform(0.3, 0.9),
        )

"""The sea when it is quiet: Skerry Light, thin ice, boats in fog."""

import math

from outlines import gull, hills, rowing_boat
from paint import Mask, Point, Sheet
from PIL import ImageChops


def lighthouse() -> Sheet:
    """A white lighthouse on a dark rock, its beam over a violet sea."""
    sheet = Sheet(1911)
    sheet.wash([(0, "#191645"), (220, "#3f2d74"), (400, "#8b4f93"), (520, "#e5888f"), (580, "#ffc59a")])
    for _ in range(120):
        sheet.disc(
            sheet.chance.uniform(0, 1200),
            sheet.chance.uniform(0, 330),
            sheet.chance.uniform(0.6, 1.7),
            "#fff3e0",
            sheet.chance.uniform(0.2, 0.9),
        )
    sheet.glow(260, 570, 420, "#ff9a78", 0.6)
    sheet.shape(hills(sheet.chance, 584, 44), "#74457f")
    sheet.fade(sheet.band(520, 586), "#e5888f", (0, 530), (0, 600), 0.5)
    lamp = (845, 214)
    beam = sheet.polygon([lamp, (-60, 10), (-60, 190)], blur=10)
    sheet.fill(ImageChops.multiply(beam, _towards(sheet, (20, 100), lamp)), "#ffeec0", 0.85)
    other = sheet.polygon([lamp, (1260, 268), (1260, 330)], blur=8)
    sheet.fill(ImageChops.multiply(other, _towards(sheet, (1300, 300), lamp)), "#ffeec0", 0.6)
    sheet.mirror(584, "#2a2160", 0.3, ripple=7, squash=1.4)
    sheet.fade(sheet.band(584, 800), "#100e35", (0, 600), (0, 830), 0.85)
    sheet.glints(590, 796, "#ffc9a2", 120, x=260, spread=260, strength=0.5, length=46)
    sheet.glints(600, 796, "#9a86d8", 100, x=700, spread=700, strength=0.25, length=60)
    _rock(sheet)
    _tower(sheet, 845, 596, lamp[1])
    for boat, y in ((300, 690), (430, 720), (520, 700)):
        rowing_boat(sheet, boat, y, 84, "#0c0a28", "#2d2352")
        for seat in range(5):
            sheet.oval(boat - 26 + seat * 13, y - 16, 3.6, 8, "#0c0a28")
            sheet.disc(boat - 26 + seat * 13, y - 26, 3.6, "#0c0a28")
        sheet.glow(boat + 38, y - 18, 26, "#ffcf7a", 0.9)
        sheet.disc(boat + 38, y - 18, 2.4, "#fff0c8")
    return sheet


def _towards(sheet: Sheet, start: Point, end: Point) -> Mask:
    ramp = Sheet(0)
    ramp.fade(None, "#ffffff", start, end)
    return ramp.image.convert("L")


def _rock(sheet: Sheet) -> None:
    rock = [
        (560, 640),
        (600, 612),
        (664, 604),
        (700, 584),
        (764, 578),
        (800, 566),
        (900, 566),
        (946, 580),
        (1010, 584),
        (1060, 606),
        (1130, 618),
        (1180, 644),
        (1000, 662),
        (760, 664),
    ]
    sheet.shape(rock, "#120e30")
    sheet.shade(sheet.polygon(rock), "#59376f", (1000, 660), (640, 570), 0.7)
    sheet.oval(870, 664, 330, 12, "#0c0a28", 0.6, 4)
    hut = [(932, 580), (932, 540), (966, 516), (1000, 540), (1000, 582)]
    sheet.shape(hut, "#3a2a5e")
    sheet.shape([(926, 542), (966, 512), (1006, 542), (1000, 546), (966, 522), (932, 546)], "#1a1440")
    sheet.shape([(956, 548), (974, 548), (974, 566), (956, 566)], "#ffd98c")
    sheet.glow(965, 556, 50, "#ffcf7a", 0.6)


def _tower(sheet: Sheet, x: float, base: float, lamp: float) -> None:
    body = [(x - 44, base - 26), (x - 25, lamp + 38), (x + 25, lamp + 38), (x + 44, base - 26)]
    mask = sheet.polygon(body)
    sheet.wash([(lamp, "#fff3e4"), (base, "#e3c3c4")], mask)
    for top, bottom in ((lamp + 96, lamp + 160), (lamp + 226, lamp + 290)):
        sheet.fill(ImageChops.multiply(mask, sheet.band(top, bottom)), "#b8314a")
    sheet.shade(mask, "#40265e", (x - 12, base), (x + 48, base), 0.85)
    for y in (lamp + 120, lamp + 196, lamp + 262):
        sheet.shape([(x - 14, y), (x - 5, y), (x - 5, y + 14), (x - 14, y + 14)], "#2a1c4c")
    sheet.shape(
        [(x - 42, lamp + 40), (x - 36, lamp + 28), (x + 36, lamp + 28), (x + 42, lamp + 40)], "#1a1440"
    )
    for step in range(-40, 41, 10):
        sheet.line([(x + step, lamp + 30), (x + step, lamp + 12)], 1.6, "#1a1440")
    sheet.line([(x - 41, lamp + 12), (x + 41, lamp + 12)], 2.4, "#1a1440")
    sheet.shape(
        [(x - 22, lamp + 28), (x - 22, lamp - 22), (x + 22, lamp - 22), (x + 22, lamp + 28)], "#fff0bd"
    )
    for step in (-22, -8, 8, 22):
        sheet.line([(x + step, lamp - 22), (x + step, lamp + 28)], 2, "#1a1440")
    sheet.shape([(x - 29, lamp - 20), (x, lamp - 56), (x + 29, lamp - 20)], "#b8314a")
    sheet.line([(x, lamp - 54), (x, lamp - 78)], 3, "#1a1440")
    sheet.glow(x, lamp, 230, "#ffe6a6", 0.9)
    sheet.glow(x, lamp, 60, "#fffbe8", 1)


def ice() -> Sheet:
    """Plates of thin ice, a red icebreaker, a low pink sun."""
    sheet = Sheet(1734)
    sheet.wash([(0, "#7fa6c9"), (200, "#b9c9dc"), (330, "#efd3cf"), (410, "#ffd9b8")])
    sheet.glow(380, 372, 420, "#ffb795", 0.7)
    sheet.disc(380, 366, 46, "#ffe9cf")
    sheet.shape(hills(sheet.chance, 418, 60), "#a9b9d0")
    sheet.fade(sheet.band(330, 420), "#ffdcc4", (0, 350), (0, 430), 0.6)
    sheet.shape(hills(sheet.chance, 420, 22), "#7f96b4")
    sheet.wash([(416, "#e7b9b0"), (470, "#7d9fbc"), (640, "#2f608a"), (800, "#143a5e")], sheet.band(416, 800))
    sheet.glints(420, 560, "#fff1dc", 110, x=380, spread=150, strength=0.7, length=40)
    _icebreaker(sheet, 830, 446)
    y = 438.0
    while y < 830:
        far = (y - 430) / 400
        for _ in range(round(13 - 8 * far)):
            _plate(
                sheet,
                sheet.chance.uniform(-60, 1260),
                y + sheet.chance.uniform(-6, 6) * (1 + 3 * far),
                26 + 150 * far,
            )
        y += 10 + 44 * far
    gull(sheet, 560, 230, 22, "#4d6785", 0.2)
    gull(sheet, 620, 262, 14, "#4d6785", -0.1)
    return sheet


def _plate(sheet: Sheet, x: float, y: float, size: float) -> None:
    """Paint one plate of ice: a flat polygon with a lit face and a thin dark edge."""
    count = sheet.chance.randint(5, 8)
    turns = sorted(sheet.chance.uniform(0, math.tau) for _ in range(count))
    size *= sheet.chance.uniform(0.35, 1)
    rim = [
        (x + math.cos(t) * size * sheet.chance.uniform(0.75, 1), y + math.sin(t) * size * 0.24) for t in turns
    ]
    thick = 1 + size * 0.045
    sheet.shape([(px, py + thick) for px, py in rim], "#3f7196", 0.9)
    warm = max(0.0, 1 - abs(x - 380) / 620)
    colour = "#fff2e6" if warm > 0.55 else sheet.chance.choice(("#dcebf3", "#cbe0ec", "#e9f2f5"))
    sheet.shape(rim, colour, 0.94)
    inner = [(x + (px - x) * 0.7 - size * 0.06, y + (py - y) * 0.7 - size * 0.012) for px, py in rim]
    sheet.shape(inner, "#ffffff", 0.35)


def _icebreaker(sheet: Sheet, x: float, water: float) -> None:
    hull = [
        (x - 170, water - 52),
        (x + 176, water - 44),
        (x + 168, water + 6),
        (x - 108, water + 8),
        (x - 140, water - 14),
    ]
    sheet.shape(hull, "#b8312f")
    sheet.shade(sheet.polygon(hull), "#701c2b", (x - 80, water - 60), (x + 60, water + 30), 0.8)
    sheet.shape(
        [(x - 170, water - 52), (x + 176, water - 44), (x + 175, water - 36), (x - 164, water - 42)],
        "#fff4ec",
    )
    for left, right, low, high in ((x - 66, x + 96, 50, 96), (x - 50, x + 66, 96, 132)):
        block = [
            (left, water - low),
            (left + 6, water - high),
            (right - 4, water - high),
            (right, water - low),
        ]
        sheet.shape(block, "#fff4ec")
        sheet.shade(sheet.polygon(block), "#c9b3bb", (left, 0), (right + 30, 0), 0.7)
    for step in range(7):
        sheet.shape(
            [
                (x - 40 + step * 14, water - 124),
                (x - 31 + step * 14, water - 124),
                (x - 31 + step * 14, water - 112),
                (x - 40 + step * 14, water - 112),
            ],
            "#2c4a66",
        )
    sheet.shape(
        [(x + 8, water - 132), (x + 14, water - 172), (x + 46, water - 172), (x + 50, water - 132)], "#23374e"
    )
    sheet.shape(
        [(x + 12, water - 162), (x + 48, water - 162), (x + 48, water - 152), (x + 11, water - 152)],
        "#f0a93c",
    )
    sheet.line([(x - 30, water - 132), (x - 30, water - 206)], 3, "#39506a")
    for step in range(8):
        sheet.oval(
            x + 40 + step * 24,
            water - 184 - step * 7,
            13 + step * 5,
            8 + step * 3,
            "#fff1e8",
            0.36 - step * 0.035,
            4,
        )
    sheet.oval(x + 10, water + 10, 190, 7, "#173d5f", 0.5, 3)


def fog() -> Sheet:
    """Three rowing boats in pale morning fog, islands behind them."""
    sheet = Sheet(7)
    sheet.wash([(0, "#b7c3c0"), (300, "#dcdccb"), (470, "#f1e6cc"), (800, "#a9b8b4")])
    sheet.glow(760, 250, 420, "#fff6dc", 0.9)
    sheet.disc(760, 250, 54, "#fffdf0", 0.9)
    for base, tall, colour in ((410, 150, "#c4cdc3"), (450, 110, "#a5b6b0"), (486, 70, "#7f9793")):
        ground = hills(sheet.chance, base, tall)
        sheet.shape(ground, colour)
        _firs(sheet, ground, tall, colour)
        sheet.fade(sheet.band(base - tall - 40, 500), "#efe8d3", (0, base - tall * 0.8), (0, base + 26), 0.9)
    sheet.mirror(492, "#cfd2c4", 0.45, ripple=5, squash=1.0)
    sheet.fade(sheet.band(492, 800), "#5d7a7c", (0, 560), (0, 840), 0.85)
    sheet.glints(500, 780, "#fffaf0", 70, x=760, spread=140, strength=0.55, length=50)
    for y, x, across, strength in (
        (470, 300, 520, 0.8),
        (505, 980, 460, 0.75),
        (548, 460, 600, 0.45),
        (610, 1010, 420, 0.3),
    ):
        sheet.oval(x, y, across, 15, "#f6f0df", strength, 12)
    for x, y, long, dark, inside in (
        (820, 566, 96, "#6c8482", "#93a5a0"),
        (330, 630, 180, "#33525a", "#6d6a58"),
        (690, 724, 270, "#163740", "#8d5a3b"),
    ):
        _at_rest(sheet, x, y, long, dark, inside)
    gull(sheet, 470, 250, 26, "#7c928f", 0.15)
    gull(sheet, 540, 222, 16, "#93a5a0", -0.1)
    return sheet


def _firs(sheet: Sheet, ground: list[Point], tall: float, colour: str) -> None:
    for x, foot in ground[:-2]:
        if sheet.chance.random() < 0.55:
            height = sheet.chance.uniform(0.16, 0.42) * tall
            sheet.shape(
                [(x - height * 0.2, foot + 6), (x, foot - height), (x + height * 0.2, foot + 6)], colour
            )


def _at_rest(sheet: Sheet, x: float, y: float, long: float, hull: str, inside: str) -> None:
    for step in range(5):
        sheet.oval(
            x,
            y + 3 + step * long * 0.035,
            long * (0.46 - step * 0.05),
            long * 0.018,
            hull,
            0.5 - step * 0.09,
            1.5,
        )
    rowing_boat(sheet, x, y, long, hull, inside)
    sheet.line(
        [(x + long * 0.5, y - long * 0.2), (x + long * 0.72, y + long * 0.06)],
        max(1, long * 0.008),
        hull,
        0.7,
    )

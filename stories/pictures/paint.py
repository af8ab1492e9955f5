"""Brushes for flat pictures with depth: gradients through shapes, light, mirrors, grain.

Coordinates are those of the finished picture, 1200 x 800; everything is painted at twice that
size and made smaller at the end, so edges are smooth. Nothing is random: every sheet has a seed.
"""

import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT, TWICE = 1200, 800, 2
SIZE = (WIDTH * TWICE, HEIGHT * TWICE)

Point = tuple[float, float]
Colour = str | tuple[int, int, int]
Mask = Image.Image


def rgb(colour: Colour) -> tuple[int, int, int]:
    """Return red, green and blue of `#rrggbb`."""
    if isinstance(colour, tuple):
        return colour
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(one: Colour, other: Colour, share: float) -> tuple[int, int, int]:
    """Return a colour between two; `share` is that of the other."""
    a, b = rgb(one), rgb(other)
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


class Sheet:
    """A picture in the making."""

    def __init__(self, seed: int) -> None:
        self.image = Image.new("RGB", SIZE)
        self.chance = random.Random(seed)

    # --- masks -------------------------------------------------------------------------------

    def mask(self, draw: Callable[[ImageDraw.ImageDraw], None], blur: float = 0) -> Mask:
        """Return a mask that `draw` painted in picture coordinates times two."""
        found = Image.new("L", SIZE)
        draw(ImageDraw.Draw(found))
        return found.filter(ImageFilter.GaussianBlur(blur * TWICE)) if blur else found

    def polygon(self, points: Sequence[Point], blur: float = 0) -> Mask:
        """Return the mask of a polygon."""
        return self.mask(lambda pen: pen.polygon([_at(p) for p in points], fill=255), blur)

    def ellipse(self, x: float, y: float, across: float, down: float, blur: float = 0) -> Mask:
        """Return the mask of an ellipse around a centre."""
        box = [_at((x - across, y - down)), _at((x + across, y + down))]
        return self.mask(lambda pen: pen.ellipse(box, fill=255), blur)

    def band(self, top: float, bottom: float) -> Mask:
        """Return the mask of everything between two heights."""
        return self.polygon([(0, top), (WIDTH, top), (WIDTH, bottom), (0, bottom)])

    # --- colour ------------------------------------------------------------------------------

    def gradient(self, stops: Sequence[tuple[float, Colour]]) -> Image.Image:
        """Return a sheet whose colour changes from top to bottom at the heights of `stops`."""
        column = Image.new("RGB", (1, SIZE[1]))
        for y in range(SIZE[1]):
            column.putpixel((0, y), _between(stops, y / TWICE))
        return column.resize(SIZE)

    def wash(self, stops: Sequence[tuple[float, Colour]], mask: Mask | None = None) -> None:
        """Paint a gradient, everywhere or through a mask."""
        layer = self.gradient(stops)
        self.image = layer if mask is None else Image.composite(layer, self.image, mask)

    def fill(self, mask: Mask, colour: Colour, strength: float = 1) -> None:
        """Paint one colour through a mask."""
        if strength < 1:
            mask = mask.point(lambda value: round(value * strength))
        self.image.paste(rgb(colour), (0, 0), mask)

    def shape(self, points: Sequence[Point], colour: Colour, strength: float = 1, blur: float = 0) -> None:
        """Paint a polygon in one colour."""
        spots = [_at(p) for p in points]
        self._stamp(spots, lambda pen, moved: pen.polygon(moved, fill=255), colour, strength, blur)

    def disc(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1) -> None:
        """Paint a disc."""
        self.oval(x, y, radius, radius, colour, strength)

    def oval(
        self,
        x: float,
        y: float,
        across: float,
        down: float,
        colour: Colour,
        strength: float = 1,
        blur: float = 0,
    ) -> None:
        """Paint an ellipse around a centre."""
        box = [_at((x - across, y - down)), _at((x + across, y + down))]
        self._stamp(box, lambda pen, moved: pen.ellipse(moved, fill=255), colour, strength, blur)

    def line(self, points: Sequence[Point], width: float, colour: Colour, strength: float = 1) -> None:
        """Paint a line with round bends."""
        spots, thick = [_at(p) for p in points], max(1, round(width * TWICE))
        self._stamp(
            spots,
            lambda pen, moved: pen.line(moved, fill=255, width=thick, joint="curve"),
            colour,
            strength,
            pad=thick,
        )

    def _stamp(
        self,
        spots: list[tuple[int, int]],
        draw: Callable[[ImageDraw.ImageDraw, list[tuple[int, int]]], None],
        colour: Colour,
        strength: float,
        blur: float = 0,
        pad: int = 0,
    ) -> None:
        """Paint something through a mask no larger than itself."""
        edge = round(blur * TWICE * 3) + pad + 3
        left, top = min(x for x, _ in spots) - edge, min(y for _, y in spots) - edge
        right, bottom = max(x for x, _ in spots) + edge, max(y for _, y in spots) + edge
        found = Image.new("L", (max(1, right - left), max(1, bottom - top)))
        draw(ImageDraw.Draw(found), [(x - left, y - top) for x, y in spots])
        if blur:
            found = found.filter(ImageFilter.GaussianBlur(blur * TWICE))
        self.image.paste(rgb(colour), (left, top), found.point(lambda value: round(value * strength)))

    # --- light -------------------------------------------------------------------------------

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1) -> None:
        """Add light around a point, fading to nothing at `radius`."""
        side = round(radius * 2 * TWICE)
        soft = Image.radial_gradient("L").point(
            lambda value: round(255 * strength * max(0.0, 1 - value / 181) ** 2.2)
        )
        soft = soft.resize((side, side), Image.Resampling.BILINEAR)
        light = Image.composite(
            Image.new("RGB", (side, side), rgb(colour)), Image.new("RGB", (side, side)), soft
        )
        left, top = round((x - radius) * TWICE), round((y - radius) * TWICE)
        box = (max(0, left), max(0, top), min(SIZE[0], left + side), min(SIZE[1], top + side))
        under = self.image.crop(box)
        over = light.crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
        self.image.paste(ImageChops.screen(under, over), box[:2])

    def shade(
        self, mask: Mask, colour: Colour, start: Point, end: Point, strength: float = 1, grain: int = 2
    ) -> None:
        """Stipple a colour through a mask, from nothing at `start` to full at `end`: the grain of print."""
        ramp = _ramp(start, end).point(lambda value: round(value * strength))
        dots = ImageChops.subtract(ramp, self.noise(grain)).point(lambda value: 255 if value else 0)
        self.fill(ImageChops.multiply(dots, mask), colour)

    def fade(self, mask: Mask | None, colour: Colour, start: Point, end: Point, strength: float = 1) -> None:
        """Paint a colour through a mask, smoothly from nothing at `start` to `strength` at `end`."""
        ramp = _ramp(start, end).point(lambda value: round(value * strength))
        self.fill(ramp if mask is None else ImageChops.multiply(ramp, mask), colour)

    def noise(self, grain: int = 2) -> Image.Image:
        """Return even noise in dots of `grain` picture points halves."""
        small = (SIZE[0] // grain, SIZE[1] // grain)
        return Image.frombytes("L", small, self.chance.randbytes(small[0] * small[1])).resize(
            SIZE, Image.Resampling.NEAREST
        )

    # --- water -------------------------------------------------------------------------------

    def mirror(
        self, shore: float, tint: Colour, share: float = 0.45, ripple: float = 9, squash: float = 1.0
    ) -> None:
        """Mirror what stands above `shore` in the water below it, broken into ripples."""
        top = round(shore * TWICE)
        depth = SIZE[1] - top
        source = self.image.crop((0, max(0, top - round(depth * squash)), SIZE[0], top))
        source = source.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((SIZE[0], depth))
        water = Image.new("RGB", (SIZE[0], depth))
        y, phase = 0, 0.0
        while y < depth:
            far = y / depth
            tall = max(2, round((1.2 + 7 * far) * TWICE))
            phase += 1.9 + self.chance.random()
            shift = round(
                math.sin(phase) * ripple * TWICE * (0.15 + far) + self.chance.gauss(0, ripple * 0.4 * far)
            )
            strip = source.crop((0, y, SIZE[0], min(depth, y + tall)))
            water.paste(ImageChops.offset(strip, shift, 0), (0, y))
            y += tall
        water = water.filter(ImageFilter.GaussianBlur(1.3 * TWICE))
        water = Image.blend(water, Image.new("RGB", water.size, rgb(tint)), share)
        self.image.paste(water, (0, top))

    def glints(
        self,
        top: float,
        bottom: float,
        colour: Colour,
        count: int,
        *,
        x: float = 600,
        spread: float = 600,
        strength: float = 0.5,
        length: float = 60,
    ) -> None:
        """Lay short bright lines on water, small and dense far away, long and thin near by."""
        for _ in range(count):
            far = self.chance.random() ** 1.7
            y = top + (bottom - top) * far
            half = length * (0.12 + far) * (0.4 + self.chance.random())
            middle = self.chance.gauss(x, spread * (0.35 + 0.65 * far) / 2)
            tall = 0.7 + 2.6 * far
            self._dash(middle, y, half, tall, colour, strength * (0.5 + 0.5 * self.chance.random()))

    def _dash(self, x: float, y: float, half: float, tall: float, colour: Colour, strength: float) -> None:
        box = (
            round((x - half) * TWICE),
            round((y - tall) * TWICE),
            round((x + half) * TWICE),
            round((y + tall) * TWICE),
        )
        wide, high = box[2] - box[0], max(2, box[3] - box[1])
        if wide < 2:
            return
        spot = Image.new("L", (wide, high))
        ImageDraw.Draw(spot).ellipse([0, 0, wide - 1, high - 1], fill=round(255 * strength))
        self.image.paste(rgb(colour), (box[0], box[1]), spot)

    # --- the end -----------------------------------------------------------------------------

    def save(
        self, path: Path, *, grain: float = 0.016, corners: float = 0.22, at_most: int = 118_000
    ) -> None:
        """Darken the corners a little, add the paper's grain, make it smaller, and write a JPEG.

        Args:
            path: where to.
            grain: how much grain, from 0 to 1.
            corners: how dark the corners get, from 0 to 1.
            at_most: bytes; the quality goes down from 82 until the file is no larger.
        """
        image = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        if corners:
            round_off = Image.radial_gradient("L").resize((round(WIDTH * 1.5), round(HEIGHT * 1.5)))
            left, top = (round_off.width - WIDTH) // 2, (round_off.height - HEIGHT) // 2
            edge = round_off.crop((left, top, left + WIDTH, top + HEIGHT))
            edge = edge.point(lambda value: round(255 - 255 * corners * max(0.0, value / 255 - 0.25)))
            image = ImageChops.multiply(image, Image.merge("RGB", (edge, edge, edge)))
        if grain:
            half = (WIDTH // 2, HEIGHT // 2)
            paper = Image.frombytes("L", half, self.chance.randbytes(half[0] * half[1])).resize(
                (WIDTH, HEIGHT), Image.Resampling.BILINEAR
            )
            image = Image.blend(
                image, ImageChops.overlay(image, Image.merge("RGB", (paper, paper, paper))), grain * 4
            )
        for quality in range(82, 40, -3):
            image.save(path, quality=quality, optimize=True, progressive=True, subsampling="4:2:0")
            if path.stat().st_size <= at_most:
                return
        raise ValueError(f"{path.name}: too much detail for {at_most} bytes")


def _at(point: Point) -> tuple[int, int]:
    return round(point[0] * TWICE), round(point[1] * TWICE)


def _between(stops: Sequence[tuple[float, Colour]], y: float) -> tuple[int, int, int]:
    if y <= stops[0][0]:
        return rgb(stops[0][1])
    for (low, one), (high, other) in pairwise(stops):
        if y <= high:
            return mix(one, other, (y - low) / (high - low))
    return rgb(stops[-1][1])


def _ramp(start: Point, end: Point) -> Image.Image:
    """Return a sheet that goes from black at `start` to white at `end`, along the way between them."""
    across, down = end[0] - start[0], end[1] - start[1]
    long = across * across + down * down
    small = Image.new("L", (WIDTH // 4, HEIGHT // 4))
    values = [
        min(255, max(0, round(255 * ((x * 4 - start[0]) * across + (y * 4 - start[1]) * down) / long)))
        for y in range(HEIGHT // 4)
        for x in range(WIDTH // 4)
    ]
    small.putdata(values)
    return small.resize(SIZE, Image.Resampling.BILINEAR)

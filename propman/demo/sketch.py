"""A sheet to draw on: shapes, stains, cracks, water, and the room or street behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 560, 420

Colour = tuple[int, int, int]
DARK: Colour = (48, 50, 54)
STEEL: Colour = (150, 156, 162)
WATER: Colour = (92, 150, 196)
RUST: Colour = (150, 92, 52)
WALLS: Sequence[Colour] = ((214, 204, 186), (196, 206, 204), (212, 196, 180), (200, 198, 208))


@dataclass(frozen=True)
class Sketch:
    """A sheet to draw on in units of the finished picture; `rng` makes variants of one scene differ."""

    on: ImageDraw
    rng: Random

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour, edge: int = 0) -> None:
        """A rectangle, with an edge of that width."""
        self.on.rectangle(_double(left, top, right, bottom), fill=fill, outline=DARK if edge else None, width=edge * 2)

    def oval(self, left: float, top: float, right: float, bottom: float, fill: Colour, edge: int = 0) -> None:
        """An ellipse in that rectangle."""
        self.on.ellipse(_double(left, top, right, bottom), fill=fill, outline=DARK if edge else None, width=edge * 2)

    def line(self, *points: float, fill: Colour = DARK, width: int = 3) -> None:
        """A line through the points x1, y1, x2, y2, …"""
        self.on.line(_double(*points), fill=fill, width=width * 2, joint="curve")

    def shape(self, *points: float, fill: Colour) -> None:
        """A filled polygon."""
        self.on.polygon(_double(*points), fill=fill)

    def blot(self, x: float, y: float, radius: float, fill: Colour, flat: float = 1.0) -> None:
        """A stain or puddle with an uneven rim; `flat` below 1 lays it on the ground."""
        rim: list[float] = []
        for step in range(28):
            reach = radius * self.rng.uniform(0.82, 1.08)
            angle = math.tau * step / 28
            rim += [x + reach * math.cos(angle), y + reach * flat * math.sin(angle)]
        self.shape(*rim, fill=fill)

    def crack(self, x: float, y: float, steps: int, width: int = 3) -> None:
        """A crack that wanders down from a point."""
        points = [x, y]
        for _ in range(steps):
            x, y = x + self.rng.uniform(-26, 26), y + self.rng.uniform(14, 30)
            points += [x, y]
        self.line(*points, width=width)

    def drops(self, x: float, y: float, number: int) -> None:
        """Falling water below a point."""
        for step in range(number):
            left, top = x + self.rng.uniform(-14, 14), y + 22 * step
            self.oval(left, top, left + 7, top + 13, WATER)

    def room(self) -> None:
        """A wall and a floor behind everything."""
        wall = self.rng.choice(WALLS)
        self.box(0, 0, WIDTH, HEIGHT, wall)
        self.box(0, 330, WIDTH, HEIGHT, shade(wall, 0.7))
        self.line(0, 330, WIDTH, 330, fill=shade(wall, 0.5))

    def street(self) -> None:
        """A yard: sky, houses far away, asphalt."""
        self.box(0, 0, WIDTH, 190, (206, 216, 224))
        for left in range(0, WIDTH, 112):
            top = self.rng.randint(60, 120)
            self.box(left, top, left + 104, 190, self.rng.choice(WALLS))
            for window in range(left + 12, left + 92, 28):
                self.box(window, top + 18, window + 14, top + 38, (120, 136, 150))
        self.box(0, 190, WIDTH, HEIGHT, (122, 124, 126))


def shade(colour: Colour, share: float) -> Colour:
    """`colour` darker (a share below 1) or lighter."""
    red, green, blue = (min(255, int(part * share)) for part in colour)
    return red, green, blue


def _double(*numbers: float) -> list[float]:
    return [number * 2 for number in numbers]

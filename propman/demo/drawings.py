"""Drawn pictures in place of photographs: what is broken, and the same when it is mended; and sheets of drawings.

Drawn and not photographed, so that nobody's door or face is in them and everybody sees that this is a demo.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from random import Random

from propman.demo.scenes import SCENES
from propman.demo.sketch import HEIGHT, STEEL, WIDTH, Sketch
from propman.files.encode import Picture, draw
from propman.files.gate import Kind

PAPER = (250, 249, 244)
VARIANTS = 2  # of each scene: another wall, another crack; mended, it has the wall it had when it was broken


@cache
def picture(scene: str, *, mended: bool, variant: int = 0, with_prints: bool = False) -> Picture:
    """The scene of that name as a photograph that came in and was drawn anew; made once per process. It has
    fingerprints only if asked for: a scene stands for many photographs, and each would be one that was used again.
    """
    drawn = draw(drawing(scene, mended=mended, variant=variant), Kind.JPEG)
    return drawn if with_prints else replace(drawn, prints=None)


def drawing(scene: str, *, mended: bool, variant: int = 0) -> bytes:
    """The scene of that name as the bytes of a JPEG file, as a telephone would send it."""
    return _photographed(lambda sketch: SCENES[scene](sketch, mended), f"{scene} {variant}")


@cache
def plan(number: str) -> Picture:
    """The sheet of an as-built drawing (竣工图) of that number, photographed: walls, axes and a title block."""
    return draw(_photographed(_plan, number), Kind.JPEG)


def _plan(sketch: Sketch) -> None:
    sketch.box(0, 0, WIDTH, HEIGHT, PAPER)
    sketch.box(20, 20, WIDTH - 20, HEIGHT - 20, PAPER, 2)
    right, bottom = WIDTH - 70, HEIGHT - 110
    sketch.box(60, 60, right, bottom, PAPER, 4)
    for wall in sorted(sketch.rng.sample(range(110, right - 40, 50), 4)):
        sketch.line(wall, 60, wall, bottom, width=3)
        sketch.line(wall, 40, wall, bottom + 20, fill=STEEL, width=1)
        sketch.oval(wall - 8, bottom + 20, wall + 8, bottom + 36, PAPER, 1)
    sketch.line(60, (60 + bottom) / 2, right, (60 + bottom) / 2, width=3)
    for line in range(4):
        sketch.line(WIDTH - 220, HEIGHT - 80 + line * 18, WIDTH - 20, HEIGHT - 80 + line * 18, fill=STEEL, width=1)


def _photographed(paint: Callable[[Sketch], None], seed: str) -> bytes:
    """What `paint` leaves on a sheet, as the bytes of a JPEG file; `seed` makes one sheet differ from the next."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH * 2, HEIGHT * 2))  # drawn large and made small: soft edges
    paint(Sketch(ImageDraw.Draw(image), Random(seed)))
    out = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.BOX).save(out, "JPEG", quality=88)
    return out.getvalue()

"""Drawn pictures in place of photographs: what is broken, and the same when it is mended.

Drawn and not photographed, so that nobody's door or face is in them and everybody sees that this is a demo.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from random import Random

from propman.demo.scenes import SCENES
from propman.demo.sketch import HEIGHT, WIDTH, Sketch
from propman.files.encode import Picture, draw
from propman.files.gate import Kind

VARIANTS = 2  # of each scene: another wall, another crack; mended, it has the wall it had when it was broken


@cache
def picture(scene: str, *, mended: bool, variant: int = 0) -> Picture:
    """The scene of that name as a photograph that came in and was drawn anew; made once per process."""
    return draw(drawing(scene, mended=mended, variant=variant), Kind.JPEG)


def drawing(scene: str, *, mended: bool, variant: int = 0) -> bytes:
    """The scene of that name as the bytes of a JPEG file, as a telephone would send it."""
    from PIL import Image, ImageDraw

    rng = Random(f"{scene} {variant}")
    image = Image.new("RGB", (WIDTH * 2, HEIGHT * 2))  # drawn large and made small: soft edges
    SCENES[scene](Sketch(ImageDraw.Draw(image), rng), mended)
    out = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.BOX).save(out, "JPEG", quality=88)
    return out.getvalue()

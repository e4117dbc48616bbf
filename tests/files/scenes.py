"""Scenes drawn by the tests, in place of photographs of doors and pipes; and what may happen to a photograph."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageEnhance

from tests.files.samples import saved

WIDE, HIGH = 800, 600


def scene(seed: int) -> Image.Image:
    """Forty boxes and ovals: the same ones for the same `seed`."""
    random = Random(seed)
    image = Image.new("RGB", (WIDE, HIGH), (random.randrange(256),) * 3)
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y, wide, high = (random.randrange(most) for most in (WIDE, HIGH, 350, 300))
        shape = draw.rectangle if random.random() < 0.5 else draw.ellipse
        shape((x - wide // 2, y - high // 2, x + wide // 2, y + high // 2), fill=tuple(random.randbytes(3)))
    return image


def photograph(seed: int, *, quality: int = 90) -> bytes:
    """The scene as a telephone would send it."""
    return saved(scene(seed), "JPEG", quality=quality)


def saved_anew(image: Image.Image) -> Image.Image:
    """Through a JPEG of poor quality, as messengers make them."""
    return Image.open(BytesIO(saved(image, "JPEG", quality=50)))


def made_smaller(image: Image.Image) -> Image.Image:
    """To 320 pixels."""
    return image.resize((320, 240))


def brightened(image: Image.Image) -> Image.Image:
    """By a tenth."""
    return ImageEnhance.Brightness(image).enhance(1.1)


def cropped(share: float) -> Callable[[Image.Image], Image.Image]:
    """Without `share` of its width and of its height, half of it on each side."""

    def crop(image: Image.Image) -> Image.Image:
        x, y = image.width * share / 2, image.height * share / 2
        return image.crop((round(x), round(y), round(image.width - x), round(image.height - y)))

    return crop

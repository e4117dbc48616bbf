"""Pillow, set up once for files from strangers. Imported only where a photograph is opened: it costs start-up time."""

from __future__ import annotations

import warnings
from typing import Final

from PIL import Image, ImageFile, PngImagePlugin

from propman.files.fingerprints import HEIGHT, WIDTH

MOST_PIXELS: Final = 50_000_000  # a telephone's largest setting

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK  # of compressed comments, together: 1 MiB, not 64
ImageFile.LOAD_TRUNCATED_IMAGES = False

__all__ = ["MOST_PIXELS", "Image", "greys"]


def greys(image: Image.Image) -> bytes:
    """The 9 x 8 greys of `image`, which stands upright, for its difference hash. Each is the mean of all it stands for,
    so that grain, and the blocks of a file that was saved anew, hardly count.
    """
    return image.convert("L").resize((WIDTH, HEIGHT), Image.Resampling.BOX).tobytes()

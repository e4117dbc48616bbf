"""Opens one HEIC in a process of its own: standard input -> small RGB picture on standard output. Knows no propman.

A HEIC is a tree of tiles that may share their bytes, so that a small file can ask for hours of work, and its decoder
is the least hardened of the four. Here it can use up only its own seconds and memory, and hurt only itself.
"""

from __future__ import annotations

import struct
import sys
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

import pi_heif
from pi_heif import options

if TYPE_CHECKING:
    from PIL import Image

SECONDS = 4  # of computing; 25 million pixels take about one
BYTES = 768 * 1024 * 1024  # of address space; 25 million pixels take about 400 MB of it
TOO_MANY_PIXELS = 3


def limit() -> None:
    """Bound what this process may use, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent's timeout is all there is
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with suppress(ValueError):  # macOS has the name but not the limit
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def main(longest: int, most_pixels: int) -> int:
    """Write width and height (big-endian, 4 bytes each) and the RGB bytes of the picture, turned upright by the
    decoder and shrunk to `longest` pixels. Out: exit status, 0 or `TOO_MANY_PIXELS`; anything else means broken.
    """
    limit()
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    options.DECODE_THREADS = 1
    heic = pi_heif.open_heif(BytesIO(sys.stdin.buffer.read()))
    if heic.size[0] * heic.size[1] > most_pixels:
        return TOO_MANY_PIXELS
    image: Image.Image = heic.to_pillow()
    image.thumbnail((longest, longest), reducing_gap=2.0)
    image = image.convert("RGB")
    sys.stdout.buffer.write(struct.pack(">II", *image.size) + image.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))

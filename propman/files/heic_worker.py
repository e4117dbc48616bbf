"""Opens one HEIC in a process of its own: standard input -> small RGB picture on standard output. Knows no propman.

A HEIC is a tree of tiles that may share their bytes, so that a small file can ask for hours of work, and its decoder
is the least hardened of the four. Here it can use up only its own seconds and memory, and hurt only itself.
"""

from __future__ import annotations

import struct
import sys
from io import BytesIO

import pi_heif
from PIL import Image

SECONDS = 5  # of computing; 25 million pixels take about one
BYTES = 768 * 1024 * 1024  # of address space; 25 million pixels take about 400 MB of it
TOO_MANY_PIXELS = 3


def limit() -> None:
    """Bound what this process may use, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent's timeout is all there is
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def main(longest: int, most_pixels: int) -> int:
    """Write width and height (big-endian, 4 bytes each) and the RGB bytes of the picture, turned upright by the
    decoder and shrunk to `longest` pixels. Out: exit status, 0 or `TOO_MANY_PIXELS`; anything else means broken.
    """
    limit()
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    image: Image.Image = Image.open(BytesIO(sys.stdin.buffer.read()), formats=("HEIF",))
    if image.width * image.height > most_pixels:
        return TOO_MANY_PIXELS
    image.load()
    image.thumbnail((longest, longest), reducing_gap=2.0)
    image = image.convert("RGB")
    sys.stdout.buffer.write(struct.pack(">II", *image.size) + image.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))

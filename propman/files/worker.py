"""The process behind the darkroom: a photo on standard input, two WebP files on standard output. Run for each photo."""

from __future__ import annotations

import sys

from propman import sandbox
from propman.files.darkroom import HEADER, TOO_MANY_PIXELS
from propman.files.encode import TooManyPixels, draw
from propman.files.gate import Kind

SECONDS = 4  # of computing; the largest photo takes about one
BYTES = 768 * 1024 * 1024  # of address space; the largest photo takes about 450 MB of it


def main(kind: str) -> int:
    """Draw the photo of that `kind`. Out: exit status, 0 or `TOO_MANY_PIXELS`; anything else means broken."""
    sandbox.limit(seconds=SECONDS, memory=BYTES)
    try:
        picture = draw(sys.stdin.buffer.read(), Kind(kind))
    except TooManyPixels:
        return TOO_MANY_PIXELS
    if picture.prints is None:
        raise ValueError("what came in has fingerprints")
    sizes = picture.width, picture.height, len(picture.photo), len(picture.thumb)
    prints = bytes.fromhex(picture.prints.received), picture.prints.difference, picture.prints.mirrored
    header = HEADER.pack(*sizes, *prints)
    sys.stdout.buffer.write(header + picture.photo + picture.thumb)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

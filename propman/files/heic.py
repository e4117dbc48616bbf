"""HEIC, as telephones write it: handed to `heic_worker`, a process with limits of its own."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

WORKER = Path(__file__).with_name("heic_worker.py")
TOO_MANY_PIXELS = 3  # the worker's exit status
SECONDS = 30  # by the wall clock, where the machine is busy; the worker's own limit is stricter
NEEDED = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")  # no key of ours goes to that process


class TooManyPixels(Exception):  # noqa: N818 - the gate says it in words
    """The picture has more pixels than allowed."""


def open_small(data: bytes, *, longest: int, most_pixels: int) -> Image:
    """The HEIC `data` as an RGB picture, upright, its longer side at most `longest` pixels.

    Raises `TooManyPixels` above `most_pixels`, and `ValueError` for one that is broken or asks for too much work.
    """
    from propman.files.pillow import Image

    command = [sys.executable, "-I", str(WORKER), str(longest), str(most_pixels)]
    environment = {name: os.environ[name] for name in NEEDED if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and file, no shell
            command, input=data, capture_output=True, timeout=SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError("took too long") from error
    if done.returncode == TOO_MANY_PIXELS:
        raise TooManyPixels
    if done.returncode:
        raise ValueError("cannot be decoded")
    return Image.frombytes("RGB", struct.unpack(">II", done.stdout[:8]), done.stdout[8:])

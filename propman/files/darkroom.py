"""The darkroom: each photo from a stranger is decoded in a process of its own, one at a time.

Decoders are where hostile pictures do harm: by memory, by time (a HEIC's tiles may share their bytes, so that a small
file asks for hours of work), or by a fault of the decoder itself. The process has limits and none of our keys. It also
takes its memory along when it ends: threads that decode leave hundreds of MB behind in the allocator (measured: 855).
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Final

from propman.files import gate
from propman.files.encode import Picture
from propman.files.gate import Kind

HEADER: Final = struct.Struct(">IIII")  # width, height, bytes of the picture, bytes of the thumbnail
TOO_MANY_PIXELS: Final = 3  # exit status of the process
SECONDS: Final = 30  # by the wall clock, for a busy machine; the process's own limit is stricter
ROOT: Final = Path(__file__).resolve().parents[2]
NEEDED: Final = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")  # of our environment
_one_at_a_time = Lock()


def draw_anew(data: bytes, *, number: int = 1) -> Picture:
    """The file `data` as a picture of ours. `number` is the photo's place in the form, from 1.

    Raises `Refused` as `gate.inspect` does, 422 for a file whose picture turns out to be broken or endless, and 503
    when the machine is too busy or has no process to spare.
    """
    kind = gate.inspect(data, number=number)
    with _one_at_a_time:
        status, answer = _in_a_process(data, kind)
    if status == TOO_MANY_PIXELS:
        raise gate.too_many_pixels(number, gate.MOST_PIXELS[kind])
    if status:
        raise gate.broken(number)
    width, height, size, _ = HEADER.unpack_from(answer)
    return Picture(answer[HEADER.size :][:size], answer[HEADER.size + size :], width, height)


def _in_a_process(data: bytes, kind: Kind) -> tuple[int, bytes]:
    """Exit status (below 0 where it broke a limit or broke down) and answer of the process that draws `data`."""
    environment = {name: os.environ[name] for name in NEEDED if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            [sys.executable, "-m", "propman.files.worker", kind.value],
            input=data, capture_output=True, timeout=SECONDS, cwd=ROOT, env=environment, check=False,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError) as error:
        raise gate.unavailable(503) from error
    return done.returncode, done.stdout

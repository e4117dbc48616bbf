"""The darkroom: each photo from a stranger is decoded in a process of its own, one at a time.

A HEIC's tiles may share their bytes, so that a small file asks for hours of work: the `sandbox` has limits. It also
takes its memory along when it ends: threads that decode leave hundreds of MB behind in the allocator (measured: 855).
"""

from __future__ import annotations

import struct
from typing import Final

from propman import sandbox
from propman.files import gate
from propman.files.encode import Picture
from propman.files.fingerprints import Fingerprints
from propman.files.gate import Kind

HEADER: Final = struct.Struct(">IIII32sqq")  # width, height, bytes of the picture, of the thumbnail; the fingerprints
TOO_MANY_PIXELS: Final = 3  # exit status of the process
SECONDS: Final = 30  # by the wall clock, for a busy machine; the process's own limit is stricter
_turns = sandbox.Turns(4)  # those who work or wait; the other threads of the server answer everybody else


def draw_anew(data: bytes, *, number: int = 1) -> Picture:
    """The file `data` as a picture of ours. `number` is the photo's place in the form, from 1.

    Raises `Refused` as `gate.inspect` does, 422 for a file whose picture turns out to be broken or endless, and 503
    when too many wait, the machine is too busy or has no process to spare.
    """
    kind = gate.inspect(data, number=number)
    try:
        with _turns.turn():
            status, answer = _in_a_process(data, kind)
    except sandbox.Unavailable as error:
        raise gate.unavailable(503) from error
    if status == TOO_MANY_PIXELS:
        raise gate.too_many_pixels(number, gate.MOST_PIXELS[kind])
    if status:
        raise gate.broken(number)
    width, height, size, _, received, difference, mirrored = HEADER.unpack_from(answer)
    prints = Fingerprints(received.hex(), difference, mirrored)
    return Picture(answer[HEADER.size :][:size], answer[HEADER.size + size :], width, height, prints)


def _in_a_process(data: bytes, kind: Kind) -> tuple[int, bytes]:
    """Exit status (below 0 where it broke a limit or broke down) and answer of the process that draws `data`."""
    return sandbox.run("propman.files.worker", kind.value, data, patience=SECONDS)

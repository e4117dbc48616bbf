"""A sample tone in place of a voice: three soft notes made by code, so that nobody's voice is in the demo.

Whoever plays one hears at once that it is none.
"""

from __future__ import annotations

import wave
from array import array
from functools import cache
from io import BytesIO
from math import pi, sin

from propman.voice.encode import record
from propman.voice.gate import Kind
from propman.voice.operations import Spoken

RATE = 8_000
NOTES = (392.0, 329.6, 261.6)  # g', e', c': as a door bell


@cache
def tone(seconds: int) -> Spoken:
    """A sample of that many seconds as a telephone sends it, recorded anew; made once per process."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array("h", (_sample(at / RATE) for at in range(seconds * RATE))).tobytes())
    return Spoken(out.getvalue(), record(out.getvalue(), Kind.WAV))


def _sample(at: float) -> int:
    """How high the wave stands at that second: a note of half a second that dies away, then the next."""
    since = at % 0.5
    return int(9_000 * (1 - 2 * since) * sin(2 * pi * NOTES[int(at * 2) % len(NOTES)] * since))

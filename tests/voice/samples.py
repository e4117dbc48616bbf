"""Recordings as telephones and browsers make them, made by code: nothing binary is kept in the repository."""

from __future__ import annotations

import math
import struct
import wave
from functools import cache
from io import BytesIO

import av
from av.audio.resampler import AudioResampler

from propman.voice.encode import record
from propman.voice.gate import Kind
from propman.voice.operations import Spoken

MARK = "GEHEIMNIS-45.8038N-126.5350E"  # stands for what must not survive
FORMATS = {
    "webm": ("webm", "libopus", 48_000),
    "ogg": ("ogg", "libopus", 48_000),
    "m4a": ("mp4", "aac", 44_100),
    "3gp": ("3gp", "aac", 16_000),
    "aac": ("adts", "aac", 44_100),
    "mp3": ("mp3", "libmp3lame", 44_100),
    "amr": ("amr", "libopencore_amrnb", 8_000),
}


def wav(seconds: float, rate: int = 8_000) -> bytes:
    """A tone."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        tone = (int(12_000 * math.sin(2 * math.pi * 440 * at / rate)) for at in range(int(seconds * rate)))
        file.writeframes(b"".join(struct.pack("<h", value) for value in tone))
    return out.getvalue()


@cache
def spoken(seconds: float = 2) -> Spoken:
    """A tone as a form brings it, recorded anew; once in a process."""
    return Spoken(wav(seconds), record(wav(seconds), Kind.WAV))


@cache
def encoded(name: str, seconds: float = 2) -> bytes:
    """The tone as a file of that format, with a title that tells where it was recorded."""
    kind, codec, rate = FORMATS[name]
    out = BytesIO()
    with av.open(BytesIO(wav(seconds))) as source, av.open(out, "w", format=kind) as target:
        target.metadata["title"] = MARK
        stream = target.add_stream(codec, rate=rate)
        stream.layout = "mono"
        fitted = AudioResampler(format=stream.codec_context.format.name, layout="mono", rate=rate)
        for frame in source.decode(audio=0):
            frame.pts = None
            for each in fitted.resample(frame):
                target.mux(stream.encode(each))
        target.mux(stream.encode(None))
    return out.getvalue()

"""The recording made anew: nothing of the file that came in survives but its sound.

One format that every browser plays, AAC in MP4, mono: no title, place, device or time, no picture, nothing behind the
end. Files from strangers are opened by `booth.record_anew`, which calls this where it can do no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from propman.voice.gate import MOST_SECONDS, Kind

if TYPE_CHECKING:
    from av import AudioFrame
    from av.container import InputContainer, OutputContainer

RATE: Final = 24_000  # samples a second: plenty for a voice
BITS: Final = 40_000  # a second: a minute is 300 KB
GRACE: Final = 0.5  # seconds: a recorder that stops at sixty is a little late
SHORTEST: Final = 0.3
CODECS: Final = frozenset(
    {"opus", "vorbis", "aac", "mp3", "mp3float", "amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "libopus",
     "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_u8", "pcm_f32le", "pcm_mulaw", "pcm_alaw"}
)  # fmt: skip


class NoRecording(Exception):  # noqa: N818 - the gate says it in words
    """There is no sound of a known kind in the file."""


class TooLong(Exception):  # noqa: N818 - as above
    """The sound goes on after a minute."""


@dataclass(frozen=True)
class Recording:
    """A voice note ready to be kept: an MP4 file with AAC, and how long it sounds in thousandths of a second."""

    data: bytes
    milliseconds: int


def record(data: bytes, kind: Kind) -> Recording:
    """The file `data` of that `kind` as a recording of ours.

    Raises `NoRecording`, `TooLong`, and anything at all for a file that is broken.
    """
    import av

    out = BytesIO()
    with (
        av.open(BytesIO(data), format=kind.value, metadata_errors="ignore") as source,
        av.open(out, "w", format="mp4", options={"fflags": "+bitexact"}) as target,
    ):
        samples = _copy(source, target)
    return Recording(out.getvalue(), samples * 1000 // RATE)


def _copy(source: InputContainer, target: OutputContainer) -> int:
    """Write the sound of `source` into `target`; how many samples it has."""
    stream = target.add_stream("aac", rate=RATE, options={"flags": "+bitexact"})
    stream.bit_rate, stream.layout = BITS, "mono"
    samples = 0
    for frame in _plain(source):
        samples += frame.samples
        if samples > (MOST_SECONDS + GRACE) * RATE:
            raise TooLong
        target.mux(stream.encode(frame))
    target.mux(stream.encode(None))
    if samples < SHORTEST * RATE:
        raise NoRecording
    return samples


def _plain(source: InputContainer) -> Iterator[AudioFrame]:
    """The sound of the first stream that has any, in one channel."""
    from av.audio.resampler import AudioResampler

    if not source.streams.audio or source.streams.audio[0].codec_context.name not in CODECS:
        raise NoRecording
    stream = source.streams.audio[0]
    stream.codec_context.thread_count = 1
    plain = AudioResampler(format="fltp", layout="mono", rate=RATE)
    at = 0
    for frame in _decoded(source):
        for each in plain.resample(frame):
            each.pts = at
            at += each.samples
            yield each
    for each in plain.resample(None):
        each.pts = at
        at += each.samples
        yield each


def _decoded(source: InputContainer) -> Iterator[AudioFrame]:
    """Frames as they come; their own times are dropped, so that gaps and jumps do not count as sound."""
    for frame in source.decode(source.streams.audio[0]):
        frame.pts = None
        yield frame

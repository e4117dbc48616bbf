"""The recording made anew: nothing of the file that came in survives but its sound.

One format that every telephone plays, AAC in MP4, mono: no title, place, device or time, no picture, nothing behind
the end. The same file gives the same bytes. Files from strangers are opened by `booth.record_anew`, which calls this
where it can do no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from propman.voice.gate import MOST_COUNTED, MOST_SECONDS, Kind

if TYPE_CHECKING:
    from av import AudioFrame
    from av.container import InputContainer, OutputContainer

RATE: Final = 24_000  # samples a second: plenty for a voice
BITS: Final = 40_000  # a second: a minute is 300 KB
LATE: Final = 0.25  # seconds after sixty that are cut off instead of refused: encoders pad what they write
SHORTEST: Final = 0.3
AUDIBLE: Final = 0.001  # of full scale, -60 dB: a microphone that is off gives less, a whisper more
CODECS: Final = frozenset(
    {"opus", "vorbis", "aac", "mp3", "mp3float", "amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "libopus",
     "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_u8", "pcm_f32le", "pcm_mulaw", "pcm_alaw"}
)  # fmt: skip


class NoRecording(Exception):  # noqa: N818 - the gate says it in words
    """There is no sound of a known kind in the file."""


class Silent(Exception):  # noqa: N818 - as above
    """Nothing can be heard."""


class TooLong(Exception):  # noqa: N818 - as above
    """The sound goes on after a minute, for `milliseconds`; it is not counted any more after `MOST_COUNTED`."""

    def __init__(self, milliseconds: int) -> None:
        super().__init__(milliseconds)
        self.milliseconds = milliseconds


@dataclass(frozen=True)
class Recording:
    """A voice note ready to be kept: an MP4 file with AAC, and how long it sounds in thousandths of a second."""

    data: bytes
    milliseconds: int


def record(data: bytes, kind: Kind) -> Recording:
    """The file `data` of that `kind` as a recording of ours.

    Raises `NoRecording`, `Silent`, `TooLong`, and anything at all for a file that is broken.
    """
    import av

    out = BytesIO()
    with (
        av.open(BytesIO(data), "r", format=kind.value, metadata_errors="ignore") as source,
        av.open(out, "w", format="mp4", options={"fflags": "+bitexact"}) as target,
    ):
        samples = _copy(source, target)
    return Recording(out.getvalue(), samples * 1000 // RATE)


def _copy(source: InputContainer, target: OutputContainer) -> int:
    """Write the sound of `source` into `target`, a minute of it at most; how many samples that are."""
    stream = target.add_stream("aac", rate=RATE, options={"flags": "+bitexact"})
    stream.bit_rate, stream.layout = BITS, "mono"
    kept = samples = 0
    audible = False
    for frame in _plain(source):
        samples += frame.samples
        if samples <= MOST_SECONDS * RATE:
            kept, audible = samples, audible or _audible(frame)
            target.mux(stream.encode(frame))
        elif samples > MOST_COUNTED * RATE:
            break
    if samples > (MOST_SECONDS + LATE) * RATE:
        raise TooLong(samples * 1000 // RATE)
    target.mux(stream.encode(None))
    if not audible or samples < SHORTEST * RATE:
        raise Silent
    return kept


def _audible(frame: AudioFrame) -> bool:
    return max(memoryview(frame.planes[0]).cast("B").cast("f")[: frame.samples], default=0.0) > AUDIBLE


def _plain(source: InputContainer) -> Iterator[AudioFrame]:
    """The sound of the first stream that has any, in one channel, each piece after the one before."""
    from av.audio.resampler import AudioResampler

    if not source.streams.audio or source.streams.audio[0].codec_context.name not in CODECS:
        raise NoRecording
    source.streams.audio[0].codec_context.thread_count = 1
    plain = AudioResampler(format="fltp", layout="mono", rate=RATE)
    at = 0
    for frame in _decoded(source):
        for each in plain.resample(frame):
            each.pts = at
            at += each.samples
            yield each


def _decoded(source: InputContainer) -> Iterator[AudioFrame | None]:
    """Frames as they come, and None for the end; their own times are dropped, so that gaps and jumps are no sound."""
    for frame in source.decode(source.streams.audio[0]):
        frame.pts = None
        yield frame
    yield None

"""Recordings from strangers: what telephones record comes out as AAC in MP4; everything else is refused by name."""

from __future__ import annotations

import subprocess
import sys
import wave
from collections.abc import Callable
from io import BytesIO

import av
import pytest

from propman.errors import Refused
from propman.voice import gate
from propman.voice.booth import record_anew
from propman.voice.encode import Recording, TooLong, record
from propman.voice.gate import MOST_BYTES, inspect
from tests.voice.samples import FORMATS, MARK, encoded, wav


def made_of(data: bytes) -> Recording:
    """As the process behind the booth makes it."""
    return record(data, inspect(data))


@pytest.mark.parametrize("name", [*FORMATS, "wav"])
def test_what_telephones_record_comes_out_in_one_format_without_what_it_told(name: str) -> None:
    data = wav(2) if name == "wav" else encoded(name)
    made = made_of(data)
    assert 1_900 <= made.milliseconds <= 2_300
    assert MARK.encode() not in made.data
    assert made == made_of(data)
    with av.open(BytesIO(made.data)) as file:
        [stream] = file.streams
        assert (stream.codec_context.name, stream.codec_context.layout.name) == ("aac", "mono")
        assert "title" not in file.metadata
        assert sum(frame.samples for frame in file.decode(stream)) / stream.rate * 1000 == pytest.approx(
            made.milliseconds, abs=100
        )


@pytest.mark.parametrize(("seconds", "kept"), [(0.4, 400), (59.5, 59_500), (60, 60_000), (60.2, 59_900)])
def test_a_minute_is_let_in_whole_and_what_an_encoder_pads_is_cut_off(seconds: float, kept: int) -> None:
    assert kept <= made_of(wav(seconds)).milliseconds <= min(kept + 99, 60_000)


def lying() -> bytes:
    """A minute and two seconds of sound under a header that says two hours."""
    data = bytearray(wav(62))
    data[4:8], data[40:44] = (b"\xff\xff\xff\x7f",) * 2
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "milliseconds"),
    [(lambda: wav(60.5), 60_500), (lambda: wav(62), 62_000), (lying, 62_000), (lambda: encoded("webm", 62), 62_000),
     (lambda: wav(700, rate=1_000), 600_000)],
)  # fmt: skip
def test_length_is_measured_by_the_sound_and_not_by_the_header(make: Callable[[], bytes], milliseconds: int) -> None:
    with pytest.raises(TooLong) as found:
        made_of(make())
    assert found.value.milliseconds == pytest.approx(milliseconds, abs=100)


def silence() -> bytes:
    """Two seconds of a microphone that is off."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"\x01\x00\xff\xff" * 8_000)
    return out.getvalue()


def film() -> bytes:
    """A film without sound."""
    out = BytesIO()
    with av.open(out, "w", format="mp4") as target:
        stream = target.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(3):
            target.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        target.mux(stream.encode(None))
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "status", "sentence"),
    [
        (bytes, 422, "is empty"),
        (lambda: b"RIFF" + bytes(MOST_BYTES), 413, "larger than 12 MB"),
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), 415, "not a voice note"),
        (lambda: b"#EXTM3U\nfile:///etc/passwd", 415, "not a voice note"),
        (lambda: b"OggS" + bytes(500), 422, "is broken"),
        (lambda: encoded("m4a")[:300], 422, "is broken"),
        (film, 415, "not a voice note"),
        (silence, 422, "Nothing can be heard"),
        (lambda: wav(0.05), 422, "Nothing can be heard"),
        (lambda: wav(61), 422, "lasts 61 seconds; 60 can be sent"),
    ],
)
def test_everything_else_is_refused_in_a_sentence(make: Callable[[], bytes], status: int, sentence: str) -> None:
    """By the process behind the booth, where the gate lets it in."""
    with pytest.raises(Refused, match=sentence) as refused:
        record_anew(make())
    assert (refused.value.status, refused.value.field) == (status, "voice")


def test_the_process_makes_the_same_of_it() -> None:
    assert record_anew(encoded("ogg")) == made_of(encoded("ogg"))


def test_what_lasts_for_hours_is_not_counted_to_its_end() -> None:
    assert "more than 10 minutes" in str(gate.too_long(600_001))
    assert "lasts 600 seconds" in str(gate.too_long(600_000))


def test_pages_start_without_the_decoders() -> None:
    code = "import sys, propman.assembly, propman.demo.commands; sys.exit('av' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

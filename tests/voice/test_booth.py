"""Recordings from strangers: what telephones record comes out as AAC in MP4; everything else is refused by name."""

from __future__ import annotations

from io import BytesIO

import av
import pytest

from propman.errors import Refused
from propman.voice.booth import record_anew
from propman.voice.gate import MOST_BYTES
from tests.voice.samples import FORMATS, MARK, encoded, wav


@pytest.mark.parametrize("name", [*FORMATS, "wav"])
def test_what_telephones_record_comes_out_in_one_format_without_what_it_told(name: str) -> None:
    made = record_anew(wav(2) if name == "wav" else encoded(name))
    assert 1_900 <= made.milliseconds <= 2_300
    assert MARK.encode() not in made.data
    with av.open(BytesIO(made.data)) as file:
        [stream] = file.streams
        assert (stream.codec_context.name, stream.codec_context.layout.name) == ("aac", "mono")
        assert "title" not in file.metadata


def test_the_length_is_measured_by_its_sound_and_not_by_its_header() -> None:
    lying = bytearray(wav(62))
    lying[4:8], lying[40:44] = (b"\xff\xff\xff\x7f",) * 2  # says: two hours; ends after 62 seconds
    for data in (wav(62), bytes(lying), encoded("webm", 62)):
        with pytest.raises(Refused, match="at most 60 seconds") as refused:
            record_anew(data)
        assert refused.value.status == 422
    assert record_anew(wav(60)).milliseconds == 60_000


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"RIFF" + bytes(MOST_BYTES), 413),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), 415),
        (b"MZ" + bytes(500), 415),
        (b"<html><audio>", 415),
        (b"OggS" + bytes(500), 422),
        (b"\x1a\x45\xdf\xa3" + bytes(500), 422),
        (encoded("m4a")[:300], 422),
        (wav(0.05), 415),
    ],
)
def test_everything_else_is_refused_in_a_sentence(data: bytes, status: int) -> None:
    with pytest.raises(Refused) as refused:
        record_anew(data)
    assert (refused.value.status, refused.value.field) == (status, "voice")


def test_the_same_recording_gives_the_same_bytes() -> None:
    assert record_anew(encoded("ogg")) == record_anew(encoded("ogg"))

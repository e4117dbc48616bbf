"""The gate: what a recording is, told from its first bytes, before anything is decoded.

Neither the file's name nor the type that the browser declares is asked. Let in is what telephones and browsers record.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from propman.errors import Refused
from propman.text import N_

MOST_BYTES: Final = 12_000_000  # a minute of uncompressed stereo
MOST_SECONDS: Final = 60
MOST_COUNTED: Final = 600  # seconds: what lasts longer is only said to
FIELD: Final = "voice"


class Kind(StrEnum):
    """The kinds of file that are let in, by the names that FFmpeg gives their readers."""

    WEBM = "matroska"
    OGG = "ogg"
    MP4 = "mp4"  # and M4A, 3GP
    WAV = "wav"
    MP3 = "mp3"
    AMR = "amr"
    AAC = "aac"


SIGNATURES: Final = (
    (Kind.WEBM, re.compile(rb"\x1a\x45\xdf\xa3")),
    (Kind.OGG, re.compile(rb"OggS")),
    (Kind.MP4, re.compile(rb"....ftyp", re.DOTALL)),
    (Kind.WAV, re.compile(rb"RIFF....WAVE", re.DOTALL)),
    (Kind.AMR, re.compile(rb"#!AMR(-WB)?\n")),
    (Kind.AAC, re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")),
    (Kind.MP3, re.compile(rb"ID3|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]")),
)


def inspect(data: bytes) -> Kind:
    """Let the file `data` in, or not: gives its kind.

    Raises `Refused`: 415 for anything but a recording of these kinds, 413 for too many bytes, 422 for an empty one.
    """
    if not data:
        raise refused(N_("The voice note is empty. Please record it again."))
    if len(data) > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        raise refused(N_("The voice note is larger than %(most)s MB. Please record a shorter one."), 413, most=most)
    kind = next((kind for kind, signature in SIGNATURES if signature.match(data)), None)
    if kind is None:
        raise no_recording()
    return kind


def refused(sentence: str, status: int = 422, **params: object) -> Refused:
    """A refusal, for the form field of the voice note."""
    return Refused(sentence, status=status, field=FIELD, **params)


def no_recording() -> Refused:
    """The refusal of a file that is no recording, or one that cannot be played here."""
    return refused(N_("This is not a voice note that can be played here. Please record it with this page, or send "
                      "MP3, M4A, WAV, OGG, WebM, 3GP or AMR."), 415)  # fmt: skip


def too_long(milliseconds: int) -> Refused:
    """The refusal of a recording that goes on after a minute, which is told how long it sounds, not what it claims."""
    seconds = -(-milliseconds // 1000)
    if seconds > MOST_COUNTED:
        sentence = N_("The voice note lasts more than %(minutes)s minutes; %(most)s seconds can be sent. "
                      "Please record a shorter one.")  # fmt: skip
        return refused(sentence, minutes=MOST_COUNTED // 60, most=MOST_SECONDS)
    sentence = N_("The voice note lasts %(seconds)s seconds; %(most)s can be sent. Please record a shorter one.")
    return refused(sentence, seconds=seconds, most=MOST_SECONDS)


def silent() -> Refused:
    """The refusal of a recording on which nothing can be heard: a microphone that was off, or a slip of the finger."""
    return refused(N_("Nothing can be heard in the voice note. Please record it again."))


def broken() -> Refused:
    """The refusal of a recording that stops short or contradicts itself."""
    return refused(N_("The voice note is broken and cannot be played. Please record it again."))


def unavailable(status: int) -> Refused:
    """The refusal of any recording for want of means: 503 without a process to open it, 507 without room for it."""
    return refused(
        N_("Voice notes cannot be taken at the moment. Everything else can: please send it without."), status
    )

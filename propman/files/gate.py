"""The gate: what a file is and how much work it would make, told from its header, before anything is decoded.

Neither the file's name nor the type that the browser declares is asked. Every refusal names the photo by its number.
"""

from __future__ import annotations

import re
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Final

from propman.errors import Refused
from propman.files.jpeg import read_frame
from propman.text import N_

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MOST_BYTES: Final = 15_000_000
MOST_SCANS: Final = 50  # encoders write about ten


class Kind(StrEnum):
    """The kinds of file that are let in, by the names that Pillow gives them."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIC = "HEIF"


SIGNATURES: Final = (
    (Kind.JPEG, re.compile(rb"\xff\xd8\xff")),
    (Kind.PNG, re.compile(rb"\x89PNG\r\n\x1a\n")),
    (Kind.WEBP, re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL)),
    (Kind.HEIC, re.compile(rb"....ftyp(heic|heix|heim|heis|mif1)", re.DOTALL)),  # stills; not hevc, hevx, msf1
)

# Pixels that may be decoded: measured so that one photo takes at most 300 MB. A plain JPEG is decoded at a fraction
# of its size; the others are held whole, at 7 to 18 bytes a pixel.
MOST_PIXELS: Final = {Kind.JPEG: 50_000_000, Kind.PNG: 25_000_000, Kind.WEBP: 13_000_000, Kind.HEIC: 25_000_000}
MOST_PIXELS_WHOLE_JPEG: Final = 25_000_000


def inspect(data: bytes, *, number: int = 1) -> Kind:
    """Let the file `data` in, or not: gives its kind. `number` is the photo's place in the form, from 1.

    Raises `Refused`: 415 for anything but a still JPEG, PNG, WebP or HEIC, 413 for too many bytes or pixels, 422 for
    one that is broken. A HEIC's pixels are counted where it is opened, see `encode`.
    """
    if not data:
        raise refused(N_("Photo %(number)s is empty. Please choose it again."), number)
    if len(data) > MOST_BYTES:
        sentence = N_("Photo %(number)s is larger than %(most)s MB. Please send a smaller one.")
        raise refused(sentence, number, status=413, most=MOST_BYTES // 1_000_000)
    kind = next((kind for kind, signature in SIGNATURES if signature.match(data)), None)
    if kind is None:
        sentence = N_("Photo %(number)s is not a photo that can be opened here. Please send JPEG, PNG, WebP or HEIC.")
        raise refused(sentence, number, status=415)
    if kind is not Kind.HEIC:
        _read_header(data, kind, number)
    return kind


def _read_header(data: bytes, kind: Kind, number: int) -> None:
    try:
        most = _most_pixels(data, kind)
        image = open_header(data, kind)
        pixels, moving = image.width * image.height, getattr(image, "is_animated", False)
        if pixels <= most:
            image.verify()  # the checksums of a PNG
    except Exception as error:  # a hostile header may raise anything, a decompression bomb its own kind
        if "DecompressionBomb" in type(error).__name__:
            raise too_many_pixels(number, MOST_PIXELS[kind]) from error
        raise broken(number) from error
    if pixels > most:
        raise too_many_pixels(number, most)
    if moving and kind is not Kind.JPEG:  # a JPEG with a second picture behind it comes from a telephone
        raise refused(N_("Photo %(number)s is a moving picture. Please send a still one."), number, status=415)


def _most_pixels(data: bytes, kind: Kind) -> int:
    if kind is not Kind.JPEG:
        return MOST_PIXELS[kind]
    frame = read_frame(data)
    if frame.scans > MOST_SCANS:
        raise ValueError("more scans than any encoder writes")
    return MOST_PIXELS_WHOLE_JPEG if frame.whole else MOST_PIXELS[kind]


def open_header(data: bytes, kind: Kind) -> ImageFile:
    """Open `data` as `kind` and as nothing else, without decoding. Raises whatever Pillow raises for what is broken."""
    from propman.files.pillow import Image

    return Image.open(BytesIO(data), formats=(kind.value,))


def refused(sentence: str, number: int, *, status: int = 422, **params: object) -> Refused:
    """The refusal of photo `number`, for the form field of the photos."""
    return Refused(sentence, status=status, field="photos", number=number, **params)


def too_many_pixels(number: int, most: int) -> Refused:
    """The refusal of a photo that has more than `most` pixels."""
    sentence = N_("Photo %(number)s has more than %(most)s million pixels. Please send a smaller one.")
    return refused(sentence, number, status=413, most=most // 1_000_000)


def broken(number: int) -> Refused:
    """The refusal of a photo that stops short or contradicts itself."""
    return refused(N_("Photo %(number)s is broken and cannot be opened. Please take or choose it again."), number)


def unavailable(status: int) -> Refused:
    """The refusal of any photo for want of means: 503 without a process to open it in, 507 without room to keep it."""
    sentence = N_("Photos cannot be taken at the moment. Everything else can: please send it without photos.")
    return Refused(sentence, status=status, field="photos")

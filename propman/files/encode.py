"""The photograph drawn anew: nothing of the file that came in survives but its pixels.

No EXIF (place, time, device), no XMP, no colour profile, no comment, nothing behind the picture's end. The same file
gives the same bytes. One picture is decoded at a time in each process, so that memory stays bounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Final

from propman.files import gate, heic
from propman.files.gate import Kind

if TYPE_CHECKING:
    from PIL.Image import Image as Drawing

LONGEST: Final = 1600  # pixels of the longer side
LONGEST_THUMB: Final = 320
ORIENTATION: Final = 0x0112  # the EXIF tag (CIPA DC-008), whose values 2 to 8 say how to turn the picture upright
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Picture:
    """A photograph ready to be kept: two WebP files, and width and height of the larger one in pixels."""

    photo: bytes
    thumb: bytes
    width: int
    height: int


def draw_anew(data: bytes, *, number: int = 1) -> Picture:
    """The file `data` as a picture of ours. `number` is the photo's place in the form, from 1.

    Raises `Refused` as `gate.inspect` does, and 422 for a file whose picture turns out to be broken.
    """
    with _one_at_a_time:
        kind = gate.inspect(data, number=number)
        try:
            drawing = _plain(_open_small(data, kind))
            thumb = drawing.copy()
            thumb.thumbnail((LONGEST_THUMB, LONGEST_THUMB))
            return Picture(_webp(drawing), _webp(thumb), drawing.width, drawing.height)
        except heic.TooManyPixels as error:
            raise gate.too_many_pixels(number, gate.MOST_PIXELS[kind]) from error
        except Exception as error:  # a hostile picture may raise anything
            raise gate.broken(number) from error


def _open_small(data: bytes, kind: Kind) -> Drawing:
    if kind is Kind.HEIC:
        return heic.open_small(data, longest=LONGEST, most_pixels=gate.MOST_PIXELS[kind])
    from propman.files.pillow import Image

    image = gate.open_header(data, kind)
    turn = _turn(image)
    share = min(1.0, LONGEST / max(image.size))
    image.draft("RGB", (int(image.width * share), int(image.height * share)))  # a JPEG at 1/2, 1/4 or 1/8
    image.load()
    small: Drawing = image
    if image.mode == "P" and share < 0.5:  # colour numbers cannot be averaged, and all colours at once take memory
        small = image.resize((int(image.width * share * 2) or 1, int(image.height * share * 2) or 1))
    if small.mode in {"1", "P"}:
        small = small.convert("RGBA" if "transparency" in image.info else "RGB")
    small.thumbnail((LONGEST, LONGEST), reducing_gap=2.0)
    if small.mode == "I;16":
        small = small.point(lambda value: value * (1 / 256)).convert("L")
    return small if turn is None else small.transpose(Image.Transpose(turn))


def _turn(image: Drawing) -> int | None:
    """How to turn the picture upright; None where its EXIF does not say so or is broken."""
    from propman.files.pillow import Image

    way = Image.Transpose
    turns = (way.FLIP_LEFT_RIGHT, way.ROTATE_180, way.FLIP_TOP_BOTTOM, way.TRANSPOSE, way.ROTATE_270, way.TRANSVERSE,
             way.ROTATE_90)  # fmt: skip
    try:
        return dict(enumerate(turns, start=2)).get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # broken EXIF is no reason to refuse a photo of a burst pipe
        return None


def _plain(image: Drawing) -> Drawing:
    """`image` in three colours on white, without anything that came along with it."""
    from propman.files.pillow import Image

    plain = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        plain.paste(image, mask=image.getchannel("A"))
    else:
        plain.paste(image.convert("RGB"))
    return plain


def _webp(image: Drawing) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()

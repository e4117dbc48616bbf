"""The photograph drawn anew: nothing of the file that came in survives but its pixels.

No EXIF (place, time, device), no XMP, no colour profile, no comment, nothing behind the picture's end. The same file
gives the same bytes. Files from strangers are drawn by `darkroom.draw_anew`, which calls this where it can do no harm.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from propman.files import gate
from propman.files.fingerprints import Fingerprints, difference, in_a_mirror
from propman.files.gate import Kind

if TYPE_CHECKING:
    from PIL.Image import Image as Drawing

LONGEST: Final = 1600  # pixels of the longer side
LONGEST_THUMB: Final = 320
ORIENTATION: Final = 0x0112  # the EXIF tag (CIPA DC-008), whose values 2 to 8 say how to turn the picture upright


class TooManyPixels(Exception):  # noqa: N818 - the gate says it in words
    """A HEIC has more pixels than the gate allows; its header is read only where it is opened."""


@dataclass(frozen=True)
class Picture:
    """A photograph ready to be kept: two WebP files, width and height of the larger one in pixels; and its
    fingerprints, None for what was drawn and not photographed (the demo world uses a scene many times).
    """

    photo: bytes
    thumb: bytes
    width: int
    height: int
    prints: Fingerprints | None


def draw(data: bytes, kind: Kind) -> Picture:
    """The file `data` of that `kind` as a picture of ours. Raises anything at all for a picture that is broken."""
    from propman.files.pillow import greys

    image = _plain(_open_heic(data) if kind is Kind.HEIC else _open_small(data, kind))
    thumb = image.copy()
    thumb.thumbnail((LONGEST_THUMB, LONGEST_THUMB))
    small = greys(image)
    prints = Fingerprints(hashlib.sha256(data).hexdigest(), difference(small), difference(in_a_mirror(small)))
    return Picture(_webp(image), _webp(thumb), image.width, image.height, prints)


def _open_heic(data: bytes) -> Drawing:
    """A HEIC, shrunk; its decoder has turned it upright."""
    import pi_heif
    from pi_heif import options

    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    options.DECODE_THREADS = 1
    heic = pi_heif.open_heif(BytesIO(data))
    if heic.size[0] * heic.size[1] > gate.MOST_PIXELS[Kind.HEIC]:
        raise TooManyPixels
    image: Drawing = heic.to_pillow()
    image.thumbnail((LONGEST, LONGEST), reducing_gap=2.0)
    return image


def _open_small(data: bytes, kind: Kind) -> Drawing:
    """A JPEG, PNG or WebP, shrunk and turned upright, in as little memory as its kind allows."""
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

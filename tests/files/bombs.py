"""Small files that ask for much: memory by their size, time by their structure."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from tests.files import samples


def many_scans(count: int) -> bytes:
    """A progressive JPEG that walks `count` more times over its picture."""
    plain = samples.saved(samples.drawing(4000, 3000), "JPEG", progressive=True)
    scan = plain[plain.rindex(b"\xff\xda") : -2]
    return plain[:-2] + scan * count + plain[-2:]


def claimed(width: int, height: int, *, progressive: bool = False) -> bytes:
    """A JPEG whose header claims that size."""
    plain = samples.jpeg(progressive=progressive)
    at = plain.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5
    return plain[:at] + height.to_bytes(2) + width.to_bytes(2) + plain[at + 4 :]


def webp_canvas(width: int, height: int) -> bytes:
    """A WebP whose canvas claims that size."""
    header = struct.pack("<I", 0x10) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    inner = b"WEBPVP8X" + struct.pack("<I", 10) + header + samples.webp()[12:]
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


ALL: dict[str, Callable[[], bytes]] = {
    "C42 PNG of 20 000 x 20 000": lambda: samples.png_of(20_000, 20_000),
    "C43 PNG of 10 000 x 10 000": lambda: samples.png_of(10_000, 10_000),
    "C44 JPEG that claims 65 535 x 65 535": lambda: claimed(65_535, 65_535),
    "WebP that claims 16 383 x 16 383": lambda: webp_canvas(16_383, 16_383),
    "C45 comment of 50 MB": lambda: samples.text_chunks(1, 50_000_000),
    "C45 60 comments of 1 MB": lambda: samples.text_chunks(60, 1_000_000),
    "C45 colour profile of 50 MB": lambda: samples.with_chunks(
        samples.chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(50_000_000), 9))
    ),
    "C46 GIF of 600 pictures": samples.NOT_A_PHOTO["C46 GIF of 600 pictures"],
    "C46 moving WebP": samples.NOT_A_PHOTO["C46 moving WebP"],
    "C46 moving PNG": samples.NOT_A_PHOTO["C46 moving PNG"],
    "JPEG of 20 000 scans": lambda: many_scans(20_000),
}

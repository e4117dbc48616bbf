"""Files as people send them, good and bad, made by code: nothing binary is kept in the repository."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from PIL import Image

MARK = b"GEHEIMNIS-45.8038N-126.5350E"  # stands for what must not survive: a place, a name, a script
RED, BLUE = (220, 30, 30), (30, 60, 200)


def drawing(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    """A blue picture whose top left quarter is red, so that one can see which way up it is."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    return image if mode == "RGB" else image.convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """`image` as a file of `kind`."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(**options: Any) -> bytes:
    """A plain JPEG."""
    return saved(drawing(), "JPEG", **options)


def png(**options: Any) -> bytes:
    """A plain PNG."""
    return saved(drawing(), "PNG", **options)


def webp(**options: Any) -> bytes:
    """A plain WebP."""
    return saved(drawing(), "WEBP", **options)


# --- pieces ---


def segment(code: int, body: bytes) -> bytes:
    """A JPEG segment."""
    return bytes([0xFF, code]) + struct.pack(">H", len(body) + 2) + body


def with_segment(code: int, body: bytes) -> bytes:
    """A JPEG that carries one more segment, right at its start."""
    plain = jpeg()
    return plain[:2] + segment(code, body) + plain[2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunks(*chunks: bytes) -> bytes:
    """A PNG that carries more chunks, after its header."""
    plain = png()
    return plain[:33] + b"".join(chunks) + plain[33:]


def exif(*, orientation: int | None = None, place: bool = False) -> bytes:
    """An EXIF block as a camera writes it, with device, owner and, with `place`, GPS."""
    block = Image.Exif()
    block[0x010F] = MARK.decode()  # make
    block.get_ifd(0x8769)[0x927C] = MARK  # maker's note
    if orientation is not None:
        block[0x0112] = orientation
    if place:
        block.get_ifd(0x8825).update({1: "N", 2: (45.0, 48.0, 13.7), 29: MARK.decode()})
    return block.tobytes()


def mpo() -> bytes:
    """Two pictures in one JPEG, as telephones with two lenses write them."""
    return saved(drawing(), "MPO", save_all=True, append_images=[Image.new("RGB", (400, 300), "white")])


# --- good files ---

GOOD: dict[str, Callable[[], bytes]] = {
    "C1 JPEG": jpeg,
    "C1 progressive JPEG": lambda: jpeg(progressive=True),
    "C1 PNG": png,
    "C1 WebP": webp,
    "C2 CMYK": lambda: saved(drawing(mode="CMYK"), "JPEG"),
    "C3 16 bits": lambda: saved(Image.new("I;16", (64, 64), 40000), "PNG"),
    "C4 MPO": mpo,
    "C5 12 million pixels": lambda: saved(drawing(4000, 3000), "JPEG"),
    "grey": lambda: saved(drawing(mode="L"), "PNG"),
    "grey with alpha": lambda: saved(drawing(mode="LA"), "PNG"),
    "alpha": lambda: saved(drawing(mode="RGBA"), "PNG"),
    "palette": lambda: saved(drawing(mode="P"), "PNG"),
    "large palette": lambda: saved(drawing(4000, 3000, mode="P"), "PNG"),
    "transparent palette": lambda: saved(drawing(mode="P"), "PNG", transparency=0),
    "black and white": lambda: saved(drawing(mode="1"), "PNG"),
    "a single pixel": lambda: saved(drawing(1, 1), "PNG"),
    "a long strip": lambda: saved(drawing(12000, 10), "JPEG"),
}

CARRIES_A_MARK: dict[str, Callable[[], bytes]] = {
    "C10 GPS": lambda: jpeg(exif=exif(place=True)),
    "C11 maker's note": lambda: jpeg(exif=exif()),
    "C12 XMP": lambda: with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + MARK),
    "C13 IPTC": lambda: with_segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\x1c" + MARK),
    "C14 comment": lambda: with_segment(0xFE, MARK),
    "C15 thumbnail inside": lambda: with_segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0" + with_segment(0xFE, MARK)),
    "C16 PNG text": lambda: with_chunks(chunk(b"tEXt", b"Comment\0" + MARK), chunk(b"iTXt", b"a\0\0\0\0\0" + MARK)),
    "C16 PNG EXIF": lambda: png(exif=exif(place=True)),
    "C17 WebP EXIF and XMP": lambda: webp(exif=exif(place=True), xmp=MARK),
    "C18 film behind the picture": lambda: jpeg() + b"\0\0\0\x18ftypmp42" + MARK * 100,
    "colour profile": lambda: jpeg(icc_profile=MARK * 10),
    "C19 HTML behind the picture": lambda: jpeg() + b"<script>alert(1)</script>" + MARK,
    "C20 script in the comment": lambda: with_segment(0xFE, b"*/=alert(1)/*" + MARK),
    "C21 ZIP behind the picture": lambda: jpeg() + b"PK\x03\x04" + MARK,
    "C22 PDF behind the picture": lambda: jpeg() + b"%PDF-1.7\n" + MARK,
    "C23 script in EXIF": lambda: with_segment(0xE1, b"Exif\0\0<script>" + MARK),
    "C24 PHP in a PNG": lambda: with_chunks(chunk(b"tEXt", b"a\0<?php system($_GET[0]);" + MARK)),
    "C24 PHP behind a PNG": lambda: png() + b"<?php system($_GET[0]);" + MARK,
}

FAULTY_EXIF: dict[str, Callable[[], bytes]] = {
    "C53 a directory that points at itself": lambda: jpeg(exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\x08"),
    "C53 cut off": lambda: jpeg(exif=exif(orientation=6)[:20]),
    "C54 one by zero": lambda: jpeg(
        exif=b"Exif\0\0MM\0*\0\0\0\x08\0\1\x01\x1a\0\5\0\0\0\1\0\0\0\x1a\0\0\0\0\0\0\0\1\0\0\0\0"
    ),
    "random bytes": lambda: jpeg(exif=b"Exif\0\0" + bytes(range(256))),
    "random bytes in a PNG": lambda: png(exif=b"Exif\0\0" + bytes(range(256))),
    "random bytes in a WebP": lambda: webp(exif=b"Exif\0\0" + bytes(range(256))),
    "broken second picture": lambda: mpo()[:-200].replace(b"MPF\0II*\0", b"MPF\0II*\7"),
}


# --- bad files ---


def mp4(brand: bytes) -> bytes:
    """The start of a file of the MP4 family."""
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mp42isom" + bytes(500)


NOT_A_PHOTO: dict[str, Callable[[], bytes]] = {
    "C26 GIF and script": lambda: b"GIF89a/*" + MARK + b"*/=1;alert(1)",
    "C27 BMP and script": lambda: b"BM/*" + bytes(20) + b"*/=1;alert(1)",
    "C28 HTML": lambda: b"<!doctype html><script>alert(1)</script>",
    "C29 TIFF": lambda: saved(drawing(), "TIFF"),
    "C30 EPS": lambda: saved(drawing(), "EPS"),
    "C31 PDF": lambda: saved(drawing(), "PDF"),
    "C32 ICO": lambda: saved(drawing(64, 64), "ICO"),
    "C33 PSD": lambda: b"8BPS\0\1" + bytes(200),
    "C34 FITS": lambda: b"SIMPLE  =                    T" + bytes(3000),
    "C35 MP4": lambda: mp4(b"isom"),
    "C36 film in HEIC": lambda: mp4(b"hevc"),
    "C36 AVIF": lambda: mp4(b"avif"),
    "BMP": lambda: saved(drawing(), "BMP"),
    "JPEG 2000": lambda: saved(drawing(), "JPEG2000"),
    "C37 SVG": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "C38 SVG with script": lambda: b"<?xml version='1.0'?><svg><script>alert(1)</script></svg>",
    "C39 XXE": lambda: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>',
    "C40 billion laughs": lambda: b'<!DOCTYPE a [<!ENTITY b "' + b"&c;" * 1000 + b'">]><svg>&b;</svg>',
    "C41 SVG in UTF-16": lambda: "\ufeff<svg onload='alert(1)'/>".encode("utf-16-le"),
    "C46 GIF of 600 pictures": lambda: saved(drawing(8, 8), "GIF", save_all=True, append_images=frames(600)),
    "C46 moving WebP": lambda: webp(save_all=True, append_images=[drawing(mode="L").convert("RGB")]),
    "C46 moving PNG": lambda: png(save_all=True, append_images=[drawing(mode="L").convert("RGB")]),
    "C47 ZIP": lambda: b"PK\x03\x04" + bytes(500),
    "C55 random bytes": lambda: zlib.compress(bytes(range(256)) * 50),
    "C56 program for Windows": lambda: b"MZ\x90\0" + bytes(500),
    "C56 shell": lambda: b"#!/bin/sh\nid\n",
    "C57 PHP": lambda: b"<?php system($_GET[0]);",
    "C58 shortcut": lambda: b"[InternetShortcut]\r\nURL=file:///etc/passwd",
    "C59 virus test": lambda: b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
}

BROKEN: dict[str, Callable[[], bytes]] = {
    "C50 empty": lambda: b"",
    "C51 half a JPEG": lambda: jpeg()[: len(jpeg()) // 2],
    "C51 half a PNG": lambda: png()[: len(png()) // 2],
    "C51 half a WebP": lambda: webp()[: len(webp()) // 2],
    "three bytes": lambda: b"\xff\xd8\xff",
    "a PNG's first eight": lambda: png()[:8],
    "C52 wrong checksum": lambda: spoilt(png(), b"IDAT", after=8),
    "C52 wrong checksum of the header": lambda: spoilt(png(), b"IHDR", after=13),
    "JPEG of no known coding": lambda: jpeg().replace(b"\xff\xc0\0\x11", b"\xff\xc3\0\x11"),
    "JPEG without a frame": lambda: b"\xff\xd8" + segment(0xFE, b"a") + b"\xff\xd9",
    "JPEG of random bytes": lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20,
    "WebP of nothing": lambda: b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(10),
}


def frames(count: int) -> Iterable[Image.Image]:
    """`count` tiny pictures, each another colour."""
    return (Image.new("RGB", (8, 8), (number % 256, number // 256, 99)) for number in range(count))


def spoilt(data: bytes, kind: bytes, *, after: int) -> bytes:
    """`data` with one bit changed `after` bytes behind `kind`."""
    at = data.index(kind) + len(kind) + after
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def plain_chunks(data: bytes) -> list[bytes]:
    """The names of the chunks of the WebP `data`, and `b"tail"` if something lies behind its end."""
    names, at, end = [], 12, 8 + struct.unpack("<I", data[4:8])[0]
    while at < end:
        names.append(data[at : at + 4])
        size = struct.unpack("<I", data[at + 4 : at + 8])[0]
        at += 8 + size + size % 2
    return [*names, b"tail"] if len(data) > end else names


def text_chunks(count: int, size: int) -> bytes:
    """A PNG with `count` compressed comments, each of `size` bytes once unpacked."""
    body = b"a\0\0" + zlib.compress(bytes(size), 9)
    return with_chunks(*(chunk(b"zTXt", body) for _ in range(count)))


def png_of(width: int, height: int, *, bits: int = 1, colour: int = 0) -> bytes:
    """A complete PNG of that size, all black."""
    samples = {0: 1, 2: 3, 6: 4}[colour]
    row = bytes(1 + (width * samples * bits + 7) // 8)
    return png_of_rows(width, height, (row for _ in range(height)), bits=bits, colour=colour)


def png_of_rows(
    width: int, height: int, rows: Iterable[bytes], *, bits: int = 8, colour: int = 2, level: int = 9
) -> bytes:
    """A complete PNG of `rows`, each with its filter byte in front; packed at zlib's `level`, 0 for not at all."""
    packer = zlib.compressobj(level)
    body = b"".join(packer.compress(row) for row in rows) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")

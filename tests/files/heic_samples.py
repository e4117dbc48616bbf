"""HEIC files built box by box (ISO/IEC 23008-12), since the decoder propman uses cannot write any.

The two coded pictures are constants, drawn and coded for these tests: SMALL is blue, its top left quarter red; LARGE is
all blue, has the 12 million pixels of a telephone, and is so even that it packs into 255 bytes.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Coded:
    """A picture in HEVC: its size, the decoder's configuration (hvcC), and its bytes."""

    width: int
    height: int
    configuration: bytes
    data: bytes


SMALL = Coded(
    64,
    64,
    b64decode(
        "AQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmu"
        "bgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQA=="
    ),
    b64decode("AAAAKSgBrxmA93yFN//3M+f9yUv+TRL3/7Aa192DX/XJT3/5UrB6rxP9ByJ+"),
)
LARGE = Coded(
    4032,
    3024,
    b64decode(
        "AQNwAAAAkAAAAAAAtPAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAtLoCQGEAAQAsQgEBA3AAAAMAkAAAAwAAAwC0oAH4IAL0WW6k"
        "kprm4CGgwIAAAAyAAAADAIRiAAEAB0QBwXKwYkA="
    ),
    zlib.decompress(
        b64decode(
            "eNpjYOAO02BczyKQUPlBfl/Nx8fb8+7uLnt7ebnfnJ1FT09P14vBoM78qbR4/f93a+fvuerHEqV/szwrKWeaETGzgYGBmQzErLf8xTu2hKO2"
            "5GlnYBC8MJnX5AC5upkZQhzaydfMwMwURoluhpcNFGiXE6BA82EKbGYuIl8vlwT5eoU+kK9XK4F8vZEUpK8qB/L1viI/jhiDyU/SXORrfUe2"
            "VuZV5GplWUKuTtYj5Opke0OuTo4OcnVyRZCrk/sHuTp5PcjVyU+2ToEN5NcF5Ookv2QRMSBXp+gEcnWKkV3wi5HtT/GCAdBJtmslCkZ1Diud"
            "H4aSTmbGwwAIVFmP"
        )
    ),
)


@dataclass
class Item:
    """One item of the file: its type, its bytes, and the numbers of the properties that describe it."""

    number: int
    kind: bytes
    data: bytes
    properties: list[int] = field(default_factory=list)


def heic(
    coded: Coded = SMALL,
    *,
    columns: int = 1,
    rows: int = 1,
    quarter_turns: int = 0,
    exif: bytes = b"",
    claimed: tuple[int, int] | None = None,
    brand: bytes = b"heic",
) -> bytes:
    """A HEIC of `columns` x `rows` tiles, all the same picture `coded`, to be turned by `quarter_turns` to the left.

    `claimed` is the size that the header gives for the whole, the true one by default.
    """
    width, height = claimed or (columns * coded.width, rows * coded.height)
    tiled = columns * rows > 1
    tile = (coded.width, coded.height) if tiled else (width, height)
    properties = [_box(b"hvcC", coded.configuration), _size(*tile)]
    items = [Item(10 + number, b"hvc1", coded.data, [1, 2]) for number in range(columns * rows)]
    references = b""
    if tiled:
        properties.append(_size(width, height))
        grid = struct.pack(">4BII", 0, 1, rows - 1, columns - 1, width, height)
        references += _reference(b"dimg", 1, [item.number for item in items])
        items.append(Item(1, b"grid", grid, [3]))
    if quarter_turns:
        properties.append(_box(b"irot", bytes([quarter_turns])))
        items[-1].properties.append(len(properties))
    primary = items[-1].number
    if exif:
        items.append(Item(2, b"Exif", struct.pack(">I", 6) + b"Exif\0\0" + exif))
        references += _reference(b"cdsc", 2, [primary])
    return _file(brand, primary, properties, items, references)


def _file(brand: bytes, primary: int, properties: list[bytes], items: list[Item], references: bytes) -> bytes:
    shared: dict[bytes, int] = dict.fromkeys((item.data for item in items), 0)  # equal bytes are written once
    head = _box(b"ftyp", brand, b"\0\0\0\0", b"mif1heic")
    start = len(head) + len(_meta(primary, properties, items, references, shared)) + 8
    for data in shared:
        shared[data] = start
        start += len(data)
    return head + _meta(primary, properties, items, references, shared) + _box(b"mdat", *shared)


def _meta(
    primary: int, properties: list[bytes], items: list[Item], references: bytes, offsets: dict[bytes, int]
) -> bytes:
    count = struct.pack(">H", len(items))
    described = [item for item in items if item.properties]
    locations = (struct.pack(">HHHII", item.number, 0, 1, offsets[item.data], len(item.data)) for item in items)
    entries = (_full(b"infe", struct.pack(">HH4sx", item.number, 0, item.kind), version=2) for item in items)
    described_by = (
        struct.pack(">HB", item.number, len(item.properties)) + bytes(0x80 | each for each in item.properties)
        for item in described
    )
    return _full(
        b"meta",
        _full(b"hdlr", b"\0\0\0\0pict" + bytes(13)),
        _full(b"pitm", struct.pack(">H", primary)),
        _full(b"iloc", b"\x44\0", count, *locations),
        _full(b"iinf", count, *entries),
        _full(b"iref", references) if references else b"",
        _box(b"iprp", _box(b"ipco", *properties), _full(b"ipma", struct.pack(">I", len(described)), *described_by)),
    )


def _reference(kind: bytes, source: int, targets: list[int]) -> bytes:
    return _box(kind, struct.pack(">HH", source, len(targets)), struct.pack(f">{len(targets)}H", *targets))


def _size(width: int, height: int) -> bytes:
    return _full(b"ispe", struct.pack(">II", width, height))


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, *parts: bytes, version: int = 0) -> bytes:
    return _box(kind, bytes([version, 0, 0, 0]), *parts)

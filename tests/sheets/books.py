"""XLSX files as others write them: from raw XML, so that what no writer of ours makes can be tried."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DATES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of `members`."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def members(*sheets: str, states: tuple[str, ...] = (), date_1904: bool = False) -> dict[str, str]:
    """The members of a workbook: each of `sheets` is what stands in its <worksheet>, named Sheet1 and so on."""
    numbers = range(1, len(sheets) + 1)
    named = "".join(
        f'<sheet name="Sheet{number}" sheetId="{number}" r:id="rId{number}"{state}/>'
        for number, state in zip(numbers, (*states, *[""] * len(sheets)), strict=False)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    found = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><workbookPr date1904="{int(date_1904)}"/>'
        f"<sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": DATES,
    }
    for number, sheet in zip(numbers, sheets, strict=True):
        found[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>'
    return found


def book(*sheets: str, states: tuple[str, ...] = (), date_1904: bool = False) -> bytes:
    """A workbook of `sheets`, see `members`."""
    return packed(members(*sheets, states=states, date_1904=date_1904))


def sheet(rows: str, *, before: str = "", after: str = "") -> str:
    """A sheet of `rows`, with what stands before and after its data."""
    return f"{before}<sheetData>{rows}</sheetData>{after}"


def text(cell: str, content: str) -> str:
    """A cell that holds a text."""
    return f'<c r="{cell}" t="inlineStr"><is><t xml:space="preserve">{content}</t></is></c>'


def number(cell: str, value: object, *, style: int = 0) -> str:
    """A cell that holds a number; of style 1 it shows a day."""
    return f'<c r="{cell}" s="{style}"><v>{value}</v></c>'


def row(index: int, *cells: str, attributes: str = "") -> str:
    """A row of cells."""
    return f'<row r="{index}" {attributes}>{"".join(cells)}</row>'


def lying(data: bytes, member: str, *, claimed: int) -> bytes:
    """The ZIP `data` with a directory, and a header before the member, that claim another unpacked size of `member`."""
    found = bytearray(data)
    for signature, size_at, name_length_at, name_at in ((b"PK\x01\x02", 24, 28, 46), (b"PK\x03\x04", 22, 26, 30)):
        place = -1
        while (place := data.find(signature, place + 1)) >= 0:
            (length,) = struct.unpack_from("<H", data, place + name_length_at)
            if data[place + name_at :][:length] == member.encode():
                struct.pack_into("<I", found, place + size_at, claimed)
    return bytes(found)


def times_over(data: bytes, count: int) -> bytes:
    """The ZIP `data` whose directory names its last member `count` times, all of them the same bytes."""
    end = data.rfind(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", data, end + 12)
    directory = data[start : start + size]
    last = directory[directory.rfind(b"PK\x01\x02") :]
    more = b"".join(last.replace(b"sheet1", b"%06d" % index) for index in range(count))
    entries = directory.count(b"PK\x01\x02") + count
    tail = struct.pack("<HHHHIIH", 0, 0, entries, entries, size + len(more), start, 0)
    return data[:start] + directory + more + b"PK\x05\x06" + tail

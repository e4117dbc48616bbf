"""An XLSX read in the process that may die of it: packed anew, looked over, then read by calamine.

calamine gives values, and makes room for every cell up to the last one; what it does not tell (errors, hidden rows,
formulas never computed) and what it should not be asked (a value in XFD1048576) comes from `layout`. Packing anew means
that both read the same bytes, of the sizes that were checked, whatever else lies in the archive.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import chain, repeat
from math import isfinite
from typing import IO, TYPE_CHECKING, Final

from propman.sheets.gate import WORKBOOK, refused
from propman.sheets.layout import Broken, Layout, Outline, Sheet, outline, scan
from propman.sheets.tables import (
    NOT_COMPUTED,
    Fault,
    Kind,
    Row,
    Skipped,
    SkippedSheet,
    Span,
    Table,
    Value,
    Workbook,
    address,
    blank,
)  # fmt: skip
from propman.text import N_

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

RELATIONSHIPS: Final = "xl/_rels/workbook.xml.rels"
KNOWN_FAULTS: Final = {
    "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", NOT_COMPUTED,
}  # fmt: skip
AT_ONCE: Final = 65_536


def read(data: bytes) -> Workbook:
    """The workbook `data`, which the gate has let in. Hidden sheets and those that are too large are not read.

    Raises `Broken` for what is none, `Refused` for an error that cannot be read, anything for what breaks its reader.
    """
    from python_calamine import CalamineWorkbook

    packed, outlined, layouts = _pack_anew(data)
    skipped: list[SkippedSheet] = []
    tables: list[Table] = []
    _refuse_unknown_errors(outlined, layouts)
    with CalamineWorkbook.from_filelike(packed) as book:
        for sheet in outlined.sheets:
            if sheet.hidden:
                skipped.append(SkippedSheet(sheet.name, Skipped.HIDDEN))
            elif far := layouts[sheet.part].too_far:
                skipped.append(SkippedSheet(sheet.name, Skipped.TOO_LARGE, far))
            else:
                cells = book.get_sheet_by_name(sheet.name)
                tables.append(_table(sheet, cells, layouts[sheet.part], date_1904=outlined.date_1904))
    return Workbook(Kind.XLSX, tuple(tables), tuple(skipped))


def _refuse_unknown_errors(outlined: Outline, layouts: dict[str, Layout]) -> None:
    """calamine reads a whole sheet or nothing, and stops at an error that Excel does not know."""
    for sheet in outlined.sheets:
        for (row, column), code in layouts[sheet.part].faults.items() if sheet.part in layouts else ():
            if code not in KNOWN_FAULTS:
                sentence = N_("Cell %(cell)s of %(file)s shows the error %(code)s. Please correct it.")
                raise refused(sentence, "", cell=f"{sheet.name}!{address(row, column)}", code=code)


def _pack_anew(data: bytes) -> tuple[BytesIO, Outline, dict[str, Layout]]:
    """The XML of the workbook in an archive of ours; its outline; the layouts of its sheets by part.

    Lightly compressed, since calamine copies the whole archive: 100 MB instead of 143 for 20,000 rows of 25 columns.
    """
    packed = BytesIO()
    try:
        with (
            zipfile.ZipFile(BytesIO(data)) as archive,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as ours,
        ):
            members = _xml_members(archive)
            outlined = outline(archive.read(members[WORKBOOK]), archive.read(members[RELATIONSHIPS]))
            wanted = {sheet.part.lower(): sheet.part for sheet in outlined.sheets if not sheet.hidden}
            layouts = {}
            for name, member in members.items():
                with archive.open(member) as source, ours.open(member.filename, "w") as target:
                    chunks = _copied(source, target)
                    if name in wanted:
                        layouts[wanted[name]] = scan(chunks)
                    for _ in chunks:
                        pass
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError) as error:
        raise Broken(str(error)) from error
    if missing := set(wanted.values()) - set(layouts):
        raise Broken(f"without {sorted(missing)}")
    packed.seek(0)
    return packed, outlined, layouts


def _xml_members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """What holds XML, by its name in small letters; pictures and macros are left where they are."""
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename.lower()
        if name.endswith((".xml", ".rels")):
            if name in found:
                raise Broken(f"{name} is there twice")
            found[name] = member
    return found


def _copied(source: IO[bytes], target: IO[bytes]) -> Iterator[bytes]:
    """What comes from `source` in pieces, each of them written to `target` too."""
    while chunk := source.read(AT_ONCE):
        target.write(chunk)
        yield chunk


def _table(sheet: Sheet, cells: CalamineSheet, layout: Layout, *, date_1904: bool) -> Table:
    rows = tuple(_rows(cells, layout)) if layout.last_row else ()
    return Table(
        sheet.name,
        rows,
        date_1904=date_1904,
        merged=tuple(layout.merged),
        hidden_columns=tuple(sorted(column for column in layout.hidden_columns if column <= layout.last_column)),
    )


def _rows(cells: CalamineSheet, layout: Layout) -> Iterator[Row]:
    """The rows that hold something, with errors named and merged cells filled."""
    before: list[Value] = [None] * (cells.start[1] if cells.start else 0)
    read = chain(cells.iter_rows() if cells.start else (), repeat([]))
    faults = sorted(layout.faults, reverse=True)
    filling = _Filling(layout.merged)
    for number, found in zip(range(1, layout.last_row + 1), read, strict=False):
        values = before + [_value(value) for value in found]
        values += [None] * (layout.last_column - len(values))
        while faults and faults[-1][0] <= number:
            where = faults.pop()
            values[where[1] - 1] = Fault(layout.faults[where])
        if not all(map(blank, values)):
            filling.fill(number, values)
            while values[-1] is None:
                values.pop()
            yield Row(number, tuple(values), hidden=number in layout.hidden_rows)


class _Filling:
    """Writes into the cells of a merged block what stands in its first one, as the rows go by."""

    def __init__(self, spans: list[Span]) -> None:
        self.waiting = spans[::-1]
        self.open: list[tuple[Span, Value]] = []

    def fill(self, number: int, values: list[Value]) -> None:
        """Fill row `number`, whose `values` reach to the last column of the sheet."""
        while self.waiting and self.waiting[-1].first_row <= number:
            span = self.waiting.pop()
            if span.first_row == number:
                self.open.append((span, values[span.first_column - 1]))
        self.open = [one for one in self.open if one[0].last_row >= number and one[1] is not None]
        for span, value in self.open:
            for column in range(span.first_column - 1, span.last_column):
                if values[column] is None:
                    values[column] = value


def _value(value: object) -> Value:
    """A value of calamine as one of ours. Times of day and lengths of time become text."""
    if isinstance(value, float):
        return value if isfinite(value) else Fault("#NUM!")
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool | date | datetime):
        return value
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)

"""Writing XLSX with XlsxWriter, row by row, so that memory does not grow with the table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING, BinaryIO, Final

from propman.sheets.gate import MOST_ROWS
from propman.sheets.inert import LIVE
from propman.sheets.values import exact
from propman.sheets.writing import DAY, GENERAL, Column, Sheet, Written, as_text, seen

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT: Final = 32_767  # of a cell, in UTF-16 units
LONGEST_NAME: Final = 31  # of a sheet, too
MOMENT: Final = "yyyy-mm-dd hh:mm:ss"
FIRST_DAY: Final = date(1900, 3, 1)  # what is before, programs count differently: it is written as text
OPTIONS: Final = "_options"  # the hidden sheet with the texts that may be chosen
SETTINGS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]+")


def write_xlsx(sheets: Sequence[Sheet], stream: BinaryIO, *, now: datetime) -> None:
    """Write the sheets as one XLSX: headings frozen, texts never formulas or links, days and numbers typed.

    A column with options offers them in its cells. A number with more digits than a spreadsheet keeps, and a day before
    March 1900, are written as texts. `now` stands in the file as the time of its making.
    Raises `ValueError` for what is no value of a cell, a text that is too long for one, and more rows than a sheet has.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(stream, SETTINGS) as book:
        book.set_properties({"created": now.astimezone(UTC).replace(tzinfo=None)})
        styles = _Styles(book)
        names = safe_names([*(sheet.name for sheet in sheets), OPTIONS])
        for sheet, name in zip(sheets, names, strict=False):
            _write_sheet(book.add_worksheet(name), sheet, styles)
        _offer(book, sheets, names[-1])


class _Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self.heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._book = book
        self.of = cache(self._of)

    def _of(self, number_format: str, quoted: bool = False) -> Format:
        """The style of a cell; `quoted`, where a spreadsheet would make a formula of the text once it is edited."""
        return self._book.add_format({"num_format": number_format, "quote_prefix": quoted})


def _write_sheet(page: Worksheet, sheet: Sheet, styles: _Styles) -> None:
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width, styles.of(column.format))
    page.freeze_panes(1, 0)
    for index, column in enumerate(sheet.columns):
        _done(page.write_string(0, index, str(seen(column.heading)), styles.heading))
    for number, row in enumerate(sheet.rows, 1):
        for index, (column, value) in enumerate(zip(sheet.columns, row, strict=False)):
            _write_cell(page, number, index, column, value, styles)


def _write_cell(page: Worksheet, row: int, index: int, column: Column, value: Written, styles: _Styles) -> None:
    value = _kept(seen(value))
    if value is None or value == "":
        return
    if isinstance(value, str):
        _done(page.write_string(row, index, value, styles.of(column.format, bool(LIVE.match(value)))))
    elif isinstance(value, bool):
        _done(page.write_boolean(row, index, value, styles.of(column.format)))
    elif isinstance(value, date):
        usual = MOMENT if isinstance(value, datetime) else DAY
        form = usual if column.format == GENERAL else column.format
        _done(page.write_datetime(row, index, value, styles.of(form)))
    else:
        _done(page.write_number(row, index, float(value), styles.of(column.format)))


def _kept(value: Written) -> Written:
    """The value as a spreadsheet can keep it: as text where it would lose something."""
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, date):
        early = (value.date() if isinstance(value, datetime) else value) < FIRST_DAY
        return as_text(value) if early else value
    number = exact(value)
    return value if exact(float(number)) == number else as_text(value)


def _done(status: int) -> None:
    """Raise where XlsxWriter would leave a cell out or cut it without a word."""
    if status:
        raise ValueError("a text too long for a cell, or more rows than a sheet has")


def _offer(book: Workbook, sheets: Sequence[Sheet], name: str) -> None:
    """A hidden sheet with the options of all columns, and in their cells the choice of one."""
    offered = [
        (page, index, column.options)
        for page, sheet in zip(book.worksheets(), sheets, strict=True)
        for index, column in enumerate(sheet.columns)
        if column.options
    ]
    if not offered:
        return
    page = book.add_worksheet(name)
    page.very_hidden()
    for row, options in enumerate(zip_longest(*(options for _, _, options in offered))):
        for place, option in enumerate(options):
            if option is not None:
                _done(page.write_string(row, place, option))
    for place, (chosen_in, index, options) in enumerate(offered):
        chosen_in.data_validation(
            1, index, MOST_ROWS, index, {"validate": "list", "source": _source(name, place, len(options))}
        )


def _source(name: str, column: int, length: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return f"='{name}'!{xl_range_abs(0, column, length - 1, column)}"


def safe_names(names: Sequence[str]) -> list[str]:
    """Names that a workbook takes for its sheets, in their order: short enough, without signs, none twice."""
    taken: set[str] = set()
    safe = []
    for name in names:
        safe.append(next(name for name in _candidates(name) if name.casefold() not in taken))
        taken.add(safe[-1].casefold())
    return safe


def _candidates(name: str) -> Iterator[str]:
    bare = _NOT_IN_NAMES.sub(" ", str(seen(name))).strip().strip("'") or "Sheet"
    yield _cut(bare, LONGEST_NAME)
    number = 2
    while True:
        yield f"{_cut(bare, LONGEST_NAME - 4)} {number}"
        number += 1


def _cut(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", errors="ignore").rstrip(" '")

"""Writing CSV in which nothing is live, whatever strangers have typed."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO, Final

from propman.sheets.inert import inert
from propman.sheets.writing import Sheet, Written, as_text, seen

UTF_8: Final = "utf-8-sig"  # with the byte order mark by which spreadsheets know it
GBK: Final = "gb18030"  # what programs that expect GBK read, and it has a place for every sign


def write_csv(sheet: Sheet, stream: BinaryIO, *, encoding: str = UTF_8) -> None:
    """Write the sheet as CSV: commas, CRLF, every value in quotation marks, texts inert.

    Days are written as 2021-09-30, numbers without exponent, truth values as TRUE or FALSE.
    Raises `ValueError` for what is no value of a cell.
    """
    wrapped = io.TextIOWrapper(stream, encoding=encoding, newline="")
    writer = csv.writer(wrapped, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_csv_cell(column.heading) for column in sheet.columns])
    writer.writerows([_csv_cell(value) for value in row] for row in sheet.rows)
    wrapped.detach()


def _csv_cell(value: Written) -> str:
    value = seen(value)
    return inert(value) if isinstance(value, str) else as_text(value)

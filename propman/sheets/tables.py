"""What was read: tables of typed cells, each at the row and column as the spreadsheet counts them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Final, TypeAlias


class Kind(StrEnum):
    """The kinds of file that are read and written."""

    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a cell holds instead of a value: an error such as #REF!, or `NOT_COMPUTED`."""

    code: str


NOT_COMPUTED: Final = "="
"""The `Fault.code` of a formula that the writer of the file never computed."""

Value: TypeAlias = str | bool | int | float | date | datetime | Fault | None
"""The value of a cell. None is an empty one. A CSV holds texts alone; numbers of an XLSX are floats."""


def blank(value: Value) -> bool:
    """Whether a cell with this `value` looks empty: it is, or holds nothing but spaces."""
    return value is None or (isinstance(value, str) and not value.strip())


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something: its number from 1, and its values from column A on; the rest is empty."""

    number: int
    values: tuple[Value, ...]
    hidden: bool = False

    def at(self, column: int) -> Value:
        """The value in `column`, counted from 1; None where the row is shorter."""
        return self.values[column - 1] if 0 < column <= len(self.values) else None


@dataclass(frozen=True, slots=True)
class Span:
    """A block of cells, such as A3:B12; all four from 1, the last ones included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def cells(self) -> int:
        """How many cells it covers."""
        return max(0, self.last_row - self.first_row + 1) * max(0, self.last_column - self.first_column + 1)

    def __str__(self) -> str:
        return f"{address(self.first_row, self.first_column)}:{address(self.last_row, self.last_column)}"


@dataclass(frozen=True)
class Table:
    """One sheet, or a whole CSV. Rows that look empty are left out, and so the numbers of the others may skip.

    A cell that is merged holds, in every row that has values of its own, what is written in the first of its `merged`
    block, unless it has a value of its own. Hidden rows and columns are read like others.
    """

    name: str
    rows: tuple[Row, ...]
    date_1904: bool = False  # serial numbers of days count from 1904-01-01 (Excel for Mac up to 2008)
    merged: tuple[Span, ...] = ()
    hidden_columns: tuple[int, ...] = ()

    @property
    def columns(self) -> int:
        """Number of the last column that holds a value in any row."""
        return max((len(row.values) for row in self.rows), default=0)

    @property
    def hidden_rows(self) -> tuple[int, ...]:
        """Numbers of the hidden rows that hold something."""
        return tuple(row.number for row in self.rows if row.hidden)

    def at(self, cell: str) -> Value:
        """The value at an address such as "C7". Raises `ValueError` for what is none."""
        row, column = located(cell)
        return self._by_number[row].at(column) if row in self._by_number else None

    @cached_property
    def _by_number(self) -> dict[int, Row]:
        return {row.number: row for row in self.rows}


class Skipped(StrEnum):
    """Why a sheet was not read."""

    HIDDEN = "hidden"
    TOO_LARGE = "too_large"


@dataclass(frozen=True)
class SkippedSheet:
    """A sheet that was not read, and for one that is too large the cell that makes it so."""

    name: str
    why: Skipped
    cell: str | None = None


@dataclass(frozen=True)
class Workbook:
    """One file: its tables in their order, which sheets were not read, and in which `encoding` the text of a CSV is."""

    kind: Kind
    tables: tuple[Table, ...]
    skipped: tuple[SkippedSheet, ...] = field(default=())
    encoding: str | None = None


def letter(column: int) -> str:
    """The name of a column counted from 1: 1 -> "A", 28 -> "AB"."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def address(row: int, column: int) -> str:
    """The name of a cell: 7, 3 -> "C7"."""
    return f"{letter(column)}{row}"


_ADDRESS: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def located(cell: str) -> tuple[int, int]:
    """Row and column, from 1, of an address such as "C7". Raises `ValueError` for what is none."""
    found = _ADDRESS.fullmatch(cell)
    if found is None or int(found[2]) == 0:
        raise ValueError(f"{cell!r} is no address of a cell")
    column = 0
    for one in found[1].upper():
        column = column * 26 + ord(one) - ord("A") + 1
    return int(found[2]), column


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending `numbers` as first and last of each unbroken run: 1, 2, 3, 7 -> (1, 3), (7, 7)."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found

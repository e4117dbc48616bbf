"""The first rows of a file, kept so that its headings can be mapped without reading it again. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from propman.register.mapping import Dictionary
from propman.sheets.headings import LOOKED_AT, HeadingRow, find_headings, headings_of
from propman.sheets.remarks import remarks
from propman.sheets.tables import Row, Table, Workbook
from propman.sheets.values import shown

MOST_SHEETS: Final = 20
EXAMPLES: Final = 3


@dataclass(frozen=True)
class SheetOutline:
    """A sheet as far as it is shown: its first rows, and the one with the headings (None: not found).

    `rows` is how many it has; `alone`: no other sheet of the file has headings that are known.
    """

    name: str
    table: Table
    rows: int
    heading_row: HeadingRow | None
    alone: bool

    def examples(self, column: int) -> tuple[str, ...]:
        """What stands in the first cells of a column below the headings."""
        below = [row for row in self.table.rows if self.heading_row and row.number > self.heading_row.row]
        values = [shown(row.at(column)) for row in below]
        return tuple(dict.fromkeys(value for value in values if value))[:EXAMPLES]


def outline_of(workbook: Workbook) -> dict[str, Any]:
    """The first rows of every sheet of a file as plain texts, and what is to be said of it, as JSON holds it."""
    sheets = [
        {
            "name": table.name,
            "rows": len(table.rows),
            "first": [[row.number, *map(shown, row.values)] for row in table.rows[:LOOKED_AT]],
        }
        for table in workbook.tables[:MOST_SHEETS]
    ]
    said = [[remark.sentence, dict(remark.params)] for remark in remarks(workbook)]
    return {"sheets": sheets, "remarks": said, "encoding": workbook.encoding}


def sheet_in(
    outline: Mapping[str, Any], dictionary: Dictionary, *, name: str | None = None, heading_row: int | None = None
) -> SheetOutline:
    """A sheet of a file: the one called `name`, else the first in which headings are found, else the first of all.

    `heading_row` is the number of the row that holds the headings; without it the row is looked for.
    """
    tables = [_table(each) for each in outline["sheets"]]
    found = [find_headings(table, dictionary.words) for table in tables]
    with_headings = [number for number, row in enumerate(found) if row is not None]
    named = [number for number, table in enumerate(tables) if name is not None and table.name == name]
    chosen = next(iter([*named, *with_headings]), 0)
    row = found[chosen]
    if heading_row is not None:
        row = next((HeadingRow(each.number, headings_of(each)) for each in tables[chosen].rows
                    if each.number == heading_row), None)  # fmt: skip
    alone = with_headings == [chosen]
    return SheetOutline(tables[chosen].name, tables[chosen], outline["sheets"][chosen]["rows"], row, alone)


def sheet_names(outline: Mapping[str, Any]) -> Sequence[str]:
    """What the sheets are called, in their order."""
    return [each["name"] for each in outline["sheets"]]


def _table(stored: Mapping[str, Any]) -> Table:
    return Table(stored["name"], tuple(Row(number, tuple(cell or None for cell in cells))
                                       for number, *cells in stored["first"]))  # fmt: skip

"""What a person should know of a file that was read: what was left out, and what was read though it cannot be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from propman.sheets.gate import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from propman.sheets.tables import Skipped, SkippedSheet, Table, Workbook, letter, runs
from propman.text import N_

MOST_NAMED: Final = 10


@dataclass(frozen=True)
class Remark:
    """A `sentence` (marked with `N_`) and what fills its places."""

    sentence: str
    params: dict[str, object] = field(default_factory=dict)


def remarks(workbook: Workbook) -> tuple[Remark, ...]:
    """All there is to say of `workbook`: sheets that were not read, then what is particular about each table."""
    tables = (remark for table in workbook.tables for remark in _about(table))
    return (*map(_skipped, workbook.skipped), *tables)


def _skipped(sheet: SkippedSheet) -> Remark:
    if sheet.why is Skipped.HIDDEN:
        return Remark(N_("The sheet %(sheet)s is hidden and was not read."), {"sheet": sheet.name})
    sentence = N_("The sheet %(sheet)s was not read: it is filled up to cell %(cell)s. Sheets are read up to row "
                  "%(rows)s and column %(column)s, and %(cells)s cells in all.")  # fmt: skip
    limits = {"rows": MOST_ROWS, "column": letter(MOST_COLUMNS), "cells": MOST_CELLS}
    return Remark(sentence, {"sheet": sheet.name, "cell": sheet.cell, **limits})


def _about(table: Table) -> Iterator[Remark]:
    if table.hidden_rows:
        named = [f"{first}" if first == last else f"{first}–{last}" for first, last in runs(table.hidden_rows)]
        sentence = N_("Hidden rows of the sheet %(sheet)s were read too: %(rows)s.")
        yield Remark(sentence, {"sheet": table.name, "rows": _listed(named)})
    if table.hidden_columns:
        sentence = N_("Hidden columns of the sheet %(sheet)s were read too: %(columns)s.")
        yield Remark(sentence, {"sheet": table.name, "columns": _listed(list(map(letter, table.hidden_columns)))})
    if table.merged:
        sentence = N_("Merged cells of the sheet %(sheet)s count for each of their rows and columns: %(cells)s.")
        yield Remark(sentence, {"sheet": table.name, "cells": _listed(list(map(str, table.merged)))})


def _listed(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")

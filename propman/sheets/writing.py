"""What is written: sheets of columns and rows, and the form of a value in a cell. Pure.

What `csv_writing` and `excel_writing` make of it is read back unchanged by `reading.read` and the readers of `values`,
but for what nobody sees: control characters, and line ends, which become \\n.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeAlias

from propman.sheets.values import exact

Written: TypeAlias = str | bool | int | float | Decimal | date | datetime | None
"""What can be written into a cell. Moments are local ones without a zone, and lose what is below a second."""

GENERAL: Final = "General"
TEXT: Final = "@"  # what is typed into such a column stays as it is: 007 is no number
DAY: Final = "yyyy-mm-dd"
MONTH: Final = "yyyy-mm"
MONEY: Final = "#,##0.00"
SHARE: Final = "0.0%"

_NOT_WRITTEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Column:
    """A column: its heading, its width in characters, the format of its cells, and the texts that may be chosen."""

    heading: str
    width: int = 14
    format: str = GENERAL
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet to write: its name, its columns, and rows of values, each at most as long as the columns."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Written]]


def seen(value: Written) -> Written:
    """The value without what nobody sees: of a text control characters, of a moment what is below a second.

    Raises `ValueError` for a moment with a zone, and for a number that is none.
    """
    if isinstance(value, str):
        return _NOT_WRITTEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ValueError("a cell holds local time: say which")
        return value.replace(microsecond=0)
    if isinstance(value, float | Decimal) and not Decimal(value).is_finite():
        raise ValueError(f"{value} is no number for a cell")
    return value


def as_text(value: Written) -> str:
    """A value as text that the readers of `values` understand."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float | Decimal):
        return f"{exact(value):f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value or ""

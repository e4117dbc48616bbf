"""Which row holds the headings: the one that has most of the words that are looked for, under whatever titles. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from propman.sheets.tables import Row, Table, Value
from propman.sheets.values import shown

LOOKED_AT: Final = 40  # rows that hold something
FEWEST: Final = 2  # one word alone may be anything

_BRACKETED: Final = re.compile(r"[(\[{<【〔《「]([^()\[\]{}<>【】〔〕《》「」]*)[)\]}>】〕》」]")
_NOT_A_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Heading:
    """What stands over a column: the `column` from 1, the `text` of its cell, and the same for comparing.

    `word` is without brackets, spaces and signs, `full` has what is in the brackets, `unit` is that alone:
    "竣工验收 日期（实际）" has the word 竣工验收日期, the full word 竣工验收日期实际 and the unit 实际.
    """

    column: int
    text: str
    word: str
    full: str
    unit: str

    def among(self, words: Collection[str]) -> str | None:
        """Which of `words` (as `plain` makes them) this heading is: the one with its brackets goes first."""
        return next((word for word in (self.full, self.word) if word and word in words), None)


@dataclass(frozen=True)
class HeadingRow:
    """The number of the row with the headings, and what stands there; the data begin below."""

    row: int
    headings: tuple[Heading, ...]


def plain(text: str) -> str:
    """`text` for comparing: form NFKC, small letters, without spaces, brackets and signs, but with all their words."""
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def heading(column: int, text: str) -> Heading:
    """The heading `text` over a `column`."""
    folded = unicodedata.normalize("NFKC", text)
    unit = "".join(_BRACKETED.findall(folded))
    return Heading(column, text.strip(), plain(_BRACKETED.sub("", folded)), plain(folded), unit.strip())


def headings_of(row: Row) -> tuple[Heading, ...]:
    """What stands in `row`, cell by cell; empty cells are left out."""
    texts = ((column, _text(value)) for column, value in enumerate(row.values, 1))
    return tuple(heading(column, text) for column, text in texts if text)


def find_headings(table: Table, words: Collection[str]) -> HeadingRow | None:
    """The row among the first 40 of `table` in which most of `words` (as `plain` makes them) stand, or None.

    Two words at least must be found, or all where fewer are looked for. Of rows that hold equally many the first is
    taken, or the last of those that follow right upon it: headings merged over two rows are repeated in both.
    """
    best, most = None, min(FEWEST, len(words)) - 1
    for row in table.rows[:LOOKED_AT]:
        found = headings_of(row)
        count = len({word for one in found if (word := one.among(words))})
        follows = best is not None and count == most and row.number == best.row + 1
        if count and (count > most or follows):
            best, most = HeadingRow(row.number, found), count
    return best


def _text(value: Value) -> str:
    return value.strip() if isinstance(value, str) else shown(value)

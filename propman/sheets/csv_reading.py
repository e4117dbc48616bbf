"""A CSV read strictly: its encoding by trying, not by guessing; its separator by which one makes equal rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from itertools import islice
from typing import Final

from propman.sheets import gate
from propman.sheets.gate import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from propman.sheets.inert import bare
from propman.sheets.tables import Kind, Row, Table, Workbook, address, blank
from propman.text import N_

BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
ENCODINGS: Final = ("utf-8", "gb18030")  # GB 18030 reads everything that GBK and GB 2312 write
SEPARATORS: Final = (",", ";", "\t")
DECLARED: Final = re.compile("sep=([,;\t])\r?\n")  # a line for Excel, which shows no row for it
LOOKED_AT: Final = 50  # rows, to find the separator
NOT_IN_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
MARKUP: Final = re.compile(r"\s*<(!doctype|html|head|body|table|meta|style|script|div|\?xml)\b", re.IGNORECASE)
END_OF_FILE: Final = "\x1a"  # as DOS programs still write it


def read(data: bytes, name: str) -> Workbook:
    """The one table of the CSV `data`, called `name`; its cells are texts as they stand, without what made them inert.

    Raises `Refused`: 415 for what is no text, 413 for too many rows or columns, 422 for a quotation mark left open.
    """
    text, encoding = decoded(data, name)
    declared = DECLARED.match(text)
    separator = declared[1] if declared else separator_of(text)
    rows = tuple(_rows(text[declared.end() :] if declared else text, separator, name))
    return Workbook(Kind.CSV, (Table("", rows),), encoding=encoding)


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """The text of `data` and the name of its encoding: UTF-8, UTF-16 with a byte order mark, or GB 18030.

    Raises `Refused` for anything else, and for a web page.
    """
    text, encoding = _decoded(data, name)
    text = text.removesuffix(END_OF_FILE)
    if MARKUP.match(text):
        raise gate.web_page(name)
    if NOT_IN_TEXT.search(text):
        raise gate.no_table(name)
    return text, encoding


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    marked = next(((mark, encoding) for mark, encoding in BOMS if data.startswith(mark)), None)
    for encoding in (marked[1],) if marked else ENCODINGS:
        try:
            return data[len(marked[0]) if marked else 0 :].decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise gate.no_table(name)


def separator_of(text: str) -> str:
    """The separator that makes most of the first rows equally long; of several the one that makes them longest."""
    return max(SEPARATORS, key=lambda separator: _evenness(text, separator))


def _evenness(text: str, separator: str) -> tuple[int, int]:
    """How many of the first rows share the most common length above 1, and that length."""
    lengths = Counter[int]()
    with suppress(csv.Error):
        lengths.update(len(cells) for cells in islice(_records(text, separator), LOOKED_AT))
    return max(((count, length) for length, count in lengths.items() if length > 1), default=(0, 0))


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)


def _rows(text: str, separator: str, name: str) -> Iterator[Row]:
    number = filled = 0
    try:
        for number, cells in enumerate(_records(text, separator), 1):
            while cells and not cells[-1]:
                cells.pop()
            filled += len(cells)
            if filled > MOST_CELLS or (cells and (number > MOST_ROWS or len(cells) > MOST_COLUMNS)):
                raise gate.too_far(name, address(number, len(cells)))
            if not all(map(blank, cells)):
                yield Row(number, tuple(bare(cell) or None for cell in cells))
    except csv.Error as error:
        sentence = N_("Row %(row)s of %(file)s is broken: a quotation mark is not closed, or stands inside a value.")
        raise gate.refused(sentence, name, row=number + 1) from error

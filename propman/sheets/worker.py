"""The process that reads a table: the file on standard input, lines of `wire` on standard output. Run for each file."""

from __future__ import annotations

import sys
from typing import Final

from propman import sandbox
from propman.errors import Refused
from propman.marks import MOST_OF_CELL, piled_up
from propman.sheets import csv_reading, excel_reading, gate, wire
from propman.sheets.layout import Broken
from propman.sheets.tables import Kind, Workbook
from propman.text import N_

SECONDS: Final = 20  # of computing; 20,000 rows of 25 columns take about three
BYTES: Final = 400 * 1024 * 1024  # of address space; two million numbers take half of it
MOST_ANSWERED: Final = 64_000_000  # bytes; what they hold takes a few times as much memory on the other side
ANY_NAME: Final = ""  # the other side puts the name in


def main(kind: str) -> int:
    """Read the file of that `kind`. Out: exit status, 0 also for a refusal; anything else means a limit was broken."""
    sandbox.limit(seconds=SECONDS, memory=BYTES)
    data = sys.stdin.buffer.read()
    try:
        lines = list(wire.sent(_read(data, Kind(kind))))
        if sum(map(len, lines)) > MOST_ANSWERED:
            raise gate.too_much(ANY_NAME)
    except Refused as refusal:
        lines = [wire.sent_refusal(refusal)]
    sys.stdout.buffer.writelines(lines)
    return 0


def _read(data: bytes, kind: Kind) -> Workbook:
    try:
        workbook = excel_reading.read(data) if kind is Kind.XLSX else csv_reading.read(data, ANY_NAME)
    except Broken as error:
        raise gate.broken(ANY_NAME) from error
    except MemoryError as error:
        raise gate.too_much(ANY_NAME) from error
    _refuse_piles(workbook)
    return workbook


def _refuse_piles(workbook: Workbook) -> None:
    for table in workbook.tables:
        for row in table.rows:
            if any(piled_up(value, MOST_OF_CELL) for value in row.values if isinstance(value, str)):
                raise gate.refused(N_("The text holds characters that cannot be stored."), ANY_NAME)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

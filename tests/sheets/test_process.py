"""The process that reads: whatever a file does to its reader, it does it there, within limits, one file at a time."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

import pytest

from propman import sandbox
from propman.errors import Refused
from propman.sheets import reading, wire, worker
from propman.sheets.csv_writing import write_csv
from propman.sheets.excel_writing import write_xlsx
from propman.sheets.reading import read
from propman.sheets.tables import Fault, Kind, Row, Skipped, SkippedSheet, Span, Table, Workbook
from propman.sheets.writing import Column, Sheet, Written
from tests.files.memory import highest, measured
from tests.sheets.books import LINKS, MAIN, book, members, number, packed, row, sheet

ONE = book(sheet(row(1, number("A1", 5))))
ROWS, COLUMNS = 20_000, 25

# Run in a process of its own, so that the memory is this file's and nobody else's.
MEASURED = """
import sys, time, resource
from propman.sheets.reading import read
from tests.files.memory import highest
data = sys.stdin.buffer.read()
started = time.process_time()
[table] = read(data, "x").tables
used = resource.getrusage(resource.RUSAGE_CHILDREN)
milliseconds = round(1000 * (time.process_time() - started + used.ru_utime + used.ru_stime))
print(len(table.rows), table.columns, milliseconds, highest(), used.ru_maxrss // 1024)
"""


def register() -> Sheet:
    """A register of 20,000 parts and 25 columns: codes, amounts, days, words."""

    def cell(row: int, column: int) -> Written:
        kinds: tuple[Written, ...] = (
            f"部位{row}-{column} 号楼单元", Decimal(row * 100 + column) / 100, date(2020, 1, 1) + timedelta(row % 2000),
            ("是", "否")[row % 2], "哈尔滨市南岗区某某公司",
        )  # fmt: skip
        return kinds[column % 5]

    columns = tuple(Column(f"第{column}列") for column in range(COLUMNS))
    return Sheet("台账", columns, ([cell(row, column) for column in range(COLUMNS)] for row in range(ROWS)))


def write_xlsx_register() -> None:
    """Write the register as XLSX to standard output; to standard error, how much memory that took in MB."""
    before = highest()
    write_xlsx([register()], sys.stdout.buffer, now=datetime(2026, 11, 24, tzinfo=UTC))
    print(highest() - before, file=sys.stderr)


def write_csv_register() -> None:
    """The same as CSV."""
    before = highest()
    write_csv(register(), sys.stdout.buffer)
    print(highest() - before, file=sys.stderr)


@measured
@pytest.mark.parametrize("writer", [write_xlsx_register, write_csv_register])
def test_large_register_is_written_and_read_within_time_and_memory(writer: Callable[[], None]) -> None:
    code = f"from tests.sheets.test_process import {writer.__name__} as write; write()"
    written = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    read_again = subprocess.run([sys.executable, "-c", MEASURED], input=written.stdout, capture_output=True, check=True)
    rows, columns, milliseconds, megabytes, megabytes_of_process = map(int, read_again.stdout.split())
    print(f"{writer.__name__}: {int(written.stderr)} MB; {len(written.stdout)} bytes are read in {milliseconds} ms, "
          f"{megabytes} MB in the caller and {megabytes_of_process} MB in the process")  # fmt: skip
    assert int(written.stderr) < 40
    assert (rows, columns) == (ROWS + 1, COLUMNS)
    assert milliseconds < 15_000  # measured: 3000; the machine may be busy
    assert megabytes < 100
    assert megabytes_of_process < 200


def repeated_text() -> bytes:
    """One long text that a million cells point at: 90 GB, were each to have its own."""
    cells = '<c t="s"><v>0</v></c>' * 20
    whole = members(sheet(f"<row>{cells}</row>" * 50_000))
    links = f'<Relationship Id="s" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    whole["xl/_rels/workbook.xml.rels"] = whole["xl/_rels/workbook.xml.rels"].replace("</Relationships>", links)
    return packed(whole | {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{"字" * 30_000}</t></si></sst>'})


def merged_a_thousandfold() -> bytes:
    """Blocks that lie upon each other: each would be filled in every row."""
    rows = "".join(row(index, number(f"A{index}", 1), number(f"GR{index}", 1)) for index in range(1, 5001))
    return book(sheet(rows, after="<mergeCells>" + '<mergeCell ref="A1:GR5000"/>' * 50_000 + "</mergeCells>"))


@pytest.mark.parametrize(("make", "words"), [(repeated_text, "more than"), (merged_a_thousandfold, "broken")])
def test_file_that_asks_for_much_is_stopped(make: Callable[[], bytes], words: str) -> None:
    data = make()
    assert len(data) < 300_000
    before = seconds_computed_by_children()
    with pytest.raises(Refused, match=words):
        read(data, "x.xlsx")
    assert seconds_computed_by_children() - before < worker.SECONDS + 1


def seconds_computed_by_children() -> float:
    """Processor time of the processes that this one has started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@measured
def test_reader_that_asks_for_too_much_is_stopped() -> None:
    """Whatever the gate did not foresee: the same file with room enough, and with too little."""
    data = book(sheet(("<row>" + "<c><v>1.25</v></c>" * 20 + "</row>") * 25_000))
    for limits, ends_well in (({}, True), ({"BYTES": 40 * 1024 * 1024}, False), ({"MOST_ANSWERED": 100_000}, False)):
        start = "import sys\nfrom propman.sheets import worker\n"
        code = f"{start}vars(worker).update({limits})\nsys.exit(worker.main('xlsx'))"
        done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=False)
        assert (done.returncode == 0 and b"refused" not in done.stdout) == ends_well


def test_process_that_dies_is_answered_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for status, words in ((-9, "more than can be read"), (1, "broken")):
        monkeypatch.setattr(sandbox, "run", lambda *_, status=status, **__: (status, b""))
        with pytest.raises(Refused, match=words):
            read(ONE, "x.xlsx")


def test_busy_machine_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.001)
    with pytest.raises(Refused, match="at the moment") as refusal:
        read(ONE, "x.xlsx")
    assert (refusal.value.status, refusal.value.field) == (503, "file")


def test_one_file_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, counting = 0, 0, threading.Lock()
    run = sandbox.run

    def counted(*arguments: Any, **options: Any) -> tuple[int, bytes]:
        nonlocal inside, most
        with counting:
            inside += 1
            most = max(most, inside)
        try:
            return run(*arguments, **options)
        finally:
            with counting:
                inside -= 1

    monkeypatch.setattr(sandbox, "run", counted)
    with ThreadPoolExecutor(3) as people:
        workbooks = list(people.map(partial(read, patient=True), [ONE] * 3, ["x"] * 3))
    assert (most, len(set(map(repr, workbooks)))) == (1, 1)


def test_who_finds_one_waiting_is_sent_away_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that take a minute each cannot take every thread of the server along."""
    go_on, run = threading.Event(), sandbox.run

    def slow(*arguments: Any, **options: Any) -> tuple[int, bytes]:
        assert go_on.wait(60)
        return run(*arguments, **options)

    monkeypatch.setattr(sandbox, "run", slow)
    with ThreadPoolExecutor(3) as people:
        sent = [people.submit(read, ONE, "x") for _ in range(3)]
        first, *_ = wait(sent, timeout=60, return_when=FIRST_COMPLETED).done
        go_on.set()
        with pytest.raises(Refused) as refused:
            first.result()
        assert refused.value.status == 503
        assert sum(each.exception() is None for each in sent) == 2


@pytest.mark.parametrize("kind", Kind)
def test_marks_piled_upon_a_letter_are_refused(kind: Kind) -> None:
    """To put them in order takes time by the square of their number, again for each comparison."""
    pile = "a" + "\u0301" * 500 + "\u0316" * 500
    table = Sheet("S", (Column("编号"),), [["B18-001"], [pile]])
    out = BytesIO()
    write_csv(table, out) if kind is Kind.CSV else write_xlsx([table], out, now=datetime(2026, 11, 27, tzinfo=UTC))
    with pytest.raises(Refused) as refused:
        read(out.getvalue(), "x")
    assert (refused.value.status, refused.value.field) == (422, "file")


def test_everything_that_is_read_survives_the_way_out_of_the_process() -> None:
    noon = datetime(2021, 9, 30, 12)  # noqa: DTZ001 - a cell knows no zone
    rows = (
        Row(2, ("字\n\u2028", 1.5, -0.0, True, None, date(2021, 9, 30), noon, Fault("#N/A"))),
        Row(9, ("字\n\u2028",), hidden=True),
    )
    tables = (Table("一", rows, True, (Span(1, 2, 3, 4),), (2, 5)), Table("", ()))
    workbook = Workbook(Kind.XLSX, tables, (SkippedSheet("二", Skipped.TOO_LARGE, "XFD1"),), "utf-8")
    received = wire.received(b"".join(wire.sent(workbook)).splitlines(), "x")
    assert received == workbook
    assert received.tables[0].rows[0].values[0] is received.tables[0].rows[1].values[0]


def test_libraries_are_loaded_only_where_they_are_used() -> None:
    code = (
        "import sys, propman.sheets.reading, propman.sheets.excel_writing, propman.sheets.headings; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert not {"python_calamine", "xlsxwriter", "flask", "sqlalchemy"} & set(done.stdout.split())

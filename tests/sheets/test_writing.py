"""What is written can be read back unchanged, and nothing in it is live."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from propman.sheets import csv_reading, excel_reading, gate, values
from propman.sheets.csv_writing import write_csv
from propman.sheets.excel_writing import safe_names, write_xlsx
from propman.sheets.inert import bare, inert
from propman.sheets.tables import Skipped, SkippedSheet, Table, blank
from propman.sheets.writing import DAY, SHARE, TEXT, Column, Sheet, Written, seen

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
LIVE = [
    "=1+1", "+86 138 0000 0000", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "＋1", "－1", "＠x", "'=1",
    "''=1", '=HYPERLINK("http://localhost/?"&A1,"x")', "=cmd|' /C calc'!A0", "http://localhost/", "mailto:a@b",
    "internal:A1", "{=1}", "x,=1", 'x";=1', "x\n=1", "#N/A", "_x003D_1+1",
]  # fmt: skip


def xlsx(*sheets: Sheet) -> bytes:
    """The sheets as an XLSX."""
    out = BytesIO()
    write_xlsx(sheets, out, now=NOW)
    return out.getvalue()


def comma_separated(sheet: Sheet) -> bytes:
    """The sheet as a CSV."""
    out = BytesIO()
    write_csv(sheet, out)
    return out.getvalue()


def sheet_of(*rows: tuple[Written, ...], columns: int = 1, form: str = "General") -> Sheet:
    """A sheet of rows."""
    return Sheet("台账", tuple(Column(f"c{n}", format=form) for n in range(columns)), rows)


def from_xlsx(sheet: Sheet) -> Table:
    """What is read of the sheet written as XLSX."""
    data = xlsx(sheet)
    gate.inspect(data, "x.xlsx")
    [table] = excel_reading.read(data).tables
    return table


def from_csv(sheet: Sheet) -> Table:
    """What is read of the sheet written as CSV."""
    [table] = csv_reading.read(comma_separated(sheet), "x.csv").tables
    return table


WAYS: dict[str, Callable[[Sheet], Table]] = {"xlsx": from_xlsx, "csv": from_csv}
both_ways = pytest.mark.parametrize("there_and_back", WAYS.values(), ids=WAYS.keys())

READ_AGAIN: tuple[tuple[st.SearchStrategy[Any], Callable[..., Any]], ...] = (
    (st.text(), lambda value, **_: value or None),
    (st.dates(values.FIRST_DAY, values.LAST_DAY), values.day),
    (st.booleans(), values.flag),
    (st.integers(-(10**29), 10**29), values.number),
    (
        st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**13), max_value=10**13),
        values.number,
    ),
    (st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=0, max_value=1), values.share),
)


@both_ways
@pytest.mark.parametrize(("kind", "reader"), READ_AGAIN, ids=["text", "day", "flag", "whole", "number", "share"])
@settings(max_examples=50)
@given(data=st.data())
def test_what_is_written_is_read_back_unchanged(
    there_and_back: Callable[[Sheet], Table],
    kind: st.SearchStrategy[Any],
    reader: Callable[..., Any],
    data: st.DataObject,
) -> None:
    rows = data.draw(st.lists(st.tuples(kind | st.none(), kind, kind | st.none()), max_size=4))
    table = there_and_back(sheet_of(*rows, columns=3))
    found = {row.number: [reader(row.at(column)) for column in (1, 2, 3)] for row in table.rows[1:]}
    written = {
        number: [None if value == "" else value for value in map(seen, row)] for number, row in enumerate(rows, 2)
    }
    assert found == {number: row for number, row in written.items() if not all(map(blank, row))}


@both_ways
@pytest.mark.parametrize("text", LIVE)
def test_texts_that_look_live_are_read_back_as_they_were(there_and_back: Callable[[Sheet], Table], text: str) -> None:
    """C97 to C100; the telephone number can still be read."""
    assert there_and_back(sheet_of((text,))).at("A2") == seen(text)


@given(st.lists(st.text(), min_size=1, max_size=5))
@example(LIVE)
def test_no_cell_of_an_xlsx_is_live(texts: list[str]) -> None:
    """No formula, no link, and none that comes to life when somebody edits the cell."""
    with zipfile.ZipFile(BytesIO(xlsx(sheet_of(*((text,) for text in texts))))) as archive:
        pages = {name: archive.read(name).decode() for name in archive.namelist()}
    page = pages["xl/worksheets/sheet1.xml"]
    assert not re.search(r"<f[ >/]|<hyperlink", page, re.IGNORECASE)
    assert not [name for name in pages if "sheet1.xml.rels" in name or "external" in name.lower()]
    styles = re.findall(r"<xf [^>]*>", pages["xl/styles.xml"].split("<cellXfs")[1])
    for index, text in enumerate(texts, 2):
        cell = re.search(rf'<c r="A{index}"(?: s="(\d+)")?', page)
        if cell and seen(text)[:1] in set("=+-@"):
            assert 'quotePrefix="1"' in styles[int(cell[1])]


@given(st.lists(st.text(), min_size=1, max_size=5))
@example(LIVE)
def test_no_cell_of_a_csv_is_live(texts: list[str]) -> None:
    """Also where the program splits at semicolons: every value is in quotation marks."""
    data = comma_separated(sheet_of(*((text,) for text in texts))).decode("utf-8-sig")
    for cells in csv.reader(data.splitlines(keepends=True), strict=True):
        assert all(cell.lstrip()[:1] not in set("=+-@＝＋－＠") or not cell for cell in cells)
        assert all(cell[:1] not in set("\t\r\n") or not cell for cell in cells)
    assert re.fullmatch(r'(?:"(?:[^"]|"")*"(?:,|\r\n))+', data)


def test_numbers_below_zero_stay_numbers() -> None:
    assert comma_separated(sheet_of((Decimal("-5.50"),), (-3,))).decode("utf-8-sig") == '"c0"\r\n"-5.50"\r\n"-3"\r\n'
    assert from_xlsx(sheet_of((Decimal("-5.50"),))).at("A2") == -5.5


@given(st.text())
def test_what_made_a_text_inert_is_taken_away_and_nothing_else(text: str) -> None:
    assert bare(inert(text)) == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (date(2021, 9, 30), date(2021, 9, 30)),
        (datetime(2021, 9, 30, 14, 5, 9, 700), datetime(2021, 9, 30, 14, 5, 9)),  # noqa: DTZ001 - a cell knows no zone
        (Decimal("1234.56"), 1234.56),
        (7, 7.0),
        (True, True),
        (0.1 + 0.2, 0.3),
        (123456789012345678, "123456789012345678"),
        (date(1899, 5, 1), "1899-05-01"),
        ("007", "007"),
        ("2021-09-30", "2021-09-30"),
        ("TRUE", "TRUE"),
    ],
)
def test_cells_of_an_xlsx_are_typed(written: Written, read: object) -> None:
    found = from_xlsx(sheet_of((written,))).at("A2")
    assert found == read
    assert type(found) is type(read)


@settings(max_examples=50)
@given(st.datetimes(datetime(1950, 1, 1), datetime(2149, 12, 31)))  # noqa: DTZ001 - a cell knows no zone
def test_moments_are_read_back_to_the_second(moment: datetime) -> None:
    found = from_xlsx(sheet_of((moment,))).at("A2")
    whole = moment.replace(microsecond=0)
    assert found == (whole if whole != whole.replace(hour=0, minute=0, second=0) else whole.date())


@pytest.mark.parametrize("value", [NOW, float("nan"), float("inf"), Decimal("NaN"), "字" * 32_768])
def test_what_no_cell_can_hold_is_an_error_and_never_left_out(value: Written) -> None:
    with pytest.raises(ValueError, match="cell"):
        xlsx(sheet_of((value,)))


def test_more_rows_than_a_sheet_has_are_an_error() -> None:
    with pytest.raises(ValueError, match="rows"):
        xlsx(Sheet("x", (Column("c"),), (("x",) if n == 1_048_575 else () for n in range(1_048_576))))


def test_headings_are_frozen_and_columns_have_their_widths() -> None:
    sheet = Sheet(
        "台账", (Column("=编码", 9, TEXT), Column("日期", 12, DAY), Column("比例", 8, SHARE)), [("1", NOW.date(), 0.5)]
    )
    with zipfile.ZipFile(BytesIO(xlsx(sheet))) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in page
    assert re.findall(r'<col min="(\d)" max="\d" width="([\d.]+)"', page) == [
        ("1", "9.7109375"),
        ("2", "12.7109375"),
        ("3", "8.7109375"),
    ]
    assert 'formatCode="yyyy-mm-dd"' in styles
    assert [row.values for row in from_xlsx(sheet).rows] == [("=编码", "日期", "比例"), ("1", date(2026, 11, 24), 0.5)]


def test_template_offers_what_may_be_chosen() -> None:
    """However many and however long: a list inside the cell would end at 255 characters."""
    kinds = tuple(f"部位，类型, 第{number}种" for number in range(60))
    columns = (Column("类型", options=kinds), Column("备注"), Column("在用", options=("是", "=否")))
    data = xlsx(Sheet("台账", columns, ()), Sheet("_options", columns, ()))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "'_options 2'!$A$1:$A$60" in page
        assert "'_options 2'!$B$1:$B$2" in page
        assert f'sqref="A2:A{gate.MOST_ROWS + 1}"' in page
        assert "<f>" not in archive.read("xl/worksheets/sheet3.xml").decode()
    workbook = excel_reading.read(data)
    assert [table.at("A1") for table in workbook.tables] == ["类型", "类型"]
    assert workbook.skipped == (SkippedSheet("_options 2", Skipped.HIDDEN),)


@pytest.mark.parametrize(
    ("names", "safe"),
    [
        (["台账", "台账", "台账 2"], ["台账", "台账 2", "台账 2 2"]),
        (["a/b\\c[d]*:?", "'x'", "", "''", "\x07"], ["a b c d", "x", "Sheet", "Sheet 2", "Sheet 3"]),
        (["A" * 40, "a" * 40], ["A" * 31, "a" * 27 + " 2"]),
        (["𠮷" * 20], ["𠮷" * 15]),
    ],
)
def test_sheets_have_names_that_a_workbook_takes(names: list[str], safe: list[str]) -> None:
    assert safe_names(names) == safe
    assert [table.name for table in excel_reading.read(xlsx(*(Sheet(name, (), ()) for name in names))).tables] == safe


@settings(max_examples=50)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_names_make_a_workbook(names: list[str]) -> None:
    tables = excel_reading.read(xlsx(*(Sheet(name, (Column("c"),), [(1,)]) for name in names))).tables
    assert [table.at("A2") for table in tables] == [1.0] * len(names)


def test_same_rows_make_the_same_file() -> None:
    sheet = sheet_of(("a", 1, date(2021, 9, 30)), columns=3)
    assert xlsx(sheet) == xlsx(sheet)


def test_nothing_is_left_behind_when_rows_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ValueError, match="cell"):
        xlsx(sheet_of(("fine",), (NOW,)))
    assert not list(tmp_path.iterdir())

"""XLSX as people and other programs make it: every value is read with its address, or what became of it is named."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from propman.errors import Refused
from propman.sheets import gate
from propman.sheets.reading import read
from propman.sheets.remarks import remarks
from propman.sheets.tables import NOT_COMPUTED, Fault, Kind, Skipped, SkippedSheet, Span, Table, Value, Workbook
from tests.sheets.books import book, members, number, packed, row, sheet, text

NOON = datetime(2021, 9, 30, 12)  # noqa: DTZ001 - a cell knows no zone


def only(data: bytes) -> Table:
    """The one table of a workbook."""
    [table] = read(data, "x.xlsx").tables
    return table


def values(table: Table) -> dict[int, tuple[Value, ...]]:
    """The values of a table by the number of their row."""
    return {each.number: each.values for each in table.rows}


def said(workbook: Workbook) -> list[str]:
    """All that is said of a workbook."""
    return [remark.sentence % remark.params for remark in remarks(workbook)]


def test_values_keep_their_types_and_places() -> None:
    cells = (
        text("C4", "  屋面 防水\n"),
        number("D4", 1234.5),
        number("E4", 44469, style=1),
        number("F4", 44469.5, style=1),
        number("G4", 44469),
        '<c r="H4" t="b"><v>1</v></c>',
        '<c r="I4" t="str"><f>A1&amp;"x"</f><v>stored</v></c>',
        '<c r="J4"><f>1+1</f><v>2</v></c>',
        '<c r="K4" s="1"/>',
        '<c r="L4" t="d"><v>2021-09-30</v></c>',
    )
    table = only(book(sheet(row(4, *cells) + row(9, text("B9", "末")))))
    assert values(table) == {
        4: (None, None, "  屋面 防水\n", 1234.5, date(2021, 9, 30), NOON, 44469.0, True, "stored",
            2.0, None, date(2021, 9, 30)),
        9: (None, "末"),
    }  # fmt: skip
    assert (table.at("C4"), table.at("B9"), table.at("A1"), table.at("XFD4")) == ("  屋面 防水\n", "末", None, None)
    assert (table.name, table.columns) == ("Sheet1", 12)


def test_rich_text_is_read_whole_and_its_furigana_left_out() -> None:
    rich = (
        '<c r="A1" t="inlineStr"><is><r><t>屋</t></r><r><t xml:space="preserve"> 面</t></r><rPh><t>x</t></rPh></is></c>'
    )
    assert only(book(sheet(row(1, rich)))).at("A1") == "屋 面"


def test_cells_without_addresses_follow_each_other() -> None:
    second = "<c><f>1</f></c><c r='E2' t='e'><v>#N/A</v></c><c><v>6</v></c>"
    table = only(book(sheet(f"<row><c><v>1</v></c><c><v>2</v></c></row><row>{second}</row>")))
    assert values(table) == {1: (1.0, 2.0), 2: (Fault(NOT_COMPUTED), None, None, None, Fault("#N/A"), 6.0)}


def test_names_with_a_prefix_are_the_same_names() -> None:
    """As some libraries write them."""
    plain = members(sheet(row(2, '<c r="A2" t="e"><v>#REF!</v></c>', number("B2", 3), attributes='hidden="1"')))
    content = plain["xl/worksheets/sheet1.xml"].replace("xmlns=", "xmlns:x=")
    prefixed = content.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    table = only(packed(plain | {"xl/worksheets/sheet1.xml": prefixed}))
    assert values(table) == {2: (Fault("#REF!"), 3.0)}
    assert table.hidden_rows == (2,)


@pytest.mark.parametrize("code", ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!"])
def test_errors_are_named_where_they_stand(code: str) -> None:
    cells = (number("A3", 1), f'<c r="B3" t="e"><f>X1</f><v>{code}</v></c>', text("C3", "x"))
    assert values(only(book(sheet(row(3, *cells))))) == {3: (1.0, Fault(code), "x")}


def test_error_of_another_program_is_named_with_its_place() -> None:
    rows = row(2, '<c r="B2" t="e"><v>Err:522</v></c>') + row(3, number("A3", 1))
    with pytest.raises(Refused, match="Sheet1!B2 of x.xlsx shows the error Err:522"):
        read(book(sheet(rows)), "x.xlsx")


def test_formula_that_was_never_computed_is_named() -> None:
    """As programs write them that compute nothing; Excel would show a value, and here would be none."""
    empty = '<c r="C1" t="str"><f>""</f><v></v></c>'
    first = row(1, "<c r='A1'><f>1+1</f></c>", "<c r='B1'><f>1</f><v /></c>", empty, number("D1", 2))
    table = only(book(sheet(first + row(7, "<c r='A7'><f>1</f></c>"))))
    never = Fault(NOT_COMPUTED)
    assert values(table) == {1: (never, never, None, 2.0), 7: (never,)}


def test_number_that_is_none_is_named() -> None:
    assert only(book(sheet(row(1, number("A1", "1e999"))))).at("A1") == Fault("#NUM!")


def test_merged_cells_count_for_each_of_their_rows_and_columns() -> None:
    rows = (
        row(1, text("A1", "台账"))
        + row(2, text("A2", "楼栋"), text("B2", "保修"), text("D2", "备注"))
        + row(3, text("B3", "起"), text("C3", "止"))
        + row(4, text("A4", "1号楼"), number("B4", 1))
        + row(5, number("B5", 2))
        + row(7, text("A7", "own"), number("B7", 3))
        + row(8, number("B8", 4))
    )
    blocks = ("A1:D1", "A2:A3", "B2:C2", "D2:D3", "A4:A7", "C7:C8", "F20:G30")
    merged = "<mergeCells>" + "".join(f'<mergeCell ref="{block}"/>' for block in blocks) + "</mergeCells>"
    data = book(sheet(rows, after=merged))
    assert values(only(data)) == {
        1: ("台账", "台账", "台账", "台账"),
        2: ("楼栋", "保修", "保修", "备注"),
        3: ("楼栋", "起", "止", "备注"),
        4: ("1号楼", 1.0),
        5: ("1号楼", 2.0),
        7: ("own", 3.0),
        8: (None, 4.0),
    }
    assert only(data).merged[0] == Span(1, 1, 1, 4)
    [sentence] = said(read(data, "x.xlsx"))
    assert sentence.endswith("each of their rows and columns: A1:D1, A2:A3, B2:C2, D2:D3, A4:A7, C7:C8.")


def test_hidden_rows_and_columns_are_read_and_named() -> None:
    rows = "".join(
        row(n, number(f"A{n}", n), number(f"C{n}", n), attributes='hidden="1"' * (n > 2)) for n in range(1, 6)
    )
    rows += row(9, number("A9", 9), attributes='hidden="true"') + "".join(
        row(n, attributes='hidden="1"') for n in range(10, 200)
    )
    columns = '<cols><col min="2" max="3" hidden="1"/><col min="5" max="16384" hidden="1"/></cols>'
    workbook = read(book(sheet(rows, before=columns)), "x.xlsx")
    [table] = workbook.tables
    assert [each.number for each in table.rows] == [1, 2, 3, 4, 5, 9]
    assert (table.hidden_rows, table.hidden_columns) == ((3, 4, 5, 9), (2, 3))
    assert said(workbook) == [
        "Hidden rows of the sheet Sheet1 were read too: 3–5, 9.",
        "Hidden columns of the sheet Sheet1 were read too: B, C.",
    ]


def test_hidden_sheets_are_named_and_not_read() -> None:
    one = sheet(row(1, number("A1", 1)))
    data = book(one, one, one, states=("", ' state="hidden"', ' state="veryHidden"'))
    workbook = read(data, "x.xlsx")
    assert [table.name for table in workbook.tables] == ["Sheet1"]
    assert workbook.skipped == (SkippedSheet("Sheet2", Skipped.HIDDEN), SkippedSheet("Sheet3", Skipped.HIDDEN))
    assert said(workbook)[0] == "The sheet Sheet2 is hidden and was not read."


def test_value_at_the_end_of_the_world_is_named() -> None:
    """And costs nothing: its reader would make room for 17 thousand million cells."""
    far = sheet(row(1, number("A1", 1)) + row(1_048_576, number("XFD1048576", 1)))
    with pytest.raises(Refused, match="Sheet1!XFD1048576") as refusal:
        read(book(far), "x.xlsx")
    assert refusal.value.status == 413
    workbook = read(book(far, sheet(row(1, number("A1", 7)))), "x.xlsx")
    assert [table.at("A1") for table in workbook.tables] == [7.0]
    assert workbook.skipped == (SkippedSheet("Sheet1", Skipped.TOO_LARGE, "XFD1048576"),)
    assert "up to cell XFD1048576" in said(workbook)[0]


def test_cells_that_are_only_coloured_do_not_count() -> None:
    rows = row(1, number("A1", 1)) + row(1_048_576, '<c r="XFD1048576" s="1"/>')
    assert values(only(book(sheet(rows)))) == {1: (1.0,)}


def test_row_of_spaces_looks_empty_and_is_left_out() -> None:
    rows = (
        row(1, number("A1", 1))
        + row(2, text("A2", " "), text("B2", "\u3000"))
        + row(3, text("A3", " "), number("B3", 0))
    )
    assert values(only(book(sheet(rows)))) == {1: (1.0,), 3: (" ", 0.0)}


@pytest.mark.parametrize(
    ("last", "read_up_to"),
    [(f"A{gate.MOST_ROWS}", True), (f"A{gate.MOST_ROWS + 1}", False), ("GR1", True), ("GS1", False),
     ("GR10000", True), ("GR10001", False)],
)  # fmt: skip
def test_limits_of_a_sheet_are_exact(last: str, read_up_to: bool) -> None:
    data = book(sheet(row(int(last.lstrip("ABCDEFGRS")), number(last, 8))))
    if read_up_to:
        assert only(data).at(last) == 8.0
    else:
        with pytest.raises(Refused, match=last):
            read(data, "x.xlsx")


@pytest.mark.parametrize(("date_1904", "serial"), [(False, 44469), (True, 43007)])
def test_days_count_from_1904_where_the_workbook_says_so(date_1904: bool, serial: int) -> None:
    table = only(book(sheet(row(1, number("A1", serial, style=1), number("B1", serial))), date_1904=date_1904))
    assert table.date_1904 is date_1904
    assert values(table) == {1: (date(2021, 9, 30), float(serial))}


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a "boom">]>',
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://localhost/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    ],
)
@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_declared_entities_are_refused(prolog: str, member: str) -> None:
    """C39, C40."""
    whole = members(sheet(row(1, number("A1", 1))))
    with pytest.raises(Refused, match="broken"):
        read(packed(whole | {member: prolog + whole[member]}), "x.xlsx")


@pytest.mark.parametrize(
    "rows",
    [
        "<row><c t='str'><v><![CDATA[lost]]></v></c></row>",
        row(1, number("ZZZZ1", 1)),
        row(1, number("1", 1)),
        "<row r='x'/>",
        "<row r='1'>",
        row(1, '<c r="A1" t="s"><v>99</v></c>'),
    ],
)
def test_what_contradicts_the_standard_is_broken(rows: str) -> None:
    with pytest.raises(Refused, match="broken"):
        read(book(sheet(rows)), "x.xlsx")


def test_pictures_and_macros_are_left_alone() -> None:
    whole = members(sheet(row(1, number("A1", 1))))
    data = packed(whole | {"xl/vbaProject.bin": b"\0" * 99, "xl/media/image1.png": b"\x89PNG", "../../etc/x": "slip"})
    assert only(data).at("A1") == 1.0


def test_sheet_where_another_program_puts_it() -> None:
    whole = members(sheet(row(1, number("A1", 1))))
    whole["XL/Tabellen/eins.xml"] = whole.pop("xl/worksheets/sheet1.xml")
    links = whole["xl/_rels/workbook.xml.rels"]
    whole["xl/_rels/workbook.xml.rels"] = links.replace("worksheets/sheet1.xml", "/xl/Tabellen/eins.xml")
    assert only(packed(whole)).at("A1") == 1.0


def test_kind_is_told_by_what_is_inside() -> None:
    assert read(book(sheet(row(1, number("A1", 1)))), "x.csv").kind is Kind.XLSX
    assert read(b"a,b\r\n", "x.xlsx").kind is Kind.CSV

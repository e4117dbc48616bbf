"""CSV: its encoding is tried strictly, its separator is the one that makes equal rows, its rows keep their numbers."""

from __future__ import annotations

import pytest

from propman.errors import Refused
from propman.sheets import gate
from propman.sheets.csv_reading import read
from propman.sheets.tables import Row, Workbook

TEXT = "部位编码,部位名称,备注\r\nB01-1,屋面防水,漏\r\n"
ROWS = ((1, ("部位编码", "部位名称", "备注")), (2, ("B01-1", "屋面防水", "漏")))


def rows(workbook: Workbook) -> tuple[tuple[int, tuple[object, ...]], ...]:
    """Number and values of each row of the one table."""
    [table] = workbook.tables
    return tuple((row.number, row.values) for row in table.rows)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("gbk"), "gb18030"),
        (TEXT.encode("gb18030"), "gb18030"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("gbk") + b"\x1a", "gb18030"),
    ],
)
def test_every_encoding_that_an_office_writes(data: bytes, encoding: str) -> None:
    workbook = read(data, "x.csv")
    assert (workbook.encoding, rows(workbook)) == (encoding, ROWS)


def test_sign_that_only_gb_18030_has() -> None:
    """A rare character in a name of a place or person: 𠮷 and 䶮."""
    assert rows(read("𠮷,䶮".encode("gb18030"), "x.csv")) == ((1, ("𠮷", "䶮")),)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8") + b"\xff",
        b"\xef\xbb\xbf" + TEXT.encode("gbk"),
        b"\xff\xfe" + b"a",
        TEXT.encode("utf-16-be"),
    ],
    ids=["neither UTF-8 nor GB 18030", "mark of UTF-8 before GBK", "half a sign", "UTF-16 without mark"],
)
def test_encoding_is_not_guessed(data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read(data, "x.csv")
    assert refusal.value.status == 415


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_each_separator(separator: str) -> None:
    lines = (["标题"], [], ["编码", "名称", "长度"], ["1", "路灯，3,5 m; 旧", "2,5"], ["2", 'a"b', "3"])
    quoted = ("".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' + separator for cell in line) for line in lines)
    found = rows(read("\r\n".join(line[:-1] for line in quoted).encode(), "x.csv"))
    assert found == ((1, ("标题",)), *((number, tuple(line)) for number, line in enumerate(lines[2:], 3)))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a;b;c\n1,5;2;3\n1,7;2;3\n", ("a", "b", "c")),
        ("编码,名称;旧名\n1,a;b\n2,c\n", ("编码", "名称;旧名")),
        ("只有一列\n甲\n", ("只有一列",)),
        ("sep=;\r\na,b;c\r\n", ("a,b", "c")),
        ("a\tb\n1\t2,3\n", ("a", "b")),
    ],
)
def test_separator_is_the_one_that_makes_equal_rows(text: str, first: tuple[str, ...]) -> None:
    assert rows(read(text.encode(), "x.csv"))[0] == (1, first)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_rows_are_counted_as_a_spreadsheet_counts_them(end: str) -> None:
    text = end.join(["a,b", " ", ",\u3000,", '"two\nlines",x', " ,y", "z"])
    assert rows(read(text.encode(), "x.csv")) == (
        (1, ("a", "b")), (4, ("two\nlines", "x")), (5, (" ", "y")), (6, ("z",)),
    )  # fmt: skip


@pytest.mark.parametrize("text", ['a,b\nc,"d\n', 'a,b\nc,"d" e\n'])
def test_quotation_mark_that_swallows_the_rest_is_named_with_its_row(text: str) -> None:
    with pytest.raises(Refused, match=r"Row 2 of x.csv") as refusal:
        read(text.encode(), "x.csv")
    assert refusal.value.status == 422


def test_value_longer_than_any_cell_is_named() -> None:
    with pytest.raises(Refused, match=r"Row 1 of x.csv"):
        read(b"a" * 200_000, "x.csv")


def test_apostrophe_that_made_a_text_inert_is_taken_away_and_no_other() -> None:
    text = "'=1+1,'+86 138,'-,'@x,''=x,'text,O'Neil,''"
    expected = ("=1+1", "+86 138", "-", "@x", "'=x", "'text", "O'Neil", "''")
    assert rows(read(text.encode(), "x.csv")) == ((1, expected),)


def test_limits_of_a_table_are_exact() -> None:
    most = "a" + "," * (gate.MOST_COLUMNS - 1) + "b\n" + "\n" * (gate.MOST_ROWS - 2) + "c\n" + ",\n" * 9
    assert [row.number for row in read(most.encode(), "x").tables[0].rows] == [1, gate.MOST_ROWS]
    for data, cell in ((most + "d", f"A{gate.MOST_ROWS + 10}"), ("," + most, "GS1")):
        with pytest.raises(Refused, match=f"up to cell {cell}") as refusal:
            read(data.encode(), "x.csv")
        assert refusal.value.status == 413


def test_all_cells_together_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("propman.sheets.csv_reading.MOST_CELLS", 4)
    assert read(b"a,b\nc,d\n", "x").tables[0].rows[1] == Row(2, ("c", "d"))
    with pytest.raises(Refused, match="up to cell A3"):
        read(b"a,b\nc,d\ne\n", "x")

"""The row with the headings is found below title rows, under every way of writing a heading."""

from __future__ import annotations

import pytest

from propman.sheets.headings import find_headings, heading, plain
from propman.sheets.tables import Row, Table, Value

WORDS = {"部位编码", "部位名称", "竣工验收日期", "合同金额", "合同金额万元", "楼栋"}


def table(*rows: tuple[Value, ...]) -> Table:
    """A table of rows, counted from 1."""
    return Table("台账", tuple(Row(number, row) for number, row in enumerate(rows, 1) if row))


@pytest.mark.parametrize(
    ("text", "known_as"),
    [
        ("部位编码", "部位编码"),
        ("　部 位\n编码 *", "部位编码"),
        ("【部位编码】", "部位编码"),
        ("部位编码（必填）", "部位编码"),
        ("竣工验收日期(年/月/日)：", "竣工验收日期"),
        ("合同金额（万元）", "合同金额万元"),
        ("合同金额(元)", "合同金额"),
        ("部位编码１", None),
        ("（）", None),
        ("序号", None),
    ],
)
def test_headings_as_offices_write_them(text: str, known_as: str | None) -> None:
    assert heading(1, text).among(WORDS) == known_as


def test_what_is_in_brackets_is_kept_apart() -> None:
    found = heading(3, " 竣工验收 日期（实际） ")
    assert (found.text, found.word, found.full, found.unit) == (
        "竣工验收 日期（实际）", "竣工验收日期", "竣工验收日期实际", "实际",
    )  # fmt: skip
    assert plain("ＤＮ （mm）") == "dnmm"


def test_headings_stand_below_titles_in_any_order() -> None:
    found = find_headings(
        table(
            ("2024年改造部位台账",), (), ("单位：南岗区", None, "楼栋"), (None, "备注", "楼栋", "部位编码"), ("x", "y")
        ),
        WORDS,
    )
    assert found is not None
    assert found.row == 4
    assert [(one.column, one.among(WORDS)) for one in found.headings] == [(2, None), (3, "楼栋"), (4, "部位编码")]


def test_lower_of_two_heading_rows_counts_where_it_says_as_much() -> None:
    """Headings merged over both rows stand in both; what is only grouped above is named below."""
    upper = ("部位编码", "楼栋", "日期", "日期")
    lower = ("部位编码", "楼栋", "起", "止")
    repeated = ("部位编码", "楼栋", "第二页", None)
    found = find_headings(table(upper, lower, ("1", "2"), repeated), WORDS)
    assert found is not None
    assert found.row == 2


def test_row_with_more_words_wins_wherever_it_is() -> None:
    found = find_headings(table(("楼栋", "部位编码"), (), ("楼栋", "部位编码", "部位名称")), WORDS)
    assert found is not None
    assert found.row == 3


def test_same_word_twice_counts_once() -> None:
    assert find_headings(table(("楼栋", "楼栋", "楼 栋")), WORDS) is None


@pytest.mark.parametrize("rows", [(), (("楼栋",),), ((1.0, None, True), ("a", "b"))])
def test_table_without_headings_has_none(rows: tuple[tuple[Value, ...], ...]) -> None:
    assert find_headings(table(*rows), WORDS) is None


def test_one_word_is_enough_where_one_is_looked_for() -> None:
    assert find_headings(table(("x",), ("楼栋",)), {"楼栋"}) is not None
    assert find_headings(table(("x",)), set()) is None

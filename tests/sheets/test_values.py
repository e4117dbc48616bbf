"""What a cell means: every way in which offices write numbers, days and yes; and what is none is named as it stands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propman.errors import Refused
from propman.sheets import values
from propman.sheets.tables import NOT_COMPUTED, Fault, Value

Reader = Callable[..., Any]
DAY = date(2021, 9, 30)
AFTERNOON = datetime(2021, 9, 30, 14, 5)  # noqa: DTZ001 - a cell knows no zone
READERS: tuple[Reader, ...] = (
    values.prose, values.text, values.number, values.whole, values.share, values.day, values.flag,
)  # fmt: skip

READ: dict[Reader, list[tuple[Value, object]]] = {
    values.prose: [
        (" 漏水，见（图3）！\r\n第二行\r ", "漏水，见（图3）！\n第二行"),
        ("\ufeff\u200b屋面\u200e \x07", "屋面"),
        ("e\u0301", "é"),
        (12.0, "12"), (0.1 + 0.2, "0.3"), (-1.5, "-1.5"), (13_800_000_000.0, "13800000000"), (1e-7, "0.0000001"),
        (True, "TRUE"), (DAY, "2021-09-30"), (AFTERNOON, "2021-09-30 14:05:00"),
    ],
    values.text: [("　Ｂ０１－１（东）　", "B01-1(东)"), ("㎡", "m2"), ("1号楼", "1号楼"), (101.0, "101")],
    values.number: [
        ("1,234.5", Decimal("1234.5")), ("１２３４．５", Decimal("1234.5")), (" 12 ", Decimal(12)), ("-3", Decimal(-3)),
        ("−3", Decimal(-3)), ("+3", Decimal(3)), ("1，234，567", Decimal(1234567)),
        (1234.5600000000001, Decimal("1234.56")),
        (0.1 + 0.2, Decimal("0.3")), (5, Decimal(5)), (-0.0, Decimal(0)), ("0.10", Decimal("0.10")),
        ("007", Decimal(7)),
    ],
    values.whole: [("3", 3), (3.0, 3), ("3.00", 3), ("1,000", 1000), ("-2", -2)],
    values.share: [
        ("35%", Decimal("0.35")), ("３５％", Decimal("0.35")), ("33.3 %", Decimal("0.333")), (0.35, Decimal("0.35")),
        ("0.35", Decimal("0.35")), ("100%", Decimal(1)), ("0%", Decimal(0)), (1.0, Decimal(1)),
    ],
    values.day: [
        (DAY, DAY), (AFTERNOON, DAY), (44469.0, DAY), (44469.58, DAY), ("44469", DAY), (20210930.0, DAY),
        ("20210930", DAY),
        ("2021-09-30", DAY), ("2021-9-30", DAY), ("2021/9/30", DAY), ("2021.9.30", DAY), ("2021年9月30日", DAY),
        ("2021年09月30", DAY), ("2021 年 9 月 30 日", DAY), ("2021年9月30号", DAY), ("２０２１／９／３０", DAY),
        (" 2021-09-30 ", DAY), ("2021-09-30 00:00:00", DAY), ("2021-09-30T14:05:00.000", DAY), ("2021/9/30 8:00", DAY),
        ("2021年9月30日 8:00", DAY), ("2021—09—30", DAY), ("2020-02-29", date(2020, 2, 29)),
        ("1950-01-01", date(1950, 1, 1)), ("2149-12-31", date(2149, 12, 31)),
    ],
    values.flag: [
        (True, True), (False, False), ("是", True), ("否", False), ("有", True), ("无", False), ("√", True),
        ("×", False), ("Ｙ", True), ("no", False), ("TRUE", True), (1.0, True), (0.0, False),
        ("1", True), (" 是 ", True),
    ],
}  # fmt: skip

NOT_READ: dict[Reader, list[Value]] = {
    values.prose: [123456789012345678.0],
    values.text: [1e15],
    values.number: [
        "12米", "1e3", "12,34", "1.", ".5", "1 2", "", "约5", "5²", "①", "nan", "∞", "35%", "9" * 31, True,
        DAY, "=1+1", "1/2",
    ],
    values.whole: ["3.5", 3.5, "三"],
    values.share: ["35", 35.0, "101%", "-1%", "%", "约5%", "三成", 1.01],
    values.day: [
        "2021-02-30", "2021-13-01", "20210231", 20211301.0, "2023-02-29", "2021", 2021.0, "2021-09", 202109.0,
        "2021年9月",
        "21-09-30", "30/9/2021", "9/30/2021", "2021-9/30", "2021-09-30abc", "今天", "1949-12-31", "2150-01-01", 60.0,
        -5.0,
        99999999.0, 9999.0, True, "2021-09-30-01", "0000-00-00", "2021-09-31",
    ],
    values.flag: ["也许", 2.0, "√×", DAY],
}  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "value", "meaning"), [(reader, *case) for reader, cases in READ.items() for case in cases]
)
def test_values_as_offices_write_them(reader: Reader, value: Value, meaning: object) -> None:
    found = reader(value)
    assert found == meaning
    assert type(found) is type(meaning)


@pytest.mark.parametrize(
    ("reader", "value"), [(reader, value) for reader, cases in NOT_READ.items() for value in cases if value != ""]
)
def test_what_cannot_be_read_is_named_as_it_stands(reader: Reader, value: Value) -> None:
    with pytest.raises(Refused) as refusal:
        reader(value, field="cost")
    assert (refusal.value.status, refusal.value.field) == (422, "cost")
    assert refusal.value.params["typed"] == values.shown(value)
    assert values.shown(value) in str(refusal.value)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize("value", [None, "", "  ", "\u3000\u200b\n"])
def test_empty_cell_means_nothing(reader: Reader, value: Value) -> None:
    assert reader(value) is None


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_errors_are_never_values(reader: Reader) -> None:
    with pytest.raises(Refused, match="shows the error #REF!") as refusal:
        reader(Fault("#REF!"), field="cost")
    assert refusal.value.field == "cost"
    with pytest.raises(Refused, match="never computed"):
        reader(Fault(NOT_COMPUTED))


@pytest.mark.parametrize("value", [43007.0, "43007"])
def test_serial_numbers_count_from_1904_where_the_table_says_so(value: Value) -> None:
    assert values.day(value, date_1904=True) == DAY
    assert values.day(DAY, date_1904=True) == DAY


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("2021-02-30", "2021-02-30 is not a day of the calendar."),
        ("下周", "下周 is not a date. Please write it as 2021-09-30."),
        (26000.0 - 10000, "16000 would be 1943-10-21. Days from 1950 to 2149 can be read."),
        (DAY.replace(year=2921), "2921-09-30 would be 2921-09-30. Days from 1950 to 2149 can be read."),
    ],
)
def test_impossible_days_say_why(value: Value, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        values.day(value)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (None, ""), ("  a\n b ", "a b"), ("字" * 50, "字" * 40), (12.0, "12"), (1e20, "100000000000000000000"),
        (True, "TRUE"),
        (DAY, "2021-09-30"), (AFTERNOON, "2021-09-30 14:05:00"), (Fault("#N/A"), "#N/A"), (Fault(NOT_COMPUTED), ""),
        ("a\x00\u202eb", "ab"), (1e300, "1" + "0" * 39),
    ],
)  # fmt: skip
def test_values_are_shown_as_they_stand_in_the_cell(value: Value, seen: str) -> None:
    assert values.shown(value) == seen


ANY_VALUE = (
    st.none() | st.text() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates() | st.datetimes() | st.builds(Fault, st.sampled_from(["#N/A", NOT_COMPUTED]))
)  # fmt: skip


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@given(value=ANY_VALUE)
def test_whatever_a_cell_holds_is_read_or_refused(reader: Reader, value: Value) -> None:
    with suppress(Refused):
        reader(value)


@given(st.text())
def test_text_is_the_same_when_read_again(text: str) -> None:
    for reader in (values.prose, values.text):
        assert reader(reader(text)) == reader(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**11), max_value=10**11))
def test_numbers_of_a_cell_are_those_that_were_typed(number: Decimal) -> None:
    """Fifteen digits survive the way through a binary number."""
    assert values.number(float(number)) == number
    assert values.number(f"{number:,}") == number


@given(st.dates(values.FIRST_DAY, values.LAST_DAY))
def test_every_day_in_every_form(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms = (day, serial, float(serial), f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日", day.isoformat())
    assert {values.day(form) for form in forms} == {day}
    assert values.day(serial - 1462, date_1904=True) == day if serial - 1462 > 9999 else True

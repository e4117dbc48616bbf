"""What cells hold, as a table: full-width digits, serial numbers, units, answers in both languages."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from propman.errors import Refused
from propman.register import cells, choices
from propman.register.columns import BY_FIELD
from propman.sheets.tables import Fault

TODAY = date(2026, 11, 24)


def amount(value: Any, by: int = 1) -> int | None:
    return cells.amount(value, by=by)


def months(value: Any, by: int = 1) -> int | None:
    return cells.whole(value, by=by, column=BY_FIELD["contract_months"])


def day(value: Any) -> date | None:
    return cells.day(value, date_1904=False, last=TODAY, today=TODAY)


def owner(value: Any) -> str | None:
    return cells.choice(value, field="ownership")


def score(value: Any) -> str | None:
    return cells.choice(value, field="condition")


GOOD: list[tuple[Callable[..., Any], Any, Any]] = [
    (amount, 540.0, 54_000),
    (amount, "540", 54_000),
    (amount, "￥1,234.50 元", 123_450),
    (amount, "１２３４．５", 123_450),
    (amount, "1.5万元", 1_500_000),
    (amount, 0.0, 0),
    (amount, 0.1 + 0.2, 30),
    (amount, "", None),
    (amount, "  ", None),
    (lambda value: amount(value, 10_000), 1.5, 1_500_000),
    (lambda value: amount(value, 10_000), "1.5", 1_500_000),
    (lambda value: amount(value, 10_000), "15000元", 1_500_000),
    (months, 60.0, 60),
    (months, "60", 60),
    (months, "５年", 60),
    (months, "24个月", 24),
    (months, "1 年", 12),
    (lambda value: months(value, 12), 5.0, 60),
    (lambda value: months(value, 12), "60月", 60),
    (day, "2021年9月30日", date(2021, 9, 30)),
    (day, 44469.0, date(2021, 9, 30)),
    (day, "２０２１．９．３０", date(2021, 9, 30)),
    (owner, "全体业主共有", "owners"),
    (owner, "the utility", "utility"),
    (owner, "PUBLIC", "public"),
    (owner, "业 主", "owners"),
    (score, 5.0, "5"),
    (score, "５", "5"),
    (score, "较好", "4"),
    (score, "poor condition", "2"),
    (cells.quantity, "1,200.5", Decimal("1200.5")),
    (cells.quantity, 0.125, Decimal("0.125")),
    (cells.number, 12.0, 12),
    (cells.number, "12.5", 12.5),
    (cells.number, "-3", -3),
    (lambda value: cells.code(value, most=40), 302.0, "302"),
    (lambda value: cells.code(value, most=40), "Ｂ－１", "B-1"),
    (lambda value: cells.words(value, most=40), " 三 楼\n西 侧 ", "三 楼 西 侧"),
    (lambda value: cells.words(value, most=9), "２单元㎡", "２单元㎡"),
    (lambda value: cells.words(value, most=40), "\u200b", None),
]
BAD: list[tuple[Callable[..., Any], Any]] = [
    (amount, "面议"),
    (amount, -1.0),
    (amount, 1.005),
    (amount, True),
    (amount, "1e5"),
    (amount, "元"),
    (amount, "10^13"),
    (amount, Fault("#REF!")),
    (amount, date(2021, 9, 30)),
    (amount, 10.0**14),
    (months, 0.0),
    (months, 1201.0),
    (months, 2.5),
    (months, "终身"),
    (months, "5天"),
    (day, date(2026, 11, 25)),
    (day, "2023-02-29"),
    (day, 2021.0),
    (day, "去年"),
    (owner, "谁"),
    (owner, 7.0),
    (score, "6"),
    (score, 0.0),
    (cells.quantity, -0.001),
    (cells.quantity, "1.2345"),
    (cells.quantity, "12㎡"),
    (cells.quantity, 1e9),
    (cells.number, "²"),
    (lambda value: cells.code(value, most=3), "ABCD"),
    (lambda value: cells.words(value, most=40), "A\ue000"),
    (lambda value: cells.code(value, most=40), 1e15),
]


@pytest.mark.parametrize(("read", "value", "means"), GOOD)
def test_a_cell_is_read(read: Callable[..., Any], value: Any, means: Any) -> None:
    found = read(value)
    assert (found, type(found)) == (means, type(means))


@pytest.mark.parametrize(("read", "value"), BAD)
def test_a_cell_is_refused(read: Callable[..., Any], value: Any) -> None:
    with pytest.raises(Refused):
        read(value)


def test_a_day_that_may_come_is_bounded_too() -> None:
    last = date(2036, 12, 31)
    assert cells.day("2030-01-01", date_1904=False, last=last, today=TODAY) == date(2030, 1, 1)
    with pytest.raises(Refused):
        cells.day("2037-01-01", date_1904=False, last=last, today=TODAY)


ENDLESS = f"1{' ' * 40_000}x"
"""Spaces that a careless pattern goes through once for each of them."""


@pytest.mark.parametrize("reader", [amount, months, day, cells.number, cells.quantity, owner])
def test_cell_of_spaces_is_refused_at_once(reader: Callable[[Any], Any]) -> None:
    started = time.process_time()
    with pytest.raises(Refused):
        reader(ENDLESS)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("value", [1e308, 1e30, "9" * 30, f"{'9' * 30}万元"])
def test_amount_beyond_all_digits_is_too_much(value: float | str) -> None:
    with pytest.raises(Refused) as refused:
        amount(value)
    assert refused.value.sentence == "%(typed)s yuan is too much."


@pytest.mark.parametrize("value", [-1e308, -(10.0**30), f"-{'9' * 30}"])
def test_amount_below_all_digits_is_none(value: float | str) -> None:
    with pytest.raises(Refused) as refused:
        amount(value)
    assert refused.value.sentence == "%(typed)s is not an amount in yuan."


def test_long_texts_are_compared_and_not_remembered() -> None:
    long = "楼" * 100_000
    kept = choices._folded.cache_info().currsize
    assert choices.folded(f" {long}") == long
    assert choices._folded.cache_info().currsize == kept

"""Money: read as people write it, printed so that it can be read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propman import money
from propman.errors import Refused


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("0", 0), ("1", 100), ("1.5", 150), ("1.05", 105), ("1,234.50", 123450), ("￥1234.50 元", 123450),
        ("１２３．４", 12340), (" 12 元 ", 1200), ("1.100", 110), ("1234567.89", 123456789),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(typed: str, fen: int) -> None:
    assert money.parse(typed) == fen


@pytest.mark.parametrize(
    "typed", ["", "-1", "1e3", "1.234", "12,34", "1,2345", "abc", "1.", ".5", "1 2", "９" * 16, "9" * 400, "nan", "∞"]
)
def test_what_is_no_amount_is_refused_with_its_field(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        money.parse(typed, field="cost")
    assert refused.value.field == "cost"


@given(st.integers(0, money.MOST_FEN - 1))
def test_what_is_printed_can_be_read_back(fen: int) -> None:
    assert money.parse(money.text(fen)) == fen

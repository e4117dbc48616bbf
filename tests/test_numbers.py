"""Numbers in addresses."""

from __future__ import annotations

import pytest

from propman.web.numbers import whole

MOST = 1_000_000


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("7", 7), ("0000007", 7), ("999999", 999_999), ("1000000", MOST)]
)
def test_a_number_up_to_the_greatest(text: str, number: int) -> None:
    assert whole(text, MOST) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.0", "1e3", " 1", "七", "７", "²", "1000001", "9" * 9, "0" * 9 + "9" * 30, "0" * 5000]
)
def test_everything_else_is_none(text: str) -> None:
    assert whole(text, MOST) is None

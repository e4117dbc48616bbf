"""Shares and their intervals, by the vectors of the specification."""

from __future__ import annotations

import pytest

from propman.shares import Rate


@pytest.mark.parametrize(
    ("k", "n", "interval"),
    [
        (81, 263, (0.255289, 0.366210)),
        (15, 148, (0.062386, 0.160487)),
        (0, 20, (0.0, 0.161125)),
        (1, 29, (0.006113, 0.171755)),
        (7, 7, (0.645670, 1.0)),
    ],
)
def test_the_interval_is_wilsons(k: int, n: int, interval: tuple[float, float]) -> None:
    assert Rate(k, n).interval == pytest.approx(interval, abs=5e-7)
    assert Rate(k, n).value == pytest.approx(k / n)


def test_there_is_nothing_to_measure_where_nobody_was_asked_and_no_interval_beyond_one() -> None:
    assert (Rate(0, 0).value, Rate(0, 0).interval) == (None, None)
    assert (Rate(3, 2).value, Rate(3, 2).interval) == (1.5, None)

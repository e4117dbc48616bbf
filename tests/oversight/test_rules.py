"""The composite by the vectors of the specification; months and when they close."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from propman.oversight import rules
from propman.oversight.rules import Weights


@pytest.mark.parametrize(("weights", "composite"), [(Weights(30, 35), 0.924), (Weights(10, 45), 0.908)])
def test_the_composite_weighs_the_three_rates(weights: Weights, composite: float) -> None:
    assert weights.composite(0.98, 0.92, 0.88) == pytest.approx(composite)
    assert weights.composite(0.98, None, 0.88) is None
    assert weights.response + weights.solution + weights.satisfaction == 100


def test_months_follow_each_other_and_close_ten_minutes_after_their_end() -> None:
    december, january = date(2026, 12, 1), date(2027, 1, 1)
    assert (rules.following(december), rules.preceding(january)) == (january, december)
    assert list(rules.months(date(2026, 11, 1), january)) == [date(2026, 11, 1), december, january]
    assert rules.last_day(date(2028, 2, 1)) == date(2028, 2, 29)
    over = datetime(2026, 12, 31, 16, 10, tzinfo=UTC)
    assert rules.closable(december, over)
    assert not rules.closable(december, over - timedelta(seconds=1))

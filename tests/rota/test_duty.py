"""Who is reachable at a moment, as a table: half-open, over midnight, Shanghai time, absences before all else."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from propman import clock
from propman.rota.duty import Duty, Hours, Period, Plan, duty, reachable

MONDAY = datetime(2026, 11, 30).date()  # noqa: DTZ001 - a day is wanted


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """The moment on the given day of that week: 0 is Monday."""
    return clock.at_local(MONDAY + timedelta(days=day), time(hour, minute))


DAYS = Plan(weekly=tuple(Hours(day, time(8), time(17, 30)) for day in range(5)))
NIGHT = Plan(weekly=(Hours(6, time(22), time(6)),))  # from Sunday to Monday
ROUND = Plan(weekly=(Hours(2, time(7), time(7)),))  # 24 hours
AWAY = Plan(DAYS.weekly, absent=(Period(at(1, 0), at(3, 0)),))
EXTRA = Plan(extra=(Period(at(5, 9), at(5, 12)),))
BOTH = Plan(extra=EXTRA.extra, absent=(Period(at(5, 10), at(5, 11)),))


@pytest.mark.parametrize(("plan", "moment", "there"), [
    (DAYS, at(0, 7, 59), False), (DAYS, at(0, 8), True), (DAYS, at(0, 17, 29), True), (DAYS, at(0, 17, 30), False),
    (DAYS, at(5, 9), False),
    (NIGHT, at(6, 21, 59), False), (NIGHT, at(6, 22), True), (NIGHT, at(7, 0), True), (NIGHT, at(7, 5, 59), True),
    (NIGHT, at(7, 6), False), (NIGHT, at(0, 23), False),
    (ROUND, at(2, 6, 59), False), (ROUND, at(2, 7), True), (ROUND, at(3, 6, 59), True), (ROUND, at(3, 7), False),
    (AWAY, at(0, 12), True), (AWAY, at(1, 12), False), (AWAY, at(2, 12), False), (AWAY, at(3, 8), True),
    (EXTRA, at(5, 8, 59), False), (EXTRA, at(5, 9), True), (EXTRA, at(5, 12), False),
    (BOTH, at(5, 9, 59), True), (BOTH, at(5, 10), False), (BOTH, at(5, 11), True),
    (Plan(), at(0, 12), False),
])  # fmt: skip
def test_reachable(plan: Plan, moment: datetime, there: bool) -> None:
    assert reachable(plan, moment) is there


@pytest.mark.parametrize(("plans", "moment", "expected"), [
    ({}, at(0, 12), Duty()),
    ({1: DAYS, 2: NIGHT}, at(0, 12), Duty(True, frozenset({1}))),
    ({1: DAYS, 2: NIGHT}, at(4, 18), Duty(True, frozenset(), at(6, 22))),
    ({1: DAYS}, at(4, 18), Duty(True, frozenset(), at(7, 8))),
    ({1: AWAY}, at(1, 12), Duty(True, frozenset(), at(3, 8))),
    ({1: BOTH}, at(5, 10), Duty(True, frozenset(), at(5, 11))),
    ({1: EXTRA}, at(6, 12), Duty(True, frozenset(), None)),
])  # fmt: skip
def test_duty_of_an_organisation(plans: dict[int, Plan], moment: datetime, expected: Duty) -> None:
    assert duty(plans, moment) == expected
    assert duty(plans, moment).nobody is (bool(plans) and not expected.reachable)

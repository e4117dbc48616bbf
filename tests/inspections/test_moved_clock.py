"""A clock that is a day ahead, a day behind or set back, on hosts anywhere: the same days are laid, each once (I06)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.inspections import invariants, operations
from propman.inspections.almanac import due_days
from propman.inspections.models import Duty, DutyAct, DutyEvent, Target
from propman.inspections.operations.laying import AHEAD
from tests.inspections.conftest import Planned, noon

DAY = timedelta(days=1)
MOVED = (timedelta(0), DAY, -DAY, timedelta(hours=1), timedelta(0), timedelta(hours=11, minutes=59, seconds=59),
         -timedelta(hours=12), DAY + timedelta(hours=12), timedelta(0))  # fmt: skip
"""By how much the clock is wrong, look by look, at noon. The furthest says midnight, when Europe has the day before."""

RULES = (
    ("FREQ=DAILY", "2024-02-29"), ("FREQ=MONTHLY", "2024-01-31"), ("FREQ=MONTHLY;BYMONTHDAY=31", "2024-01-31"),
    ("FREQ=YEARLY", "2024-02-29"), ("FREQ=DAILY;INTERVAL=14", "2024-12-31"), ("YEARS=1,4,7", "2024-02-29"),
)  # fmt: skip
"""What the plans say, and from when it is counted."""


@pytest.fixture(params=["Europe/Berlin", "America/New_York"])
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The host's own zone, which says nothing about the day in Harbin."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "first_on",
    [date(2027, 12, 29), date(2028, 2, 26), date(2028, 3, 24), date(2028, 10, 27)],
    ids=["the year ends", "the 29th of February", "the hour that Berlin leaves out", "the hour that Berlin has twice"],
)
def test_whatever_the_clock_says_the_same_days_are_laid(
    session: Session, planned: Planned, host: str, first_on: date
) -> None:
    plans = [planned(rule, first_on, now=noon(first_on), anchor=date.fromisoformat(anchor)) for rule, anchor in RULES]
    furthest = max(_looks(session, first_on))
    until = first_on + 11 * DAY + AHEAD + DAY  # that midnight begins the second day after the tenth
    for plan, (rule, anchor) in zip(plans, RULES, strict=True):
        wanted = due_days(rule, date.fromisoformat(anchor), first_on, until)
        for target in session.scalars(select(Target.id).where(Target.plan_id == plan.id)):
            assert list(session.scalars(select(Duty.due_on).where(Duty.target_id == target).order_by(Duty.due_on))) == (
                wanted
            ), rule
    ends = list(session.scalars(select(DutyEvent.duty_id).where(DutyEvent.act == DutyAct.END)))
    assert len(ends) == len(set(ends))
    for name, recount in invariants.promises(session, now=furthest).items():
        assert recount().broken == (), name


def _looks(session: Session, first_on: date) -> list[datetime]:
    """What the jobs' clocks said at each of their looks, on ten days one after the other."""
    looks = [noon(first_on + DAY * number) + wrong for number in range(10) for wrong in MOVED]
    for now in looks:
        for act in (operations.lay_due, operations.end_missed):
            while act(session, now=now):
                pass
    return looks

"""Which heating season a plan keeps to on a day: a table of rows and days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

import pytest

from propman.communities.seasons import SeasonRule
from propman.inspections.heating import heated, kept, to_come
from propman.inspections.schedule import Season

HARBIN = SeasonRule(2016, None, "10-20", "04-20", depth=1)
MOHE = SeasonRule(2016, None, "09-10", "05-20", depth=2)
COLD_AUTUMN = SeasonRule(2027, 2027, "10-10", "04-20", depth=1)
LONG_SPRING = SeasonRule(2026, 2026, "10-20", "05-05", depth=1)
ONE_YEAR = SeasonRule(2025, 2025, "10-15", "04-15", depth=1)
TO_COME = SeasonRule(2027, None, "10-15", "04-15", depth=1)
IN_ONE_YEAR = SeasonRule(2016, None, "01-10", "05-01", depth=1)
TO_FEBRUARY = SeasonRule(2016, None, "11-01", "02-29", depth=1)
LONG = SeasonRule(2028, 2028, "09-10", "05-20", depth=1)
CHANGING = [HARBIN, COLD_AUTUMN, LONG]
OTHERWISE = Season("11-01", "03-31")

CASES = (
    ("under way", [HARBIN], "2026-11-28", "2026-10-20 2027-04-20", True),
    ("after New Year", [HARBIN], "2027-02-01", "2026-10-20 2027-04-20", True),
    ("its last day", [HARBIN], "2027-04-20", "2026-10-20 2027-04-20", True),
    ("the day after: the next", [HARBIN], "2027-04-21", "2027-10-20 2028-04-20", True),
    ("in summer: the next", [HARBIN], "2026-07-01", "2026-10-20 2027-04-20", True),
    ("the county counts before its city", [HARBIN, MOHE], "2026-07-01", "2026-09-10 2027-05-20", True),
    ("the exception of a year", [HARBIN, COLD_AUTUMN], "2027-07-01", "2027-10-10 2028-04-20", True),
    ("but only of that year", [HARBIN, COLD_AUTUMN], "2028-07-01", "2028-10-20 2029-04-20", True),
    ("a season that is made longer while it lasts", [HARBIN, LONG_SPRING], "2027-04-25", "2026-10-20 2027-05-05", True),
    ("nobody entered anything", [], "2026-11-28", "2026-11-01 2027-03-31", False),
    ("nobody entered anything, in summer", [], "2026-04-01", "2026-11-01 2027-03-31", False),
    ("a year nobody entered is as the last one", [ONE_YEAR], "2026-11-28", "2026-10-15 2027-04-15", False),
    ("and so is the one after it", [ONE_YEAR], "2028-07-01", "2028-10-15 2029-04-15", False),
    ("what is entered of a later year does not count yet", [TO_COME], "2027-02-01", "2026-11-01 2027-03-31", False),
    ("until that comes", [TO_COME], "2027-04-01", "2027-10-15 2028-04-15", True),
    ("a season within one year", [IN_ONE_YEAR], "2026-03-01", "2026-01-10 2026-05-01", True),
    ("and the next of such", [IN_ONE_YEAR], "2026-05-02", "2027-01-10 2027-05-01", True),
    ("to the last of February", [TO_FEBRUARY], "2026-12-01", "2026-11-01 2027-02-28", True),
    ("which is the 29th at times", [TO_FEBRUARY], "2027-12-01", "2027-11-01 2028-02-29", True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "on", "days", "entered"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_it_is_the_one_under_way_or_the_next(rules: list[SeasonRule], on: str, days: str, entered: bool) -> None:
    found = heated(rules, date.fromisoformat(on), OTHERWISE)
    assert (f"{found.first_on} {found.last_on}", found.entered) == (days, entered)
    assert found.year == found.first_on.year
    assert found.window == Season(*(day[5:] for day in days.split()))


def test_a_plan_keeps_to_the_next_season_once_its_days_of_this_spring_are_over() -> None:
    found = [(str(on), one.window) for on, one in islice(to_come(CHANGING, date(2026, 11, 28), OTHERWISE), 4)]
    assert found == [
        ("2026-11-28", Season("10-20", "04-20")), ("2027-04-21", Season("10-10", "04-20")),
        ("2028-05-21", Season("09-10", "05-20")), ("2029-05-21", Season("10-20", "04-20")),
    ]  # fmt: skip
    days = [date(2026, 11, 28) + timedelta(days=number) for number in range(1200)]
    by_day = [(day, kept(CHANGING, day, OTHERWISE).window) for day in days]
    assert [pair for pair in by_day if pair[1] != kept(CHANGING, pair[0] - timedelta(days=1), OTHERWISE).window] == [
        (date.fromisoformat(on), window) for on, window in found[1:]
    ]
    heating = [heated(CHANGING, day, OTHERWISE) for day in days]
    assert [window.has(day) for day, window in by_day] == [
        one.first_on <= day for day, one in zip(days, heating, strict=True)
    ]

"""Heating seasons from rows: which row speaks, and the days it gives."""

from __future__ import annotations

from datetime import date

import pytest

from propman.communities.seasons import Season, SeasonRule, month_and_day, seasons

CITY = SeasonRule(2016, None, "10-20", "04-20", depth=1)


def test_a_season_begins_in_its_year_and_ends_in_the_next() -> None:
    assert seasons([CITY], since=2024, until=2025) == (
        Season(date(2024, 10, 20), date(2025, 4, 20)),
        Season(date(2025, 10, 20), date(2026, 4, 20)),
    )


def test_a_year_without_a_row_has_no_season() -> None:
    assert seasons([CITY], since=2014, until=2016) == (Season(date(2016, 10, 20), date(2017, 4, 20)),)
    assert seasons([], since=2014, until=2016) == ()


@pytest.mark.parametrize(
    ("rules", "first_on"),
    [
        ([CITY, SeasonRule(2024, 2024, "10-10", "04-20", depth=1)], date(2024, 10, 10)),  # one cold autumn
        ([SeasonRule(2024, 2024, "10-10", "04-20", depth=1), CITY], date(2024, 10, 10)),
        ([CITY, SeasonRule(2016, None, "09-15", "05-20", depth=2)], date(2024, 9, 15)),  # the county's own
        ([SeasonRule(2024, 2024, "10-10", "04-20", depth=1), SeasonRule(2016, None, "09-15", "05-20", depth=2)],
         date(2024, 9, 15)),
        ([CITY, SeasonRule(2016, None, "10-15", "04-15", depth=1)], date(2024, 10, 15)),  # the later row
    ],
)  # fmt: skip
def test_the_nearest_row_speaks(rules: list[SeasonRule], first_on: date) -> None:
    assert seasons(rules, since=2024, until=2024)[0].first_on == first_on


def test_the_end_of_february_is_the_28th_where_there_is_no_29th() -> None:
    assert month_and_day("02-29", 2024) == date(2024, 2, 29)
    assert month_and_day("02-29", 2025) == date(2025, 2, 28)


@pytest.mark.parametrize("text", ["", "13-01", "02-30", "2-1", "10-20 ", "1020", "04-31"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the standard library words some of them
        month_and_day(text, 2025)

"""Working time on the shipped calendar, against two calendars made by others and against a minute-by-minute count."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from propman import clock
from propman.calendar import (
    HOLIDAY_NAMES,
    DayKind,
    Reason,
    Shifts,
    Why,
    WorkCalendar,
    calendar_version,
)
from propman.data.reading import read_calendar_days
from tests.shipped import CALENDAR, at

MOMENTS = st.datetimes(datetime(2025, 6, 1), datetime(2027, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(), timedelta(hours=200))
SHORT = st.timedeltas(timedelta(), timedelta(days=12))


def every_day(first: int, last: int) -> list[date]:
    start = date(first, 1, 1)
    return [start + timedelta(days=n) for n in range((date(last + 1, 1, 1) - start).days)]


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-27 16:30", 120, "2026-11-30 09:30"),  # over a weekend
        ("2026-11-27 16:30", 60, "2026-11-27 17:30"),  # the closing hour ends its own day
        ("2026-11-27 16:30", 61, "2026-11-30 08:31"),
        ("2026-11-24 11:30", 60, "2026-11-24 14:00"),  # over lunch
        ("2026-11-24 12:30", 30, "2026-11-24 14:00"),  # from within lunch
        ("2026-11-24 06:00", 30, "2026-11-24 09:00"),  # from before opening
        ("2026-11-24 20:00", 30, "2026-11-25 09:00"),  # from after closing
        ("2026-09-30 17:00", 60, "2026-10-08 09:00"),  # over National Day
        ("2026-10-09 17:00", 60, "2026-10-10 09:00"),  # into a Saturday that is a workday
        ("2026-10-09 17:00", 480, "2026-10-10 17:30"),
        ("2025-12-31 17:00", 450, "2026-01-04 17:00"),  # over New Year into a Sunday that is a workday
        ("2026-12-31 17:00", 450, "2027-01-04 17:00"),  # over the statutory day of a year not yet published
        ("2026-09-30 17:00", 960, "2026-10-10 09:00"),
        ("2026-11-28 10:00", 0, "2026-11-28 10:00"),  # nothing to add: nothing moves
    ],
)
def test_adding_working_minutes(start: str, minutes: int, due: str) -> None:
    assert CALENDAR.add_working_time(at(start), timedelta(minutes=minutes)) == at(due)


@pytest.mark.parametrize(
    ("start", "n", "close"),
    [
        ("2026-11-24 08:00", 1, "2026-11-25 17:30"),
        ("2026-11-24 23:59", 1, "2026-11-25 17:30"),  # the hour of the start does not matter
        ("2026-11-27 16:30", 1, "2026-11-30 17:30"),
        ("2026-11-28 10:00", 1, "2026-11-30 17:30"),  # from a day off
        ("2026-10-08 10:00", 2, "2026-10-10 17:30"),  # a Saturday that is a workday
        ("2026-09-29 17:00", 7, "2026-10-14 17:30"),
    ],
)
def test_close_of_the_nth_workday_after(start: str, n: int, close: str) -> None:
    assert CALENDAR.close_of_workday_after(at(start), n) == at(close)


@pytest.mark.parametrize("n", [0, -1])
def test_the_workday_after_is_at_least_the_first(n: int) -> None:
    with pytest.raises(ValueError, match="first or a later"):
        CALENDAR.close_of_workday_after(at("2026-11-24 08:00"), n)


def test_working_time_cannot_be_taken_away() -> None:
    with pytest.raises(ValueError, match="taken away"):
        CALENDAR.add_working_time(at("2026-11-24 08:00"), timedelta(minutes=-1))


@pytest.mark.parametrize(
    ("start", "end", "closes"),
    [
        ("2026-11-24 17:29", "2026-11-24 17:30", 1),
        ("2026-11-24 17:30", "2026-11-25 17:29", 0),
        ("2026-11-27 12:00", "2026-11-30 12:00", 1),
        ("2026-09-30 12:00", "2026-10-10 18:00", 4),
        ("2026-11-25 12:00", "2026-11-24 12:00", 0),
    ],
)
def test_workdays_that_close_in_a_period(start: str, end: str, closes: int) -> None:
    assert CALENDAR.closes_between(at(start), at(end)) == closes


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 10, 10), Why(Reason.MAKE_UP, "National Day")),
        (date(2026, 10, 1), Why(Reason.HOLIDAY, "National Day")),
        (date(2026, 10, 3), Why(Reason.HOLIDAY, "National Day")),  # a Saturday, but a holiday first
        (date(2026, 10, 17), Why(Reason.WEEKEND)),
        (date(2026, 10, 12), Why(Reason.ORDINARY)),
        (date(2027, 2, 6), Why(Reason.HOLIDAY, "Spring Festival")),
    ],
)
def test_why_a_day_is_worked_or_not(day: date, why: Why) -> None:
    assert CALENDAR.why(day) == why
    assert CALENDAR.is_workday(day) is (why.reason in (Reason.ORDINARY, Reason.MAKE_UP))


def test_2026_has_248_workdays_six_of_them_on_weekends() -> None:
    worked = [day for day in every_day(2026, 2026) if CALENDAR.is_workday(day)]
    assert len(worked) == 248
    on_weekends = [day.strftime("%m-%d") for day in worked if day.weekday() >= 5]
    assert on_weekends == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


def test_every_day_of_2024_to_2026_agrees_with_two_other_calendars() -> None:
    theirs = holidays.country_holidays("CN", years=range(2024, 2027))
    for day in every_day(2024, 2026):
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day) == theirs.is_working_day(day), day


def test_every_day_of_2020_to_2023_agrees_with_another_calendar() -> None:
    for day in every_day(2020, 2023):
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day), day


@pytest.mark.parametrize("year", [2027, 2028])
def test_a_year_not_yet_published_has_the_statutory_days_and_no_others(year: int) -> None:
    theirs = holidays.country_holidays("CN", years=year, observed=False)
    ours = {row.day for row in read_calendar_days() if row.day.year == year}
    assert ours == set(theirs)
    assert year not in CALENDAR.official_years


def test_published_years_are_official() -> None:
    assert [year in CALENDAR.official_years for year in (2019, 2020, 2026)] == [False, True, True]
    assert CALENDAR.provisional_years(at("2026-12-31 23:59"), at("2028-01-01 00:00")) == (2027, 2028)
    assert CALENDAR.provisional_years(at("2026-01-01 00:00"), at("2026-12-31 23:59")) == ()


def test_every_holiday_has_a_name_to_translate() -> None:
    assert set(CALENDAR.names.values()) == set(HOLIDAY_NAMES)


def test_without_make_up_workdays_a_weekend_stays_a_weekend() -> None:
    days = {date(2026, 10, 10): DayKind.WORKDAY, date(2026, 10, 1): DayKind.HOLIDAY}
    calendar = WorkCalendar(days, {}, frozenset(), make_up_workdays=False)
    assert calendar.why(date(2026, 10, 10)) == Why(Reason.WEEKEND)
    assert calendar.why(date(2026, 10, 1)) == Why(Reason.HOLIDAY)
    assert calendar.add_working_time(at("2026-10-09 17:00"), timedelta(minutes=60)) == at("2026-10-12 09:00")


@pytest.mark.parametrize(
    "hours",
    [
        (),
        ((time(9), time(9)),),
        ((time(17), time(8)),),
        ((time(8), time(12)), (time(11), time(17))),
    ],
)
def test_hours_by_which_no_deadline_would_come_are_refused(hours: Shifts) -> None:
    with pytest.raises(ValueError, match="rising order"):
        WorkCalendar({}, {}, frozenset(), hours=hours)


def test_version_names_the_content_and_nothing_else() -> None:
    day, other = date(2026, 10, 1), date(2026, 10, 2)
    days = {day: DayKind.HOLIDAY, other: DayKind.HOLIDAY}
    reordered = dict(reversed(days.items()))
    hours = CALENDAR.hours
    version = calendar_version(days, frozenset({2026}), hours, True)
    assert version == calendar_version(reordered, frozenset({2026}), hours, True)
    different = [
        calendar_version({day: DayKind.HOLIDAY}, frozenset({2026}), hours, True),
        calendar_version(days | {day: DayKind.WORKDAY}, frozenset({2026}), hours, True),
        calendar_version(days, frozenset({2025}), hours, True),
        calendar_version(days, frozenset({2026}), hours[:1], True),
        calendar_version(days, frozenset({2026}), hours, False),
    ]
    assert len({version, *different}) == 6


def worked_minute_by_minute(start: datetime, minutes: int) -> int:
    """Count by looking at each minute of the local clock; `start` is a whole minute."""
    worked = 0
    for n in range(minutes):
        local = clock.local(start + timedelta(minutes=n))
        open_now = any(opens <= local.time() < closes for opens, closes in CALENDAR.hours)
        worked += open_now and chinese_calendar.is_workday(local.date())
    return worked


@given(start=st.datetimes(datetime(2025, 6, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
       minutes=st.integers(0, 3000))  # fmt: skip
def test_working_minutes_are_those_a_minute_by_minute_count_finds(start: datetime, minutes: int) -> None:
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=minutes)
    assert CALENDAR.working_time(start, end) == timedelta(minutes=worked_minute_by_minute(start, minutes))


@given(start=MOMENTS, span=SPANS)
def test_as_much_working_time_passes_as_was_added(start: datetime, span: timedelta) -> None:
    assert CALENDAR.working_time(start, CALENDAR.add_working_time(start, span)) == span


@given(start=MOMENTS, first=SPANS, second=SPANS)
def test_adding_twice_is_adding_once(start: datetime, first: timedelta, second: timedelta) -> None:
    twice = CALENDAR.add_working_time(CALENDAR.add_working_time(start, first), second)
    assert twice == CALENDAR.add_working_time(start, first + second)


@given(start=MOMENTS, first=SHORT, second=SHORT)
def test_periods_that_meet_add_up(start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    parts = CALENDAR.working_time(start, middle) + CALENDAR.working_time(middle, end)
    assert parts == CALENDAR.working_time(start, end)
    closes = CALENDAR.closes_between(start, middle) + CALENDAR.closes_between(middle, end)
    assert closes == CALENDAR.closes_between(start, end)


@given(start=MOMENTS, back=SHORT)
def test_a_clock_set_back_takes_no_time_away(start: datetime, back: timedelta) -> None:
    assert CALENDAR.working_time(start, start - back) == timedelta()


def test_the_summer_time_of_1988_takes_an_hour_from_no_working_day() -> None:
    night = (clock.at_local(date(1988, 4, 16), time(0)), clock.at_local(date(1988, 4, 18), time(0)))
    assert night[1] - night[0] == timedelta(hours=47)  # the clocks of Shanghai went forward on 17 April
    calendar = WorkCalendar({date(1988, 4, 17): DayKind.WORKDAY}, {}, frozenset())
    day = (clock.at_local(date(1988, 4, 17)), clock.at_local(date(1988, 4, 18)))
    assert calendar.working_time(*day) == timedelta(minutes=450)

"""Due days: months of every length, leap days, seasons, holidays, windows, gaps; against an almanac made by hand."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propman.errors import Refused
from propman.inspections import recurrence
from propman.inspections.almanac import due_days
from propman.inspections.schedule import (
    End,
    OnHolidays,
    Schedule,
    Season,
    Window,
    falls_short,
    judge,
    longest,
    next_days,
    shifted,
    stays_due,
    window,
)


def plan(text: str, anchor: str, until: str | None = None, season: tuple[str, str] | None = None,
         gap: int | None = None, first: str | None = None) -> Schedule:  # fmt: skip
    """A schedule as one writes it down."""
    return Schedule(
        recurrence.read(text), date.fromisoformat(anchor), date.fromisoformat(first or anchor),
        date.fromisoformat(until) if until else None, Season(*season) if season else None, gap,
    )  # fmt: skip


def said(days: list[date]) -> str:
    return " ".join(f"{day:%y-%m-%d}" for day in days)


@pytest.mark.parametrize(
    ("text", "anchor", "days"),
    [
        ("FREQ=DAILY;INTERVAL=14", "2026-01-01", "26-01-01 26-01-15 26-01-29 26-02-12"),
        ("FREQ=MONTHLY", "2026-01-31", "26-01-31 26-02-28 26-03-31 26-04-30"),
        ("FREQ=MONTHLY", "2028-01-31", "28-01-31 28-02-29 28-03-31 28-04-30"),
        ("FREQ=MONTHLY;INTERVAL=6", "2026-08-31", "26-08-31 27-02-28 27-08-31 28-02-29"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31", "2026-01-15", "26-01-31 26-04-30 26-07-31 26-10-31"),
        ("FREQ=YEARLY", "2028-02-29", "28-02-29 29-02-28 30-02-28 31-02-28"),
        ("FREQ=YEARLY;INTERVAL=2", "2026-05-10", "26-05-10 28-05-10 30-05-10 32-05-10"),
        ("FREQ=YEARLY;BYMONTH=4,9;BYMONTHDAY=15", "2026-04-20", "26-09-15 27-04-15 27-09-15 28-04-15"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "2026-12-29", "27-01-02 27-01-03 27-01-09 27-01-10"),
        ("FREQ=WEEKLY;INTERVAL=2", "2026-12-31", "26-12-31 27-01-14 27-01-28 27-02-11"),
        ("FREQ=MONTHLY;BYMONTH=11,12,1,2,3", "2026-02-10", "26-02-10 26-03-10 26-11-10 26-12-10"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1", "2026-11-05", "26-12-01 27-01-05 27-02-02 27-03-02"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,31", "2026-02-01", "26-02-15 26-02-28 26-03-15 26-03-31"),
        (" FREQ = monthly； bymonthday＝15， 31 ; ", "2026-02-01", "26-02-15 26-02-28 26-03-15 26-03-31"),
        ("YEARS=1,4,7,9,11,13,15", "2024-02-29", "25-02-28 28-02-29 31-02-28 33-02-28"),
        ("AFTER=6,12,24", "2025-08-31", "26-02-28 26-08-31 27-08-31"),
        ("BEFORE=60", "2027-03-01", "26-12-31"),
    ],
)
def test_days_come_round(text: str, anchor: str, days: str) -> None:
    found = plan(text, anchor, first="2020-01-01")
    assert said(next_days(found, date(2020, 1, 1), 4)) == days
    assert recurrence.read(found.recurrence.text) == found.recurrence


def test_a_lift_is_seen_25_times_in_a_year_by_fifteen_days_and_after_fifteen_years_each_year() -> None:
    assert len(plan("FREQ=DAILY;INTERVAL=15", "2026-01-01").between(date(2026, 1, 1), date(2027, 1, 1))) == 25
    inspected = plan("YEARS=1,4,7,9,11,13,15", "2010-06-01").between(date(2025, 1, 1), date(2029, 1, 1))
    assert said(inspected) == "25-06-01 26-06-01 27-06-01 28-06-01"


def test_a_season_goes_over_new_year_and_a_plan_ends_before_its_last_day() -> None:
    icicles = plan("FREQ=WEEKLY", "2026-10-26", season=("11-01", "04-15"), until="2027-11-15")
    days = list(icicles.days())
    assert said(days[:2]) == "26-11-02 26-11-09"
    assert date(2027, 4, 12) in days
    assert not [day for day in days if 5 <= day.month <= 10]
    assert max(days) == date(2027, 11, 8)
    assert icicles.after(date(2027, 11, 8)) == date(2027, 11, 15), "the interval does not end with the plan"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("FREQ=MINUTELY", "once a day at most"), ("FREQ=HOURLY;INTERVAL=12", "once a day at most"),
        ("FREQ=FORTNIGHTLY", "cannot be read at “FREQ=FORTNIGHTLY”"), ("INTERVAL=2", "does not say how often"),
        ("FREQ=DAILY;FREQ=WEEKLY", "cannot be read at “FREQ=WEEKLY”"),
        ("", "FREQ=WEEKLY;BYDAY=TH"), (" ; ", "Please say how often"),
        ("FREQ=DAILY;COUNT=3", "cannot be read at “COUNT=3”"), ("FREQ=DAILY;INTERVAL=0", "cannot be read"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "goes with months and years"), ("FREQ=DAILY;BYDAY=MO", "goes with weeks"),
        ("FREQ=YEARLY;BYDAY=MO", "which month"), ("FREQ=YEARLY;BYMONTHDAY=3", "which month"),
        ("FREQ=MONTHLY;BYSETPOS=1", "goes with a day of the week"), ("FREQ=MONTHLY;BYMONTHDAY=32", "cannot be read"),
        ("AFTER=", "cannot be read"), ("BEFORE=0", "cannot be read"), ("YEARS=1,x", "cannot be read"),
        ("FREQ=DAILY;" * 30, "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_named(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        recurrence.read(text)


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        (plan("FREQ=DAILY", "2026-05-01", until="2026-05-01"), "ends before it begins"),
        (plan("FREQ=DAILY;BYMONTH=7", "2026-05-01", season=("11-01", "04-15")), "no inspection ever comes round"),
        (plan("FREQ=YEARLY", "2026-05-01", until="2026-12-01", first="2026-06-01"), "no inspection ever"),
        (plan("FREQ=DAILY;INTERVAL=16", "2026-05-01", gap=15), "2026-05-01 and 2026-05-17 lie 16 days: at most 15"),
        (plan("FREQ=WEEKLY", "2026-05-01", season=("11-01", "04-15"), gap=15), "at most 15"),
        (plan("FREQ=MONTHLY", "2026-05-01", gap=15), "lie 31 days"),
    ],
)
def test_what_a_schedule_must_not_leave_out(schedule: Schedule, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        judge(schedule)


@pytest.mark.parametrize(
    ("text", "before", "anew", "stays", "why"),
    [
        ("FREQ=YEARLY", "2025-06-01", "2025-04-01", "2026-06-01", "it was used before it was accepted"),
        ("FREQ=YEARLY", "2025-06-01", "2025-07-01", None, "it was used after it was accepted"),
        ("FREQ=YEARLY", "2025-06-01", "2025-12-15", None, "it was used half a year after it was accepted"),
        ("FREQ=YEARLY", "2010-06-01", "2012-04-01", "2026-06-01", "last summer's is farther from this spring"),
        ("FREQ=YEARLY", "2010-06-01", "2010-07-01", None, "last summer's was near enough"),
        ("FREQ=YEARLY", "2010-06-01", "2011-01-10", "2026-06-01", "this January is nearer to what comes"),
        ("FREQ=YEARLY", "2010-06-01", "2011-05-20", None, "it comes even sooner"),
        ("YEARS=1,4,7,9,11,13,15", "2022-06-01", "2022-05-01", "2026-06-01", "the next would be in three years"),
        ("AFTER=6,12,24", "2026-01-01", "2025-06-01", None, "the second comes even sooner"),
        ("AFTER=6,12,24", "2025-07-01", "2024-05-01", "2026-07-01", "all three have passed"),
        ("AFTER=6,12,24", "2025-07-01", "2024-01-01", None, "all three have passed, the last with the first"),
        ("AFTER=6,12,24", "2025-06-11", "2025-06-14", None, "the first was the same one"),
        ("BEFORE=60", "2026-09-01", "2026-06-12", None, "its warranty ends in a month"),
        ("FREQ=WEEKLY", "2026-01-02", "2026-01-05", None, "on Tuesday, last Friday is nearer to Monday"),
        ("FREQ=WEEKLY", "2026-01-07", "2026-01-05", "2026-05-13", "on Tuesday, tomorrow is nearer to Monday"),
    ],
)  # fmt: skip
def test_what_is_counted_anew_takes_nothing_away(
    text: str, before: str, anew: str, stays: str | None, why: str
) -> None:  # fmt: skip
    found = stays_due(plan(text, before), plan(text, anew), date(2026, 5, 12))
    assert found == (date.fromisoformat(stays) if stays else None), why


@pytest.mark.parametrize(("gap", "stays"), [(None, None), (15, date(2026, 5, 26)), (20, None)])
def test_what_is_counted_anew_leaves_no_gap_that_is_too_great(gap: int | None, stays: date | None) -> None:
    """Twelve and 26 May were due, now it is 16 and 30 May."""
    before, anew = (plan("FREQ=DAILY;INTERVAL=14", first, gap=gap) for first in ("2026-04-28", "2026-05-02"))
    assert stays_due(before, anew, date(2026, 5, 18)) == stays


WINTER, BEFORE_THE_FLOOD = ("11-01", "04-30"), ("04-01", "06-30")


@pytest.mark.parametrize(
    ("own", "mine", "asked", "season", "short"),
    [
        ("FREQ=MONTHLY", None, "FREQ=MONTHLY", None, False),
        ("FREQ=WEEKLY", None, "FREQ=MONTHLY", None, False),
        ("FREQ=DAILY;INTERVAL=30", None, "FREQ=MONTHLY", None, False),
        ("FREQ=DAILY;INTERVAL=32", None, "FREQ=MONTHLY", None, True),
        ("FREQ=DAILY;INTERVAL=2", None, "FREQ=DAILY", None, True),
        ("FREQ=WEEKLY;BYDAY=MO,TU", None, "FREQ=WEEKLY;BYDAY=SA,SU", None, False),  # other days, as often
        ("FREQ=WEEKLY;BYDAY=SA", None, "FREQ=WEEKLY;BYDAY=SA,SU", None, True),
        ("FREQ=MONTHLY;BYMONTHDAY=1,2,3,4,5", None, "FREQ=WEEKLY", None, True),  # as many, and then none for weeks
        ("FREQ=YEARLY;INTERVAL=5", None, "FREQ=YEARLY", None, True),
        ("FREQ=MONTHLY;INTERVAL=13", None, "FREQ=YEARLY", None, True),
        ("FREQ=YEARLY;BYMONTH=10", None, "FREQ=YEARLY;BYMONTH=4", None, False),
        ("FREQ=YEARLY;BYMONTH=10", None, "FREQ=YEARLY;BYMONTH=5", BEFORE_THE_FLOOD, True),
        ("FREQ=YEARLY;BYMONTH=6", None, "FREQ=YEARLY;BYMONTH=5", BEFORE_THE_FLOOD, False),
        ("FREQ=MONTHLY", None, "FREQ=YEARLY;BYMONTH=5", BEFORE_THE_FLOOD, False),
        ("FREQ=WEEKLY;BYDAY=MO", WINTER, "FREQ=WEEKLY", WINTER, False),
        ("FREQ=WEEKLY;BYDAY=MO", None, "FREQ=WEEKLY", WINTER, False),
        ("FREQ=WEEKLY;BYDAY=MO", ("12-01", "03-31"), "FREQ=WEEKLY", WINTER, True),
        ("FREQ=MONTHLY", WINTER, "FREQ=WEEKLY", WINTER, True),
        ("YEARS=1,4,7,9,11,13,15", None, "YEARS=1,4,7,9,11,13,15", None, False),
        ("YEARS=1,4,7,10,14", None, "YEARS=1,4,7,9,11,13,15", None, True),
        ("AFTER=6,24", None, "AFTER=6,12,24", None, True),
        ("AFTER=300,301,302", None, "AFTER=6,12,24", None, True),
        ("YEARS=4", None, "YEARS=1,4,7,9,11,13,15", None, True),
        ("YEARS=1", None, "YEARS=1,4,7,9,11,13,15", None, False),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=5;BYMONTHDAY=1,2,3,4", None, "FREQ=YEARLY;BYMONTH=5", BEFORE_THE_FLOOD, True),
        ("FREQ=MONTHLY;BYMONTHDAY=25", ("11-26", "04-30"), "FREQ=MONTHLY;BYMONTHDAY=25", WINTER, True),
        ("YEARS=1,2,3,4,5,6,7,8,9,10,13,16,19,22,25,40", None, "YEARS=1,4,7,9,11,13,15", None, True),
        ("YEARS=1,4,7,9,11,13,15,16,17,18,19,20,45", None, "YEARS=1,4,7,9,11,13,15", None, True),
        ("YEARS=1,4,7,9,11,13,15,16,17,18,19,20,145", None, "YEARS=1,4,7,9,11,13,15", None, True),
    ],
)
def test_terms_of_ones_own_fall_short_where_less_comes_due(
    own: str, mine: tuple[str, str] | None, asked: str, season: tuple[str, str] | None, short: bool
) -> None:
    found = falls_short(plan(own, "2026-12-01", season=mine), plan(asked, "2026-12-01", season=season))
    assert found is short


@pytest.mark.parametrize(
    ("text", "season", "days"),
    [
        ("FREQ=DAILY", None, 1),
        ("FREQ=WEEKLY;BYDAY=SA,SU", None, 6),
        ("FREQ=MONTHLY", None, 31),
        ("FREQ=MONTHLY;INTERVAL=6", None, 184),
        ("FREQ=YEARLY", None, 366),
        ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=10", BEFORE_THE_FLOOD, 366),
        ("FREQ=MONTHLY", WINTER, 214),
        ("YEARS=1,4,7,9,11,13,15", None, 1096),
        ("BEFORE=60", None, 0),
        ("ENDS=2", None, 0),
    ],
)  # fmt: skip
def test_the_longest_time_between_two_days_of_a_rule_goes_on_through_what_is_no_season(
    text: str, season: tuple[str, str] | None, days: int
) -> None:
    assert longest(plan(text, "2024-01-01", season=season)) == days


def test_a_schedule_within_its_greatest_gap_is_good() -> None:
    judge(plan("FREQ=DAILY;INTERVAL=15", "2026-05-01", gap=15))
    judge(plan("FREQ=YEARLY", "2028-02-29"))


@pytest.mark.parametrize(
    ("interval", "opens", "closes", "cut_off"),
    [(1, 0, 0, 0), (7, 0, 0, 3), (9, 0, 0, 4), (14, -1, 1, 7), (30, -3, 3, 15), (90, -9, 9, 30), (365, -36, 36, 36)],
)
def test_the_window_is_a_tenth_on_either_side_and_late_up_to_half(
    interval: int, opens: int, closes: int, cut_off: int
) -> None:
    due = date(2026, 6, 15)
    found = window(due, interval)
    assert [(day - due).days for day in (found.opens_on, found.closes_on, found.cut_off_on)] == [opens, closes, cut_off]


@pytest.mark.parametrize(
    ("day", "end"),
    [(-4, None), (-3, End.DONE), (3, End.DONE), (4, End.LATE), (15, End.LATE), (16, None)],
)
def test_work_ends_a_duty_in_time_late_or_not_at_all(day: int, end: End | None) -> None:
    due = date(2026, 6, 15)
    assert window(due, 30).end_on(due + timedelta(days=day)) is end


def test_a_holiday_the_gap_and_a_template_that_takes_early_work_move_the_window() -> None:
    due = date(2026, 10, 1)
    assert window(due, 30, do_on=date(2026, 10, 8)) == Window(date(2026, 9, 28), date(2026, 10, 11), date(2026, 10, 23))
    assert window(due, 14, gap_until=date(2026, 9, 30)).end_on(due) is End.LATE
    assert window(due, 30, early=True).end_on(date(2026, 9, 2)) is End.DONE
    assert window(due, 30, early=True).end_on(date(2026, 9, 1)) is None


@pytest.mark.parametrize(
    ("behaviour", "day"),
    [
        (OnHolidays.AS_IS, date(2026, 10, 3)), (OnHolidays.BEFORE, date(2026, 9, 30)),
        (OnHolidays.AFTER, date(2026, 10, 8)), (OnHolidays.SKIP, None),
    ],
)  # fmt: skip
def test_what_is_due_on_a_holiday_is_done_on_a_day_of_work(behaviour: OnHolidays, day: date | None) -> None:
    off = {date(2026, 10, number) for number in range(1, 8)}
    assert shifted(date(2026, 10, 3), behaviour, lambda each: each not in off) == day
    assert shifted(date(2026, 10, 10), behaviour, lambda each: each not in off) == date(2026, 10, 10)


MONTHS = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True).map(lambda found: ",".join(map(str, found)))
MONTHDAYS = st.lists(st.integers(1, 31), min_size=1, max_size=3, unique=True)
WEEKDAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule as somebody may write it."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 30 if frequency == 'DAILY' else 6))}"]
    kind = draw(st.sampled_from(["plain", "days", "week"]))
    if draw(st.booleans()) or (frequency == "YEARLY" and kind != "plain"):
        parts.append(f"BYMONTH={draw(MONTHS)}")
    if kind == "days" and frequency in ("MONTHLY", "YEARLY"):
        parts.append(f"BYMONTHDAY={','.join(map(str, draw(MONTHDAYS)))}")
    if kind == "week" and frequency in ("WEEKLY", "MONTHLY"):
        parts.append(f"BYDAY={','.join(draw(WEEKDAYS))}")
        if frequency == "MONTHLY" and draw(st.booleans()):
            parts.append(f"BYSETPOS={draw(st.sampled_from([-1, 1, 2]))}")
    return ";".join(parts)


SPANS = st.dates(date(2023, 1, 1), date(2029, 12, 31))
SEASONS = st.one_of(st.none(), st.sampled_from([("11-01", "04-15"), ("05-01", "09-30"), ("02-29", "02-29")]))


@settings(max_examples=300, deadline=None)
@given(text=rules(), anchor=SPANS, season=SEASONS)
def test_the_almanac_has_the_same_days(text: str, anchor: date, season: tuple[str, str] | None) -> None:
    schedule = Schedule(recurrence.read(text), anchor, anchor, None, Season(*season) if season else None)
    since, until = anchor, anchor + timedelta(days=1500)
    found = schedule.between(since, until)
    assert found == due_days(schedule.recurrence.text, anchor, since, until, season)
    assert all(before < after for before, after in pairwise(found)), "rising, and none twice"


@settings(max_examples=200, deadline=None)
@given(month=SPANS, every=st.integers(1, 24))
def test_the_end_of_a_month_stays_its_end(month: date, every: int) -> None:
    anchor = last_of(month)
    days = next_days(Schedule(recurrence.read(f"FREQ=MONTHLY;INTERVAL={every}"), anchor, anchor), anchor, 12)
    assert [day.day for day in days] == [min(anchor.day, last_of(day).day) for day in days]


def last_of(day: date) -> date:
    """The last day of its month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


@settings(max_examples=200, deadline=None)
@given(every=st.integers(1, 40), gap=st.integers(1, 40), anchor=SPANS)
def test_a_schedule_is_good_if_no_gap_is_too_great(every: int, gap: int, anchor: date) -> None:
    schedule = Schedule(recurrence.read(f"FREQ=DAILY;INTERVAL={every}"), anchor, anchor, greatest_gap=gap)
    if every <= gap:
        judge(schedule)
    else:
        with pytest.raises(Refused):
            judge(schedule)

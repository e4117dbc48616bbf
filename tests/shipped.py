"""The shipped calendar as a value, for tests of pure rules."""

from __future__ import annotations

from datetime import date, datetime, time

from propman import clock
from propman.calendar import WorkCalendar, calendar_version
from propman.data.reading import YearStatus, read_calendar_days, read_calendar_years, read_hours


def _calendar() -> WorkCalendar:
    days = {row.day: row.kind for row in read_calendar_days()}
    names = {row.day: row.name_en for row in read_calendar_days()}
    official = frozenset(row.year for row in read_calendar_years() if row.status is YearStatus.OFFICIAL)
    (hours,) = read_hours()
    version = calendar_version(days, official, hours.shifts, hours.make_up_workdays)
    return WorkCalendar(days, names, official, hours.shifts, hours.make_up_workdays, version)


CALENDAR = _calendar()


def at(written: str) -> datetime:
    """The moment (aware UTC) of a local "2026-11-27 16:30"."""
    day, hour = written.split()
    return clock.at_local(date.fromisoformat(day), time.fromisoformat(hour))

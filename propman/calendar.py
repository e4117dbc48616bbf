"""Working time: daily hours, weekends, public holidays and the weekend days made up for as workdays (调休上班).

Moments in and out are aware UTC; days and hours are those of the local calendar; periods are half-open. A closing
hour belongs to the day that ends with it: 60 minutes from 16:30 end at 17:30, not at the next opening.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from propman import clock
from propman.text import N_

Shift = tuple[time, time]
Shifts = tuple[Shift, ...]

OFFICE_HOURS: Shifts = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))

HOLIDAY_NAMES = (
    N_("New Year's Day"),
    N_("Spring Festival"),
    N_("Qingming Festival"),
    N_("Labour Day"),
    N_("Dragon Boat Festival"),
    N_("Mid-Autumn Festival"),
    N_("National Day"),
)
"""The public holidays (全国年节及纪念日放假办法, Art 2), as `WorkCalendar.names` and the catalogue call them."""

_SATURDAY = 5
_DECEMBER = 12  # the notice of the State Council comes in November, seldom later
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


class DayKind(StrEnum):
    """What the calendar says about a day that differs from its weekday."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"


class Reason(StrEnum):
    """Why a day counts or does not."""

    ORDINARY = "ordinary"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class Why:
    """The reason, and for a holiday or make-up workday the name of the holiday (a message to translate), else ""."""

    reason: Reason
    name: str = ""


@dataclass(frozen=True)
class CountedDay:
    """One local day of a period: why it counts or not, and its pieces of working time inside the period (aware UTC)."""

    day: date
    why: Why
    pieces: tuple[tuple[datetime, datetime], ...]

    @property
    def minutes(self) -> int:
        """Minutes between the shown (whole-minute) ends of the pieces, so that a reader can add them up."""
        return sum((_whole_minute(until) - _whole_minute(since)) // _MINUTE for since, until in self.pieces)


def calendar_version(
    days: Mapping[date, DayKind], official_years: frozenset[int], hours: Shifts, make_up_workdays: bool
) -> str:
    """A short name for one state of the calendar: equal content gives the same 12 characters, on every host."""
    content = (
        sorted((day.isoformat(), str(kind)) for day, kind in days.items()),
        sorted(official_years),
        [(opens.isoformat(), closes.isoformat()) for opens, closes in hours],
        make_up_workdays,
    )
    return hashlib.sha256(repr(content).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked, and when.

    `days` holds only the days that differ from their weekday, `names` the holiday of each (a message to translate),
    `official_years` the years whose arrangement the State Council has published. `hours` are the shifts of every
    workday, in order. Without `make_up_workdays` a weekend stays a weekend. `version` goes with every deadline.
    """

    days: Mapping[date, DayKind]
    names: Mapping[date, str]
    official_years: frozenset[int]
    hours: Shifts = OFFICE_HOURS
    make_up_workdays: bool = True
    version: str = ""

    def __post_init__(self) -> None:
        """Refuse (ValueError) hours that are empty, overlap or run backwards: a deadline would never come."""
        marks = [mark for shift in self.hours for mark in shift]
        if not marks or any(later <= earlier for earlier, later in pairwise(marks)):
            raise ValueError(f"working hours must be shifts in rising order, not {self.hours!r}")

    def why(self, day: date) -> Why:
        """Why `day` is worked or not."""
        kind = self.days.get(day)
        if kind is DayKind.HOLIDAY:
            return Why(Reason.HOLIDAY, self.names.get(day, ""))
        if day.weekday() < _SATURDAY:
            return Why(Reason.ORDINARY)
        if kind is DayKind.WORKDAY and self.make_up_workdays:
            return Why(Reason.MAKE_UP, self.names.get(day, ""))
        return Why(Reason.WEEKEND)

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked."""
        return self.why(day).reason in (Reason.ORDINARY, Reason.MAKE_UP)

    def unconfirmed(self, on: date) -> int | None:
        """The year whose holidays should be published by the day `on` and are not: that of the day and, from the first
        of December on, the next one; None where there is none.
        """
        years = (on.year, on.year + 1) if on.month == _DECEMBER else (on.year,)
        return next((year for year in years if year not in self.official_years), None)

    def provisional_years(self, start_at: datetime, end_at: datetime) -> tuple[int, ...]:
        """The years from `start_at` to `end_at` whose holidays are not yet published."""
        years = range(clock.local(start_at).year, clock.local(end_at).year + 1)
        return tuple(year for year in years if year not in self.official_years)

    def days_between(self, start_at: datetime, end_at: datetime) -> Iterator[CountedDay]:
        """Every local day from that of `start_at` to that of `end_at`, with its working time in [start_at, end_at)."""
        day, last = clock.local_date(start_at), clock.local_date(end_at)
        while day <= last:
            shifts = ((max(opens, start_at), min(closes, end_at)) for opens, closes in self._shifts(day))
            yield CountedDay(day, self.why(day), tuple((since, until) for since, until in shifts if since < until))
            day += _DAY

    def working_time(self, start_at: datetime, end_at: datetime) -> timedelta:
        """Working time in [start_at, end_at); none where `end_at` is not later, even if a clock was set back."""
        pieces = (piece for day in self.days_between(start_at, end_at) for piece in day.pieces)
        return sum((until - since for since, until in pieces), timedelta())

    def add_working_time(self, start_at: datetime, span: timedelta) -> datetime:
        """The first moment by which `span` of working time has passed since `start_at`; `start_at` itself for none.

        Goes day by day. Raises ValueError for a negative span.
        """
        if span < timedelta():
            raise ValueError(f"working time cannot be taken away: {span}")
        if not span:
            return start_at
        day, left = clock.local_date(start_at), span
        while True:
            for opens, closes in self._shifts(day):
                since = max(opens, start_at)
                if left <= closes - since:
                    return since + left
                left -= max(closes - since, timedelta())
            day += _DAY

    def close_of_workday_after(self, start_at: datetime, n: int) -> datetime:
        """The closing hour of the `n`th workday after the local day of `start_at`. Raises ValueError for n < 1."""
        if n < 1:
            raise ValueError(f"the workday after must be the first or a later one, not {n}")
        day, left = clock.local_date(start_at), n
        while left:
            day += _DAY
            left -= self.is_workday(day)
        return self._close(day)

    def closes_between(self, start_at: datetime, end_at: datetime) -> int:
        """How many workdays close in the period: after `start_at`, and up to and including `end_at`."""
        days = (day.day for day in self.days_between(start_at, end_at))
        return sum(self.is_workday(day) and start_at < self._close(day) <= end_at for day in days)

    def _close(self, day: date) -> datetime:
        return clock.at_local(day, self.hours[-1][1])

    def _shifts(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.is_workday(day):
            return []
        return [(clock.at_local(day, opens), clock.at_local(day, closes)) for opens, closes in self.hours]


def _whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)

"""Who is reachable at a moment: weekly hours, extra duty, absences. Pure; times are those of Asia/Shanghai.

Every span is half-open. Hours that end at or before they begin last until the next day. An absence outweighs both: that
somebody comes is not promised on a doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from propman import clock

DAYS_AHEAD = 8  # a week and a day: weekly hours begin again within it
DAY = timedelta(days=1)


class Kind(StrEnum):
    """What departs from the weekly hours."""

    ABSENT = "absent"
    EXTRA = "extra"


@dataclass(frozen=True)
class Hours:
    """Every week on `weekday` (0 is Monday) from `begins` to `ends`."""

    weekday: int
    begins: time
    ends: time


@dataclass(frozen=True)
class Period:
    """From a moment up to, not including, another."""

    starts_at: datetime
    ends_at: datetime

    def holds(self, at: datetime) -> bool:
        """Whether `at` lies in it."""
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True)
class Plan:
    """What is planned for one person."""

    weekly: tuple[Hours, ...] = ()
    extra: tuple[Period, ...] = ()
    absent: tuple[Period, ...] = ()


@dataclass(frozen=True)
class Duty:
    """Who of an organisation is reachable. `kept`: whether it keeps a rota at all; where not, nothing can be said."""

    kept: bool = False
    reachable: frozenset[int] = field(default_factory=frozenset)
    next_at: datetime | None = None  # when somebody is again, where nobody is

    @property
    def nobody(self) -> bool:
        """Whether a rota is kept, and by it nobody is reachable."""
        return self.kept and not self.reachable


def duty(plans: Mapping[int, Plan], at: datetime) -> Duty:
    """Who is reachable at `at` by the `plans` of an organisation, by the id of the person."""
    there = frozenset(person for person, plan in plans.items() if reachable(plan, at))
    return Duty(bool(plans), there, None if there else _next_at(plans.values(), at))


def reachable(plan: Plan, at: datetime) -> bool:
    """Whether the person of `plan` is reachable at `at` (aware)."""
    if any(away.holds(at) for away in plan.absent):
        return False
    today = clock.local_date(at)
    return any(span.holds(at) for span in (*plan.extra, *_weekly(plan, today - DAY, 2)))


def on_day(day: date, hours: Hours) -> Period:
    """The `hours` as they fall on `day`."""
    ends_on = day if hours.ends > hours.begins else day + DAY
    return Period(clock.at_local(day, hours.begins), clock.at_local(ends_on, hours.ends))


def _weekly(plan: Plan, first: date, days: int) -> Iterator[Period]:
    for number in range(days):
        day = first + number * DAY
        yield from (on_day(day, hours) for hours in plan.weekly if hours.weekday == day.weekday())


def _next_at(plans: Collection[Plan], at: datetime) -> datetime | None:
    """The first moment after `at`, some days ahead, at which somebody of `plans` is reachable."""
    starts = {
        moment
        for plan in plans
        for moment in (
            *(span.starts_at for span in (*plan.extra, *_weekly(plan, clock.local_date(at), DAYS_AHEAD))),
            *(away.ends_at for away in plan.absent),
        )
        if at < moment <= at + DAYS_AHEAD * DAY
    }
    return next((moment for moment in sorted(starts) if any(reachable(plan, moment) for plan in plans)), None)

"""Which days a plan makes due, until when each can be done in time or late, and what its rule must not leave out. Pure.

Days are whole local days; every rule is given them. In time within ten per cent of the interval on either side (the
usual 10 % rule of preventive maintenance: 30 days ± 3), late up to half the interval, at most 30 days; then missed for
ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice, pairwise, takewhile

from propman.data.inspections import OnHolidays as OnHolidays  # asked for here too
from propman.errors import Refused
from propman.inspections.recurrence import Recurrence, Rule
from propman.text import N_

AHEAD = timedelta(days=60)  # so far what comes due is laid
TOLERANCE = 10  # per cent of the interval, where a template says nothing else
LONGEST_LATE = 30  # days
YEARS_TRIED = 5  # in which a rule must fire and keep its greatest gap
YEARS_COMPARED, YEARS_OF_USE = 20, 100  # of two rules; what is counted in years of use goes on as long as that
LONGEST_SHIFT = 15  # days from a holiday to the next day of work; the longest arrangement so far has nine days off
ONCE = 365  # days: the interval of what comes round no more

_DAY = timedelta(days=1)
_MONTH_AND_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


class End(StrEnum):
    """How a duty ended; each has one end, or is not yet past its cut-off."""

    DONE = "done"
    LATE = "late"
    MISSED = "missed"
    EXCUSED = "excused"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Season:
    """From one day of the year to another, both in it, as "MM-DD"; over New Year where the first is later."""

    starts: str
    ends: str

    def __post_init__(self) -> None:
        """Raises `Refused` for what is no day of a year."""
        if not (_MONTH_AND_DAY.fullmatch(self.starts) and _MONTH_AND_DAY.fullmatch(self.ends)):
            raise Refused(N_("A season begins and ends on days like 11-01 and 04-15."), field="season")

    def has(self, day: date) -> bool:
        """Whether `day` lies in it."""
        here = f"{day:%m-%d}"
        if self.starts <= self.ends:
            return self.starts <= here <= self.ends
        return here >= self.starts or here <= self.ends


@dataclass(frozen=True)
class Schedule:
    """What a version of a plan says of time: counted from `anchor`, due from `first_on` up to, not including, `until`.

    `greatest_gap` is the most days that may lie between two visits (特种设备安全监察条例 Art 31: lifts, 15 days).
    """

    recurrence: Recurrence
    anchor: date
    first_on: date
    until: date | None = None
    season: Season | None = None
    greatest_gap: int | None = None

    def days(self, since: date | None = None) -> Iterator[date]:
        """The due days from `since` on, rising; all of them without it."""
        begun = max(self.first_on, since or self.first_on)
        return takewhile(lambda day: self.until is None or day < self.until, self._days(begun))

    def between(self, since: date, until: date) -> list[date]:
        """The due days from `since` up to, not including, `until`."""
        return list(takewhile(lambda day: day < until, self.days(since)))

    def after(self, day: date) -> date | None:
        """The first due day after `day`, were it not for the end of the plan; None where nothing follows."""
        return next(self._days(max(self.first_on, day + _DAY)), None)

    def last(self, day: date) -> date | None:
        """The last due day up to and with `day`, as if it had always held; None where there is none after `anchor`."""
        always = replace(self, first_on=self.anchor + _DAY, until=None)
        return max(always.between(self.anchor, day + _DAY), default=None)

    def _days(self, since: date) -> Iterator[date]:
        return (day for day in self.recurrence.days(self.anchor, since) if self.season is None or self.season.has(day))

    def interval(self, due_on: date) -> int:
        """Days from the due day to the next one of the same target."""
        following = self.after(due_on)
        return (following - due_on).days if following is not None else ONCE


def judge(schedule: Schedule) -> None:
    """Raises `Refused` for a schedule that ends before it begins, never comes round, or leaves too great a gap."""
    if schedule.until is not None and schedule.until <= schedule.first_on:
        raise Refused(N_("The plan ends before it begins."), field="until")
    tried = schedule.first_on.replace(year=schedule.first_on.year + YEARS_TRIED, day=1)
    days = list(takewhile(lambda day: day < tried, schedule.days()))
    if not days:
        raise Refused(N_("By this rule no inspection ever comes round."), field="rule")
    most = schedule.greatest_gap
    for before, after in pairwise([schedule.first_on, *days]) if most is not None else ():
        keep_near(before, after, most or 0)


def keep_near(before: date, after: date, most: int) -> None:
    """Raises `Refused` where more than `most` days lie between two due days."""
    if (after - before).days > most:
        raise Refused(
            N_("Between %(before)s and %(after)s lie %(days)s days: at most %(most)s may."), field="rule",
            before=before, after=after, days=(after - before).days, most=most,
        )  # fmt: skip


@lru_cache(maxsize=256)
def falls_short(own: Schedule, asked: Schedule) -> bool:
    """Whether by `own` less comes due than `asked` for: in its season (all year where it has none) fewer days in twenty
    years, by more than a twentieth, or a longer time between two of them, in a season or from one to the next. Both
    from one day on and counted alike, so that only how often they come round differs; on which day of the week or month
    says nothing.
    """
    years = YEARS_COMPARED if isinstance(asked.recurrence, Rule) else YEARS_OF_USE
    until = asked.first_on + timedelta(days=years * ONCE)
    has = asked.season.has if asked.season is not None else lambda _day: True
    mine, due = ([day for day in one.between(asked.first_on, until) if has(day)] for one in (own, asked))
    most = _longest(due, asked.season)
    in_season, over_all = 0 < most < _longest(mine, asked.season), _longest(due, None)
    apart = most if asked.season is not None else 0  # so much the first and last days of a season may differ
    named = not isinstance(asked.recurrence, Rule)  # then it says which day is the first, too
    later = named and due and mine[:1] > due[:1]
    return bool(len(mine) * 20 < len(due) * 19 or in_season or _longest(mine, None) > over_all + apart or later)


def _longest(days: Sequence[date], season: Season | None) -> int:
    """The most days between two of `days` that follow each other, in one season; 0 where no season has two."""
    together = (
        (after - before).days for before, after in pairwise(days) if season is None or _together(before, after, season)
    )
    return max(together, default=0)


def _together(before: date, after: date, season: Season | None) -> bool:
    """Whether all days from `before` to `after` lie in one `season`."""
    return season is not None and all(season.has(before + _DAY * passed) for passed in range((after - before).days))


@lru_cache(maxsize=256)
def longest(said: Schedule, season: Season | None = None) -> int:
    """The most days between two due days of `said` that follow each other, in twenty years: both in one `season`, else
    also from one to the next; 0 where there are no two.
    """
    return _longest(said.between(said.first_on, said.first_on + timedelta(days=YEARS_COMPARED * ONCE)), season)


def may_pass(said: Schedule, before: date, after: date) -> int:
    """How many days may pass from `before` to `after` by `said`: the most between two of its own days, of one season
    where both lie in one of which two days are due. What comes round no more: a year.
    """
    seasons = (said.season, None) if _together(before, after, said.season) else (None,)
    return next((most for season in seasons if (most := longest(said, season))), ONCE)


def stays_due(before: Schedule, anew: Schedule, today: date) -> date | None:
    """The next due day of `before`, where it would lapse if from tomorrow on the days were those of `anew`; else None.

    The last day of `anew` that has passed belongs to whichever is nearer: the last one of `before`, or its next. Is
    that the next, and none of `anew` comes sooner, nobody would ever look. Nor may more days lie between the last one
    and what comes than its greatest gap.
    """
    following, coming = before.after(today), anew.after(today)
    last, passed = before.last(today), anew.last(today)
    if following is None or passed is None or (coming is not None and coming <= following):
        return None
    nearer = last is None or abs(following - passed) <= abs(passed - last)
    most = anew.greatest_gap
    too_far = most is not None and last is not None and coming is not None and (coming - last).days > most
    return following if nearer or too_far else None


def next_days(schedule: Schedule, since: date, number: int = 10) -> list[date]:
    """The next due days from `since` on, as the editor lists them."""
    return list(islice(schedule.days(since), number))


@dataclass(frozen=True)
class Window:
    """When a duty can be done: in time from `opens_on` to `closes_on`, late to `cut_off_on`; these days included."""

    opens_on: date
    closes_on: date
    cut_off_on: date

    def end_on(self, day: date) -> End | None:
        """How work on `day` ends the duty; None for work that comes too early or too late for it."""
        if self.opens_on <= day <= self.closes_on:
            return End.DONE
        return End.LATE if self.closes_on < day <= self.cut_off_on else None


def window(due_on: date, interval: int, *, do_on: date | None = None, tolerance: int = TOLERANCE,
           early: bool = False, gap_until: date | None = None) -> Window:  # fmt: skip
    """The window of a duty that is due on `due_on`, with `interval` days to the next one. Whole days, rounded down.

    `do_on` is where a holiday shifts it; `early` lets work since the last duty end it; `gap_until` is the last day that
    the greatest gap since the last visit allows: from then on it is late.
    """
    slack = timedelta(days=interval * tolerance // 100)
    late = timedelta(days=min(interval // 2, LONGEST_LATE))
    first, last = min(due_on, do_on or due_on), max(due_on, do_on or due_on)
    closes_on = min(last + slack, gap_until) if gap_until is not None else last + slack
    opens_on = first - (timedelta(days=interval - 1) if early else slack)
    return Window(opens_on, max(closes_on, opens_on), max(last + late, closes_on))


def shifted(due_on: date, behaviour: OnHolidays, is_workday: Callable[[date], bool]) -> date | None:
    """The day on which what is due on `due_on` is done; None where it is skipped."""
    if behaviour is OnHolidays.AS_IS or is_workday(due_on):
        return due_on
    if behaviour is OnHolidays.SKIP:
        return None
    step = -_DAY if behaviour is OnHolidays.BEFORE else _DAY
    days = (due_on + step * number for number in range(1, LONGEST_SHIFT + 1))
    return next((day for day in days if is_workday(day)), due_on)

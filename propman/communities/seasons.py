"""Heating seasons (采暖期) from the rows that a city or county enters. Pure.

A season is named by the year it begins in. Nothing is invented: a year that no row speaks of has no season.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

SHORTEST, LONGEST = 60, 300  # days of a season: Mohe heats for eight months
_MONTH_AND_DAY = re.compile(r"(0[1-9]|1[0-2])-([0-2][0-9]|3[01])")


@dataclass(frozen=True)
class Season:
    """One heating season: heated from 00:00 of `first_on` to 24:00 of `last_on`, and whether the row was verified."""

    first_on: date
    last_on: date
    verified: bool = True


@dataclass(frozen=True)
class SeasonRule:
    """A row of a city or county: in force for seasons that begin in `from_year` to `to_year` (None: until changed).

    `starts` and `ends` are "MM-DD"; `ends` lies in the next year unless it comes after `starts`. `depth` is that of the
    place in the tree: a county's row counts before its city's.
    """

    from_year: int
    to_year: int | None
    starts: str
    ends: str
    verified: bool = True
    depth: int = 0

    def season(self, year: int) -> Season:
        """The season that begins in `year`. A 29 February counts as the 28th where there is none."""
        first = month_and_day(self.starts, year)
        last = month_and_day(self.ends, year)
        return Season(first, last if last > first else month_and_day(self.ends, year + 1), self.verified)


def month_and_day(text: str, year: int) -> date:
    """The day "MM-DD" of `year`. Raises ValueError for anything else, such as 02-30."""
    found = _MONTH_AND_DAY.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no month and day")
    month, day = int(found[1]), int(found[2])
    leap_day = (month, day) == (2, 29)
    return date(year, month, 28) if leap_day and not _leap(year) else date(year, month, day)


def seasons(rules: Iterable[SeasonRule], *, since: int, until: int) -> tuple[Season, ...]:
    """The seasons that begin in the years `since` to `until`, in their order; later rules before earlier ones.

    Of the rules that speak of a year, the deepest place counts; then the shortest span of years, then the last one.
    """
    known = list(enumerate(rules))
    found = []
    for year in range(since, until + 1):
        speaking = [
            (rule.depth, -_span(rule), number, rule)
            for number, rule in known
            if rule.from_year <= year and (rule.to_year is None or year <= rule.to_year)
        ]
        if speaking:
            found.append(max(speaking, key=lambda each: each[:3])[3].season(year))
    return tuple(found)


def _span(rule: SeasonRule) -> int:
    return (rule.to_year - rule.from_year) if rule.to_year is not None else 10_000


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

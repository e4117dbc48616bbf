"""The heating season (采暖期) that a plan keeps to: the one under way at its place, or the next. Pure.

Rows are those of `communities.seasons`: a city or county enters them, per year, and nothing is invented. A year that
nobody entered is assumed to be as the last one before it that somebody did, else as the schedule says: what is due does
not lapse because a row is missing, and the pages say that it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from propman.communities.seasons import SeasonRule, seasons
from propman.inspections.schedule import Season

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Heated:
    """A season of a place, named by the year in which it begins, both days in it.

    `entered`: a row speaks of that year, else it is assumed; `verified`: somebody compared the row with its source.
    """

    year: int
    first_on: date
    last_on: date
    entered: bool
    verified: bool

    @property
    def window(self) -> Season:
        """As a version of a plan holds it."""
        return window(self.first_on, self.last_on)


def window(first_on: date, last_on: date) -> Season:
    """From one day to another, as the same days of each year."""
    return Season(f"{first_on:%m-%d}", f"{last_on:%m-%d}")


def heated(rules: Sequence[SeasonRule], on: date, otherwise: Season) -> Heated:
    """The season under way on the day `on`, or the next one, by the `rules` of a place; `otherwise` where none speaks.

    Raises ValueError where `otherwise` names a day that no year has.
    """
    known = (_of(rules, year, otherwise) for year in (on.year - 1, on.year, on.year + 1))
    return next(one for one in known if on <= one.last_on)


def kept(rules: Sequence[SeasonRule], on: date, otherwise: Season) -> Heated:
    """The season whose window a plan has on the day `on`: as `heated`, but of a next one that lasts longer into the
    spring only once those days are over this year. Until then the one before it, by which nothing is due any more.
    """
    found = heated(rules, on, otherwise)
    if on < found.first_on and found.window.has(on):
        return _of(rules, found.year - 1, otherwise)
    return found


def to_come(rules: Sequence[SeasonRule], since: date, otherwise: Season) -> Iterator[tuple[date, Heated]]:
    """Season after season without end, each with the day from which on a plan keeps to it, the first from `since`."""
    while True:
        found = kept(rules, since, otherwise)
        yield since, found
        since = max(since, found.last_on) + _DAY
        while kept(rules, since, otherwise) == found:
            since += _DAY


def _of(rules: Sequence[SeasonRule], year: int, otherwise: Season) -> Heated:
    for one in seasons(rules, since=year, until=year):
        return Heated(year, one.first_on, one.last_on, entered=True, verified=one.verified)
    like = _last_before(rules, year) or otherwise
    assumed = SeasonRule(year, None, like.starts, like.ends).season(year)
    return Heated(year, assumed.first_on, assumed.last_on, entered=False, verified=False)


def _last_before(rules: Sequence[SeasonRule], year: int) -> Season | None:
    """As the last season was that somebody entered of a year before `year`, of which no rule speaks."""
    last = max((rule.to_year or year for rule in rules if rule.from_year < year), default=year)
    return next((window(one.first_on, one.last_on) for one in seasons(rules, since=last, until=last)), None)

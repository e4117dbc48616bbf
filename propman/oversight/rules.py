"""The composite of the rates, where a median lies, and the months and weeks that are counted in. Pure.

Operating formulas of the three rates (响应率 解决率 满意率) are published nowhere; ours stand in
docs/decisions/what-the-rates-count.md, and every page prints them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from propman import clock

CLOSES_AFTER = timedelta(minutes=10)
"""How long after its end a month is closed: twice what a transaction may last, so nothing of it is on its way."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What response, solution and satisfaction weigh, in percent: the third is what the first two leave of 100.

    `basically`: whether three stars (基本满意) count as satisfied.
    """

    response: int
    solution: int
    basically: bool = False

    @property
    def satisfaction(self) -> int:
        """What is left of 100."""
        return 100 - self.response - self.solution

    def composite(self, response: float | None, solution: float | None, satisfaction: float | None) -> float | None:
        """The composite (综合得分); None where one of the three had nothing to measure."""
        if response is None or solution is None or satisfaction is None:
            return None
        weighed = self.response * response + self.solution * solution + self.satisfaction * satisfaction
        return weighed / 100


def half_within(counts: Sequence[int]) -> int | None:
    """In which band, the first being 0, half of all is reached: where the median lies. None where there is nothing."""
    sums = list(accumulate(counts))
    return next((band for band, many in enumerate(sums) if 2 * many >= sums[-1] > 0), None)


# --- months, each its first day ---


def following(month: date) -> date:
    """The month after `month`."""
    return (month + timedelta(days=31)).replace(day=1)


def preceding(month: date) -> date:
    """The month before `month`."""
    return (month - timedelta(days=1)).replace(day=1)


def last_day(month: date) -> date:
    """The last day of `month`."""
    return following(month) - timedelta(days=1)


def end_of(month: date) -> datetime:
    """The moment with which `month` is over."""
    return clock.at_local(following(month))


def months(first: date, last: date) -> Iterator[date]:
    """Every month from `first` to `last`."""
    while first <= last:
        yield first
        first = following(first)


def week_before(day: date) -> date:
    """The Monday of the week before that of `day`."""
    return day - timedelta(days=day.weekday() + 7)


def closable(month: date, now: datetime) -> bool:
    """Whether `month` may be closed: it ended so long ago that nothing of it can still be written."""
    return end_of(month) + CLOSES_AFTER <= now

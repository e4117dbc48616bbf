"""Priorities, and time limits as people write them in the catalogue: "15 min", "24 h", "3 days", "at once", "–".

What a limit means on the calendar is the business of `tickets.sla`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

AT_ONCE = timedelta(minutes=15)
"""What "at once" is measured by: docs/decisions/how-deadlines-are-counted.md."""

_COUNTED = re.compile(r"([1-9][0-9]{0,2}) ?(min|h|days?)")
_WORDS = re.compile(r"\s+")


class Priority(StrEnum):
    """How soon a fault must be seen to: P0 is danger to life, P4 can wait a week."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class LimitKind(StrEnum):
    """How a limit is counted. The last three set no limit, each for a reason of its own that the page names."""

    AT_ONCE = "at once"
    MINUTES = "min"
    HOURS = "h"
    DAYS = "days"
    NONE = "–"
    AGREED = "agreed"
    BY_GRADE = "by grade"


_COUNTED_KINDS = {"min": LimitKind.MINUTES, "h": LimitKind.HOURS, "day": LimitKind.DAYS, "days": LimitKind.DAYS}
_BARE_KINDS = {kind.value: kind for kind in (LimitKind.AT_ONCE, LimitKind.NONE, LimitKind.AGREED, LimitKind.BY_GRADE)}


@dataclass(frozen=True)
class Limit:
    """One limit: its kind, and for minutes, hours and days how many of them (1 to 999), else 0."""

    kind: LimitKind
    number: int = 0

    @classmethod
    @lru_cache(maxsize=1000)  # the catalogue has a few dozen
    def parse(cls, text: str) -> Limit:
        """Read a limit as written in the catalogue. Raises ValueError, naming the text, for anything else."""
        words = _WORDS.sub(" ", text.strip()).lower()
        if counted := _COUNTED.fullmatch(words):
            return cls(_COUNTED_KINDS[counted[2]], int(counted[1]))
        if words in _BARE_KINDS:
            return cls(_BARE_KINDS[words])
        raise ValueError(f"{text!r} is no limit: write at once, 15 min, 24 h, 3 days, – (none), agreed or by grade")

    def __str__(self) -> str:
        """The limit as the catalogue writes it; `parse` reads it back."""
        if self.kind is LimitKind.DAYS:
            return "1 day" if self.number == 1 else f"{self.number} days"
        return f"{self.number} {self.kind}" if self.number else str(self.kind)

    @property
    def sets_a_time(self) -> bool:
        """Whether a clock with this limit is ever due."""
        return self.span is not None or self.kind is LimitKind.DAYS

    @property
    def span(self) -> timedelta | None:
        """The length of a limit counted in time; None for days, which end at a closing hour, and for no limit."""
        if self.kind is LimitKind.AT_ONCE:
            return AT_ONCE
        if self.kind is LimitKind.MINUTES:
            return timedelta(minutes=self.number)
        if self.kind is LimitKind.HOURS:
            return timedelta(hours=self.number)
        return None

"""Who is told before, at and after a deadline, as typed rows of the shipped catalogue. Pure; the reader is as those
of `reading`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib.resources.abc import Traversable

from propman.data.cells import read_rows
from propman.data.reading import SHIPPED, Dated
from propman.limits import Priority

ANY_PRIORITY = "*"
NAME = "escalation_rules.toml"
MOST_MINUTES = 100_000


class TimeLimit(StrEnum):
    """What has a time limit, by the names of the columns of the time limits."""

    RESPOND = "respond"
    ON_SITE = "on_site"
    MAKE_SAFE = "make_safe"
    RESOLVE = "resolve"


class Level(StrEnum):
    """Who is told, from the lowest level to the highest."""

    PERSON_SENT = "person_sent"
    DISPATCHERS = "dispatchers"
    MANAGER = "manager"
    STREET_OFFICE = "street_office"
    COUNTY = "county"

    @property
    def rank(self) -> int:
        """How high it is: 0 is the lowest."""
        return list(Level).index(self)


@dataclass(frozen=True, kw_only=True)
class EscalationRow(Dated):
    """Whom a clock of the kind `time_limit` tells ("*": at every priority), and when: as soon as `share_left` percent
    of its limit are left, or `minutes_after` its deadline (0: at it), counted as the limit is counted.
    """

    code: str
    position: int
    name_zh: str
    name_en: str
    time_limit: TimeLimit
    priority: str
    share_left: int | None
    minutes_after: int | None
    level: Level


def read_escalation_rules(folder: Traversable = SHIPPED) -> tuple[EscalationRow, ...]:
    """Reminders and escalations, in the order in which a page lists them.

    Raises ValueError also for a priority that is none, and a rule that has not exactly one moment.
    """
    rows = read_rows(EscalationRow, lambda row: (row.code, row.valid_from), folder, NAME)
    for number, row in enumerate(rows, 1):
        if row.priority not in {ANY_PRIORITY, *Priority}:
            raise ValueError(f"{NAME}, row {number}: no such priority: {row.priority}")
        if not fits(row.share_left, row.minutes_after):
            raise ValueError(f"{NAME}, row {number}: share_left from 1 to 99 or minutes_after, and not both")
    return rows


def fits(share_left: int | None, minutes_after: int | None) -> bool:
    """Whether these two say one moment: a share of 1 to 99 percent left, or minutes from the deadline on."""
    if (share_left is None) == (minutes_after is None):
        return False
    return 0 < share_left < 100 if share_left is not None else 0 <= (minutes_after or 0) <= MOST_MINUTES

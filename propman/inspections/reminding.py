"""When a duty is reminded of, and to whom that is told: soon, by tomorrow, late, missed. Pure.

By state and not by moment, so that a night without jobs is caught up with: what came before the highest level that is
reached has been overtaken, and is not told any more. A duty of one day alone, as a daily round, is told of when missed.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from propman.inspections.schedule import End
from propman.roles import Role

SOON = timedelta(days=3)  # before its window opens
WIDE = timedelta(days=4)  # the least window that is worth a word before it opens
MISSED_SINCE = timedelta(days=30)  # what was missed longer ago is history
_DAY = timedelta(days=1)


class Level(StrEnum):
    """How far a duty has come, the lowest first."""

    OPENS = "opens"
    TOMORROW = "tomorrow"  # due by tomorrow
    LATE = "late"  # past the days that are in time
    MISSED = "missed"
    OFFICE = "office"  # missed by a company: its street office is told

    @property
    def rank(self) -> int:
        """How high it is: 0 is the lowest."""
        return list(Level).index(self)


WORKERS = (Role.WORKER, Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE)
MANAGERS = (Role.COMPANY_MANAGER, Role.DISPATCHER, Role.STREET_OFFICE)
TOLD = {
    Level.OPENS: WORKERS, Level.TOMORROW: WORKERS, Level.LATE: MANAGERS, Level.MISSED: MANAGERS,
    Level.OFFICE: (Role.STREET_OFFICE,),
}  # fmt: skip
"""Who of an organisation is told: those of the first role that anybody there holds."""


def reached(
    opens_on: date, do_on: date, closes_on: date, cut_off_on: date, ended_as: End | None, today: date
) -> Level | None:
    """The highest level that a duty has reached on the day `today`, as who is in charge of it sees it; None of most.

    What is past its cut-off is not late any more: it is told of as missed, once the job has written that down.
    """
    if ended_as is not None or today > cut_off_on:
        return Level.MISSED if ended_as is End.MISSED else None
    if today > closes_on:
        return Level.LATE
    if today >= do_on - _DAY and cut_off_on > opens_on:
        return Level.TOMORROW
    if today >= opens_on - SOON and closes_on - opens_on >= WIDE:
        return Level.OPENS
    return None

"""Which reminders and escalations a running clock has reached, and which of them are told. Pure.

Time is counted as the limit is: day and night for P0 and P1, else in working time. A share is one of the whole limit,
without what holds added to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol, TypeVar

from propman.calendar import WorkCalendar
from propman.data.escalation import ANY_PRIORITY, Level
from propman.limits import Limit
from propman.tickets import sla

JOB = "escalate"  # the name under which the job that tells of deadlines gives signs of life


class Rule(Protocol):
    """What a rule says, as `catalogue.models.EscalationRule` holds it."""

    @property
    def code(self) -> str:
        """Its name."""

    @property
    def time_limit(self) -> str:
        """The kind of clock that it speaks of."""

    @property
    def priority(self) -> str:
        """At which priority, or "*"."""

    @property
    def share_left(self) -> int | None:
        """Percent of the limit that are left."""

    @property
    def minutes_after(self) -> int | None:
        """Minutes after the deadline."""

    @property
    def level(self) -> Level:
        """Who is told."""


OneRule = TypeVar("OneRule", bound=Rule)


@dataclass(frozen=True)
class Running:
    """A run of a clock that neither stopped nor pauses: its kind, its limit, when it began and is due."""

    kind: str
    limit: str
    priority: str
    started_at: datetime
    due_at: datetime
    calendar: WorkCalendar

    def reached(self, rule: Rule, now: datetime) -> bool:
        """Whether `rule` speaks of this clock, and its moment has come."""
        if rule.time_limit != self.kind or rule.priority not in {ANY_PRIORITY, self.priority}:
            return False
        if rule.share_left is not None:
            return now >= self.due_at or self._counted(now, self.due_at) * 100 <= self._whole * rule.share_left
        minutes = timedelta(minutes=rule.minutes_after or 0)
        return now >= self.due_at and self._counted(self.due_at, now) >= minutes

    @cached_property
    def _whole(self) -> timedelta:
        limit = Limit.parse(self.limit)
        if limit.span is not None:
            return limit.span
        due = sla.deadline(limit, priority=self.priority, start_at=self.started_at, calendar=self.calendar).due_at
        return self._counted(self.started_at, due or self.due_at)

    def _counted(self, since: datetime, until: datetime) -> timedelta:
        if sla.runs_through_the_night(Limit.parse(self.limit), self.priority):
            return until - since
        return self.calendar.working_time(since, until)


def moment(rule: Rule) -> int:
    """Where the moment of a rule lies among those of its clock: below 0 before the deadline, 0 at it, then minutes."""
    return -rule.share_left if rule.share_left is not None else rule.minutes_after or 0


def told_of(reached: Iterable[OneRule]) -> tuple[Sequence[OneRule], Sequence[OneRule]]:
    """Of the rules that one clock has `reached` and that were not told yet: those to tell, and those passed over.

    After a night without jobs there may be several. The highest level is told, at its latest moment, and whoever else
    that moment tells; what came before it has been overtaken.
    """
    rules = list(reached)
    if not rules:
        return (), ()
    last = moment(max(rules, key=lambda rule: (rule.level.rank, moment(rule))))
    told = [rule for rule in rules if moment(rule) == last]
    return told, [rule for rule in rules if moment(rule) != last]

"""What the rules of the day say of the categories in which is seeded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from propman.assets.warranty import Verdict
from propman.calendar import WorkCalendar
from propman.catalogue.models import Category, ClockRule
from propman.catalogue.queries import categories, clock_rule, work_calendar
from propman.limits import Limit
from propman.tickets import payer as table
from propman.tickets import sla
from propman.tickets.models import ClockKind
from propman.tickets.operations import Answers


@dataclass(frozen=True)
class Rules:
    """What the rules of the day say of one category: its deadlines, and who pays."""

    kind: Category
    clocks: ClockRule
    calendar: WorkCalendar
    facts: str
    payer: table.Rule

    def limit(self, kind: ClockKind) -> str:
        """As the catalogue writes it."""
        return str(self.clocks.respond if kind is ClockKind.RESPOND else self.clocks.resolve)

    def due(self, kind: ClockKind, start_at: datetime) -> datetime | None:
        """The deadline of a clock that starts then."""
        return _due(self.limit(kind), self.kind.priority, start_at, self.calendar)


_due_at: dict[tuple[str, str, datetime], datetime | None] = {}


def _due(limit: str, priority: str, start_at: datetime, calendar: WorkCalendar) -> datetime | None:
    key = limit, priority, start_at
    if key not in _due_at:
        given = sla.deadline(Limit.parse(limit), priority=priority, start_at=start_at, calendar=calendar)
        _due_at[key] = given.due_at
    return _due_at[key]


def rules(session: Session, on: date) -> Sequence[Rules]:
    """The categories in which is seeded: no emergencies, and none with a milestone beside the two clocks."""
    calendar = work_calendar(session, on)
    found = []
    for kind in categories(session, on):
        clocks = clock_rule(session, kind.code, kind.priority, on)
        more = any(Limit.parse(each).sets_a_time for each in (clocks.on_site, clocks.make_safe))
        facts = table.Facts(verdict=Verdict.UNKNOWN, utilitys=False, inside_flat=kind.private, **asdict(Answers()))
        if not (kind.emergency or more):
            found.append(Rules(kind, clocks, calendar, json.dumps(asdict(facts)), table.decide(facts)))
    return found

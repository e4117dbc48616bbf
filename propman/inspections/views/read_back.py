"""What a plan would say, read back before anything is kept: in words, with the next ten days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from propman import clock
from propman.catalogue.models import InspectionSchedule
from propman.catalogue.queries import work_calendar
from propman.communities.models import Place
from propman.data.inspections import CountsFrom
from propman.db import db
from propman.inspections import recurrence
from propman.inspections.operations import Terms
from propman.inspections.operations.following import said_terms
from propman.inspections.queries.behind import rows_to_come
from propman.inspections.queries.heated import heated_at, said_one_after_the_other
from propman.inspections.schedule import Schedule, next_days, shifted


def read_back(
    terms: Terms | None, row: InspectionSchedule | None, community: Place, anchors: Sequence[date]
) -> dict[str, Any]:
    """What a page says of `terms`; where they are those of `row`, also of the rows of the library and the heating
    seasons that are to come.
    """
    if terms is None:
        return {"terms": None, "days": [], "moved": {}, "heated": None, "rows": ()}
    if row is None or not terms.by_template:
        return {"terms": terms, "heated": None, "rows": (), **_days([terms], anchors)}
    session = db.session()
    rows = rows_to_come(session, row.template, row.code, terms.first_on)
    said = said_one_after_the_other(session, [row, *rows], community, terms.first_on)
    stages = [said_terms(each, season, on) for each, on, season in said]
    return {"terms": terms, "heated": heated_at(session, row, community, terms.first_on), "rows": rows,
            **_days(stages, anchors)}  # fmt: skip


def _days(stages: Sequence[Terms], anchors: Sequence[date], number: int = 10) -> dict[str, Any]:
    """The next ten days on which anything is due, each counted from its day; and when those are done that holidays
    move, None where they are left out. Each of `stages` holds from its day up to that of the next.
    """
    is_workday = work_calendar(db.session(), clock.local_date(clock.now())).is_workday
    counted = stages[0].counts in (CountsFrom.CALENDAR, CountsFrom.COMPLETION)
    found: dict[date, date | None] = {}
    for stage, until in zip(stages, [*(each.first_on for each in stages[1:]), None], strict=True):
        for anchor in anchors or ([stages[0].first_on] if counted else []):
            said = Schedule(recurrence.read(stage.rule), anchor, stage.first_on, until, stage.season)
            for due in next_days(said, stage.first_on, number):
                found[due] = shifted(due, stage.on_holidays, is_workday)
    days = sorted(found)[:number]
    return {"days": days, "moved": {due: found[due] for due in days if found[due] != due}}

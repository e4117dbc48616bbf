"""What a plan would say, read back before anything is kept: in words, with the next ten days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from propman import clock
from propman.catalogue.models import InspectionSchedule
from propman.catalogue.queries import work_calendar
from propman.communities.models import Place
from propman.data.inspections import CountsFrom
from propman.db import db
from propman.inspections import recurrence
from propman.inspections.models import Plan, PlanVersion
from propman.inspections.operations import Terms
from propman.inspections.operations.following import said_terms
from propman.inspections.operations.versions import as_version
from propman.inspections.queries import plan_page
from propman.inspections.queries.behind import rows_to_come
from propman.inspections.queries.heated import heated_at, said_one_after_the_other
from propman.inspections.schedule import Schedule, next_days, shifted

Dues = Mapping[date, date | None]
"""Due days, and when each is done; None where a holiday leaves it out."""


def read_back(
    terms: Terms | None, row: InspectionSchedule | None, community: Place, dues: Dues
) -> dict[str, Any]:  # fmt: skip
    """What a page says of `terms`, by which `dues` come; where they are those of `row`, also of the rows of the library
    and the heating seasons that are to come.
    """
    if terms is None:
        return {"terms": None, "days": [], "moved": {}, "heated": None, "rows": ()}
    said: dict[str, Any] = {"heated": None, "rows": ()}
    if row is not None and terms.by_template:
        session = db.session()
        said = {"heated": heated_at(session, row, community, terms.first_on),
                "rows": rows_to_come(session, row.template, row.code, terms.first_on)}  # fmt: skip
    return {"terms": terms, "days": list(dues), "moved": {on: day for on, day in dues.items() if day != on}, **said}


def dues_of_new(
    terms: Terms, row: InspectionSchedule, community: Place, anchors: Sequence[date], number: int = 10
) -> Dues:  # fmt: skip
    """The next ten days on which anything is due by a plan that is not made yet, each counted from its day."""
    session, stages = db.session(), [terms]
    if terms.by_template:
        rows = rows_to_come(session, row.template, row.code, terms.first_on)
        said = said_one_after_the_other(session, [row, *rows], community, terms.first_on)
        stages = [said_terms(each, season, on) for each, on, season in said]
    is_workday = work_calendar(session, clock.local_date(clock.now())).is_workday
    counted = stages[0].counts in (CountsFrom.CALENDAR, CountsFrom.COMPLETION)
    found: dict[date, date | None] = {}
    for stage, until in zip(stages, [*(each.first_on for each in stages[1:]), None], strict=True):
        for anchor in anchors or ([stages[0].first_on] if counted else []):
            schedule = Schedule(recurrence.read(stage.rule), anchor, stage.first_on, until, stage.season)
            for due in next_days(schedule, stage.first_on, number):
                found[due] = shifted(due, stage.on_holidays, is_workday)
    return {on: found[on] for on in sorted(found)[:number]}


def dues_of_changed(plan: Plan, told: Sequence[PlanVersion], terms: Terms) -> Dues:
    """The next ten days on which anything is due by `plan`, of which so far is `told`, from when on it says `terms`."""
    session, today = db.session(), clock.local_date(clock.now())
    anew = as_version(plan, told[-1].number + 1, terms)
    ahead = plan_page.foreseen(session, plan, [*told, anew], today)
    return plan_page.coming(session, plan, told[-1], ahead, terms.first_on, work_calendar(session, today).is_workday)

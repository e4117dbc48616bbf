"""What a plan would say, read back before anything is kept: in words, with the next ten days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import dropwhile, islice
from typing import Any

from propman import clock
from propman.catalogue.models import InspectionSchedule
from propman.catalogue.queries import work_calendar
from propman.communities.models import Place
from propman.data.inspections import CountsFrom
from propman.db import db
from propman.inspections import recurrence
from propman.inspections.models import Plan, PlanVersion
from propman.inspections.operations import Draft, Terms
from propman.inspections.operations.following import said_terms
from propman.inspections.operations.versions import as_version
from propman.inspections.queries import plan_page, versions_of
from propman.inspections.queries.behind import rows_to_come
from propman.inspections.queries.candidates import key_of
from propman.inspections.queries.heated import heated_at, said_one_after_the_other
from propman.inspections.queries.stays import Chain, chains
from propman.inspections.schedule import Schedule, shifted
from propman.inspections.terms import Due, Term, due_from

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


def dues_of_new(draft: Draft, community: Place, number: int = 10) -> Dues:
    """The next ten days on which anything is due by a plan that is not made yet."""
    session, stages = db.session(), [draft.terms]
    if draft.terms.by_template:
        rows = rows_to_come(session, draft.schedule.template, draft.schedule.code, draft.terms.first_on)
        said = said_one_after_the_other(session, [draft.schedule, *rows], community, draft.terms.first_on)
        stages = [said_terms(each, season, on) for each, on, season in said]
    is_workday = work_calendar(session, clock.local_date(clock.now())).is_workday
    found: dict[date, date | None] = {}
    for dues in _of_aims(draft, stages):
        for due in islice(dropwhile(lambda one: one.on < draft.terms.first_on, dues), number):
            found[due.on] = shifted(due.on, stages[due.term.number].on_holidays, is_workday)
    return {on: found[on] for on in sorted(found)[:number]}


def _of_aims(draft: Draft, stages: Sequence[Terms]) -> Iterator[Iterator[Due]]:
    """What would be due of all that a plan is about; of what is counted alike once. Terms bear the place of a stage."""
    if draft.terms.counts is not CountsFrom.COMPLETION:
        yield from (due_from(_terms(stages, anchor), draft.terms.first_on)
                    for anchor in {aim.anchor_on for aim in draft.aims})  # fmt: skip
        return
    session = db.session()
    known = chains(session, draft.template.code, draft.schedule.code, draft.aims)
    plans = versions_of(session, {stay.plan_id for chain in known.values() for stay in chain.stays})
    for aim in draft.aims:
        chain = known.get(key_of(aim.place_id, aim.asset_id), Chain())
        dues = islice(chain.following(plans, aim.anchor_on, _terms(stages, aim.anchor_on)), plan_page.MOST_TRIED)
        yield iter([due for due in dues if due.term.stay is None])


def _terms(stages: Sequence[Terms], anchor: date) -> list[Term]:
    ends = [*(each.first_on for each in stages[1:]), None]
    return [
        Term(number, Schedule(recurrence.read(said.rule), anchor, said.first_on, until, said.season, said.greatest_gap),
             said.tolerance, said.early)
        for number, (said, until) in enumerate(zip(stages, ends, strict=True))
    ]  # fmt: skip


def dues_of_changed(plan: Plan, told: Sequence[PlanVersion], terms: Terms) -> Dues:
    """The next ten days on which anything is due by `plan`, of which so far is `told`, from when on it says `terms`."""
    session, today = db.session(), clock.local_date(clock.now())
    anew = as_version(plan, told[-1].number + 1, terms)
    ahead = plan_page.foreseen(session, plan, [*told, anew], today)
    return plan_page.coming(session, plan, told[-1], ahead, terms.first_on, work_calendar(session, today).is_workday)

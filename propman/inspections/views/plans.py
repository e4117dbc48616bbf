"""Plans of inspections (巡检计划): the list, with what the law asks for and nobody planned, and one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from propman import clock
from propman.accounts.queries import names_shown
from propman.audit.queries import history_of
from propman.catalogue.models import InspectionSchedule
from propman.catalogue.queries import asset_types_ever, inspection_templates_ever, work_calendar
from propman.communities.queries import address, line, lines, manager_on, responsible_on
from propman.db import ID_LIMIT, db
from propman.inspections import labels
from propman.inspections.heating import Heated
from propman.inspections.models import Counts, Pace, Plan, PlanVersion
from propman.inspections.plan_forms import FindPlans
from propman.inspections.plan_words import CHANGED, extent
from propman.inspections.queries import announced, keeping, plan_list, plan_page, taken_back, version_on
from propman.inspections.queries import unplanned as lacking
from propman.inspections.queries.behind import schedule_row
from propman.inspections.queries.heated import heated_at
from propman.inspections.queries.plan_list import Less
from propman.inspections.views import blueprint
from propman.inspections.views.told import named
from propman.roles import Permission
from propman.web import current_viewer, requires
from propman.web.filters import name_of

PLANS = "/inspections/plans"
PLAN = f"{PLANS}/<int(max={ID_LIMIT - 1}):plan_id>"


@blueprint.get(PLANS)
@requires(Permission.SEE_PLANS)
def plans() -> tuple[str, int]:
    """The plans in the reach of the viewer, by community. What the address asks wrongly is named, and answered 400."""
    session, viewer, today = db.session(), current_viewer(), clock.local_date(clock.now())
    form, after = FindPlans(request.args), request.args.get("after", "")
    form.offer()
    good, asked = form.validate(), form.asked()
    known = after.isascii() and after.isdigit() and len(after) < 19
    text, state, week = str(asked.get("q") or ""), asked.get("state"), asked.get("week")
    found, next_id = plan_list.plans(
        session, viewer, today, text=text, after=int(after) if known else None,
        pace=Pace(state) if state in set(Pace) else None, less=Less(state) if state in set(Less) else None, week=week,
    )  # fmt: skip
    unplanned = [] if after or state or week else lacking.unplanned(session, viewer, today, text=text)
    page = render_template(
        "inspections/plans.html", form=form, rows=found, names=named(row.plan for row in found), today=today,
        asked=bool(asked), unplanned=unplanned[: lacking.MOST], more=len(unplanned) > lacking.MOST,
        keeps=viewer.may(Permission.KEEP_PLANS), who=_who,
        next=url_for("inspections.plans", after=next_id, **asked) if next_id else None,
        first=url_for("inspections.plans", **asked) if after else None,
    )  # fmt: skip
    return page, 200 if good and (known or not after) else 400


@blueprint.get(PLAN)
@requires(Permission.SEE_PLANS)
def plan(plan_id: int) -> str:
    """One plan: how often and on what that rests, the next days, what it is about, who has it today, its history."""
    session, viewer, today = db.session(), current_viewer(), clock.local_date(clock.now())
    found = keeping.plan(session, viewer, plan_id, today)
    told = plan_page.versions_told(session, found)
    last, standing, templates = told[-1], version_on(told, today), inspection_templates_ever(session)
    row = schedule_row(session, found.template, found.schedule, today)
    mine = keeping.keeps(session, viewer, found.community_id, today)
    ahead = plan_page.foreseen(session, found, told, today)
    days = plan_page.coming(session, found, last, ahead, today, work_calendar(session, today).is_workday)
    due, number = plan_page.targets(session, found, last, today)
    left, without = plan_page.left(session, found), plan_page.without_a_day(session, found, last, today)
    where = lines(session, {one.place for one in (*(each.target for each in due), *left)})
    history = history_of(session, subject_kind="inspection_plan", subject_id=found.id)
    return render_template(
        "inspections/plan.html", plan=found, template=templates.get(found.template), last=last, today=today,
        name=named([found])[found.id],
        standing=standing, schedule=row, heated=_heated(row, found, standing), coming=announced(told, today),
        before=lambda one: version_on(told, one.first_on - timedelta(days=1)),
        versions=list(reversed(told)), taken_back=taken_back(told), who=_who, due=due, number=number,
        left=left, where={place_id: address(place) for place_id, place in where.items()},
        days=days, moved={on: do_on for on, do_on in days.items() if do_on != on},
        to_come=plan_page.to_come(session, found, last, today),
        waiting=plan_page.waiting(session, found, last, today), without=without, extent=_extent(found, templates),
        community=address(line(session, found.community)),
        answers=responsible_on(session, found.community_id, today),
        vacuum=manager_on(session, found.community_id, today) is None,
        mine=mine, keeps=mine and last.pace is not Pace.ENDED and last.counts is not Counts.EVENT,
        history=history, fields=CHANGED,
        names=names_shown(session, viewer, {line.actor_id for line in history if line.actor_id}),
    )  # fmt: skip


def _heated(row: InspectionSchedule | None, plan: Plan, standing: PlanVersion) -> Heated | None:
    """The heating season to which `plan` keeps as its template does, under way or next; None where it keeps to none."""
    if row is None or not standing.by_template or standing.pace is not Pace.RUNS:
        return None
    return heated_at(db.session(), row, plan.community, clock.local_date(clock.now()))


def _who(version: PlanVersion) -> str:
    if version.actor_id is None:
        return str(_("propman itself"))
    return (version.actor.name if version.actor else None) or str(_("erased"))


def _extent(found: Any, templates: Any) -> str:
    names = {code: name_of(row) for code, row in asset_types_ever(db.session()).items()}
    template = templates.get(found.template)
    if template is None:
        return extent(found, names, found.template)
    codes = (template.asset_types or "").split(",") if template.asset_types else []
    about = labels.listed(names.get(code, code) for code in codes) if codes else str(labels.ABOUT[template.about])
    return extent(found, names, about)

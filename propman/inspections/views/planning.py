"""Making a plan (community, template, what it is about), changing it from a day on, pausing and ending it.

Each page reads the rule back in words and lists the next ten days before anything is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.catalogue.models import InspectionSchedule, InspectionTemplate
from propman.catalogue.queries import (
    asset_types_ever,
    inspection_schedules,
    inspection_templates,
    inspection_templates_ever,
)
from propman.communities.models import Place
from propman.db import ID_LIMIT, db
from propman.errors import Refused
from propman.inspections import operations
from propman.inspections.models import Pace, Plan, PlanVersion
from propman.inspections.operations import Terms, Wish
from propman.inspections.operations.binding import rows_of
from propman.inspections.plan_forms import ChangeForm, PlanForm, StopForm, TermsForm, said_before, said_by_template
from propman.inspections.plan_words import STOPS
from propman.inspections.queries import announced, keeping, plan_list, plan_page, taken_back, version_on
from propman.inspections.queries.arising import made_by_nobody
from propman.inspections.queries.behind import schedule_row
from propman.inspections.queries.candidates import candidates
from propman.inspections.queries.heated import season_of
from propman.inspections.queries.keeping import MOST_NAMED
from propman.inspections.views import blueprint
from propman.inspections.views.plans import PLAN, PLANS
from propman.inspections.views.read_back import dues_of_changed, dues_of_new, read_back
from propman.inspections.views.told import named
from propman.roles import Permission
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.filters import name_of
from propman.web.forms import blame

NEW = f"{PLANS}/new"
OF_COMMUNITY = f"{NEW}/<int(max={ID_LIMIT - 1}):community_id>"
LONGEST_SEARCH = 80
HOW = {"pause": Pace.PAUSED, "end": Pace.ENDED}
_DAY = timedelta(days=1)
Answer = Response | str | tuple[str, int]


@blueprint.get(NEW)
@requires(Permission.KEEP_PLANS)
def choose_community() -> Answer:
    """For which community? Whoever has only one goes on at once."""
    text = (request.args.get("q") or "")[:LONGEST_SEARCH]
    found = keeping.communities(db.session(), current_viewer(), text, _today())
    if len(found) == 1 and not text:
        return redirect(url_for("inspections.choose_template", community_id=found[0].id), code=303)
    return render_template("inspections/choose_community.html", found=found[:MOST_NAMED], text=text,
                           more=len(found) > MOST_NAMED)  # fmt: skip


@blueprint.get(OF_COMMUNITY)
@requires(Permission.KEEP_PLANS)
def choose_template(community_id: int) -> Answer:
    """By which template and schedule: with how many parts there are, and what is planned already. The address may name
    a `template`; where that has one schedule, and no plan yet, one goes on at once.
    """
    session, today = db.session(), _today()
    community = keeping.community(session, current_viewer(), community_id, today)
    schedules, parts = inspection_schedules(session, today), plan_list.parts_by_type(session, community_id, today)
    rows = [
        (row, [one for one in schedules.get(row.code, ()) if not made_by_nobody(row, one)], _number(row, parts))
        for row in inspection_templates(session, today).values()
    ]  # fmt: skip
    rows = [row for row in rows if row[1]]
    asked = [row for row in rows if row[0].code == request.args.get("template")]
    planned = plan_list.going_on_in(session, community_id)
    if asked and len(asked[0][1]) == 1 and asked[0][2] != 0:
        code, one = asked[0][0].code, asked[0][1][0].code
        if (code, one) not in planned:
            to = url_for("inspections.make_plan", community_id=community_id, template=code, schedule=one)
            return redirect(to, code=303)
    return render_template(
        "inspections/choose_template.html", community=community, rows=asked or rows, asked=bool(asked),
        types=_type_names(), planned=planned,
    )  # fmt: skip


@blueprint.route(f"{OF_COMMUNITY}/<template>/<schedule>", methods=["GET", "POST"])
@requires(Permission.KEEP_PLANS)
def make_plan(community_id: int, template: str, schedule: str) -> Answer:
    """Make the plan, or show what it would say."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    community = keeping.community(session, viewer, community_id, _today())
    row, kind = rows_of(session, template, schedule, _today())
    form = _plan_form(community, kind, row)
    if form.is_submitted() and not form.validate():
        return _plan_page(form, community, kind, row, None), page_status()
    shown: operations.Draft | None = None
    if form.is_submitted() and not form.shows:
        with answer_refusals(form):
            wish = _wish(form, community_id, template, schedule)
            made = act_once(form, lambda: operations.bind_plan(session, viewer=viewer, wish=wish, now=now).id)
            session.commit()
            flash(_("The plan is made. What is due in the next sixty days is laid."), "success")
            return redirect(url_for("inspections.plan", plan_id=made["id"]), code=303)
        community = keeping.community(session, viewer, community_id, _today())
        return _plan_page(form, community, kind, row, None), page_status()
    try:
        shown = operations.draft(session, viewer=viewer, wish=_wish(form, community_id, template, schedule), now=now)
    except Refused as refusal:
        if form.is_submitted():
            blame(form, refusal)
            return _plan_page(form, community, kind, row, None), refusal.status
    return _plan_page(form, community, kind, row, shown), 200


@blueprint.route(f"{PLAN}/change", methods=["GET", "POST"])
@requires(Permission.KEEP_PLANS)
def change_plan(plan_id: int) -> Answer:
    """Let the plan say otherwise from a day on, or again what its template says; or show what it would say.

    The address may name an announced version (`back`): then the form says what it takes to take that back.
    """
    session, viewer, now = db.session(), current_viewer(), clock.now()
    plan = _kept(plan_id)
    form, terms = ChangeForm(data=_said_at_first(plan_page.versions_told(session, plan))), None
    if form.is_submitted() and not form.validate():
        return _change_page(form, plan, None), page_status()
    asked = {"viewer": viewer, "plan_id": plan_id, "first_on": form.first_on.data, "own": form.own, "now": now}
    if form.is_submitted() and not form.shows:
        with answer_refusals(form):
            act_once(form, lambda: operations.rebind_plan(
                session, seen_version=form.seen_version, reason=form.reason.data, **asked
            ).number)  # fmt: skip
            session.commit()
            flash(_("The change is saved. What was due before that day stays due."), "success")
            return redirect(url_for("inspections.plan", plan_id=plan_id), code=303)
        return _change_page(form, _kept(plan_id), None), page_status()
    try:
        terms = operations.changed_terms(session, **asked)
    except Refused as refusal:
        if form.is_submitted():
            blame(form, refusal)
            return _change_page(form, plan, None), refusal.status
    return _change_page(form, plan, terms), 200


@blueprint.route(f"{PLAN}/<any(pause,end):how>", methods=["GET", "POST"])
@requires(Permission.KEEP_PLANS)
def stop_plan(plan_id: int, how: str) -> Answer:
    """Let nothing come due from a day on, for a reason: until it is changed again, or for good."""
    session, viewer, now, pace = db.session(), current_viewer(), clock.now(), HOW[how]
    plan = _kept(plan_id)
    told = plan_page.versions_told(session, plan)
    begun = version_on(told, _today()).first_on
    form = StopForm(data={"first_on": max(_today() + _DAY, begun), "version": str(plan.version)})
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.stop_plan(
                session, viewer=viewer, plan_id=plan_id, seen_version=form.seen_version, pace=pace,
                first_on=form.first_on.data, reason=form.reason.data or "", now=now,
            ).number)  # fmt: skip
            session.commit()
            flash(_("Saved. What was due before that day stays due."), "success")
            return redirect(url_for("inspections.plan", plan_id=plan_id), code=303)
    plan = _kept(plan_id)
    page = render_template(
        "inspections/stop_plan.html", form=form, plan=plan, template=_template(plan), last=told[-1],
        coming=announced(told, _today()), words=STOPS[pace], name=named([plan])[plan.id],
    )  # fmt: skip
    return page, page_status() if form.is_submitted() else 200


def _said_at_first(told: Sequence[PlanVersion]) -> dict[str, Any]:
    """What the form for changing a plan says before anybody typed: the last version and, where that is only announced,
    its day, so that what is mended takes its place. To take an announced one back: what holds before it.
    """
    last, asked = told[-1], request.args.get("back", type=int)
    days = {one.number: one.first_on for one in announced(told, _today())}
    if asked in days:
        return said_before(version_on(told, days[asked] - _DAY), days[asked], last.number)
    return said_before(last, max(days.values(), default=_today() + _DAY), last.number)


def _gone_with(told: Sequence[PlanVersion], number: int | None) -> Sequence[PlanVersion]:
    """What had been announced when the version `number` was said, and was taken back by it: it does not come back."""
    asked = next((one for one in told if one.number == number), None)
    if asked is None:
        return ()
    gone = taken_back([one for one in told if one.number <= asked.number])
    return [one for one in told if one.number in gone and one.first_on >= asked.first_on]


def _today() -> date:
    return clock.local_date(clock.now())


def _kept(plan_id: int) -> Plan:
    """A plan that the viewer may change. Raises `NotFound`."""
    return keeping.plan(db.session(), current_viewer(), plan_id, _today(), Permission.KEEP_PLANS)


def _template(plan: Plan) -> InspectionTemplate | None:
    return inspection_templates_ever(db.session()).get(plan.template)


def _number(row: InspectionTemplate, parts: Any) -> int | None:
    """How many parts there are of which a template speaks; None where it speaks of places."""
    return sum(parts[code] for code in row.asset_types.split(",")) if row.asset_types else None


def _type_names() -> dict[str, str]:
    return {code: name_of(row) for code, row in asset_types_ever(db.session()).items()}


def _plan_form(community: Place, kind: InspectionTemplate, row: InspectionSchedule) -> PlanForm:
    season = season_of(db.session(), row, community, _today())
    form, names = PlanForm(data=said_by_template(row, season, _today())), _type_names()
    found = candidates(db.session(), community, kind, row.counts_from, _today())
    types = [(code, names.get(code, code)) for code in (kind.asset_types or "").split(",") if code]
    form.offer(found, types, row.counts_from)
    return form


def _wish(form: PlanForm, community_id: int, template: str, schedule: str) -> Wish:
    return Wish(community_id, template, schedule, form.choice, form.first_on.data, form.own, form.counted,
                form.reason.data)  # fmt: skip


def _plan_page(
    form: PlanForm, community: Place, kind: InspectionTemplate, row: InspectionSchedule, shown: operations.Draft | None
) -> str:
    dues = dues_of_new(shown, community) if shown else {}
    return render_template(
        "inspections/make_plan.html", form=form, community=community, template=kind, schedule=row,
        number=len(shown.aims) if shown else 0,
        **read_back(shown.terms if shown else None, shown.schedule if shown else None, community, dues),
    )  # fmt: skip


def _change_page(form: TermsForm, plan: Plan, terms: Terms | None) -> str:
    session = db.session()
    told = plan_page.versions_told(session, plan)
    then = schedule_row(session, plan.template, plan.schedule, terms.first_on) if terms else None
    dues = dues_of_changed(plan, told, terms) if terms else {}
    return render_template(
        "inspections/change_plan.html", form=form, plan=plan, name=named([plan])[plan.id], last=told[-1],
        coming=announced(told, _today()), gone=_gone_with(told, request.args.get("back", type=int)),
        schedule=schedule_row(session, plan.template, plan.schedule, _today()),
        **read_back(terms, then, plan.community, dues),
    )  # fmt: skip

"""What a plan of chosen places and parts is about: adding some, taking some out, each from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.inspections import operations
from propman.inspections.models import Plan, PlanVersion
from propman.inspections.plan_forms import TargetsForm
from propman.inspections.plan_words import CHOOSES
from propman.inspections.queries import keeping, plan_page
from propman.inspections.queries.candidates import Candidate, candidates, in_plan, taken
from propman.inspections.queries.wanted import template_of
from propman.inspections.views import blueprint
from propman.inspections.views.plans import PLAN
from propman.inspections.views.told import named
from propman.roles import Permission
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires


@blueprint.route(f"{PLAN}/<any(add,take_out):way>", methods=["GET", "POST"])
@requires(Permission.KEEP_PLANS)
def choose_targets(plan_id: int, way: str) -> Response | tuple[str, int]:
    """Let more be inspected by the plan, or some of it no more, from a day on."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    today = clock.local_date(now)
    plan = keeping.plan(session, viewer, plan_id, today, Permission.KEEP_PLANS)
    last = plan_page.versions_told(session, plan)[-1]
    form = TargetsForm(data={"first_on": today + timedelta(days=1)})
    found = _offered(plan, last, way)
    form.offer(found, last.counts, adds=way == "add")
    if form.validate_on_submit():
        said: dict[str, Any] = {
            "viewer": viewer, "plan_id": plan_id, "things": form.things.data or (), "first_on": form.first_on.data,
            "reason": form.reason.data or "", "now": now,
        }  # fmt: skip
        with answer_refusals(form):
            act_once(form, lambda: (
                operations.add_chosen(session, **said, counted_on=form.counted) if way == "add"
                else operations.take_out(session, **said)
            ).id)  # fmt: skip
            session.commit()
            flash(_("Saved. What was due before that day stays due."), "success")
            return redirect(url_for("inspections.plan", plan_id=plan_id), code=303)
        plan = keeping.plan(session, viewer, plan_id, today, Permission.KEEP_PLANS)
    page = render_template(
        "inspections/choose_targets.html", form=form, plan=plan, way=way, words=CHOOSES[way], found=found,
        template=template_of(session, plan.template, today), name=named([plan])[plan.id],
    )  # fmt: skip
    return page, page_status() if form.is_submitted() else 200


def _offered(plan: Plan, last: PlanVersion, way: str) -> Sequence[Candidate]:
    """What is in the plan; or what could join it: of which its template speaks, and which has no such plan."""
    session, today = db.session(), clock.local_date(clock.now())
    if way == "take_out":
        return in_plan(session, plan)
    kind = template_of(session, plan.template, today)
    if kind is None:
        return ()
    there = taken(session, plan.community_id, kind, plan.schedule, date.max)  # what leaves later may join after that
    found = candidates(session, plan.community, kind, last.counts, today)
    return [one for one in found if one.key not in there]

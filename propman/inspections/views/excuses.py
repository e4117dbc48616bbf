"""Excusing duties (免检): asking for it, what waits, deciding."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import ID_LIMIT, db
from propman.inspections import labels, operations
from propman.inspections.duty_forms import DecisionForm, ExcuseForm
from propman.inspections.models import Duty, Excuse
from propman.inspections.queries import excuses as queries
from propman.inspections.queries.excuses import Wishes
from propman.inspections.views import blueprint
from propman.inspections.views.told import what, where
from propman.roles import Permission
from propman.web import KeyedForm, act_once, answer_refusals, current_viewer, page_status, requires

ID = f"int(max={ID_LIMIT - 1})"
EXCUSE = f"/inspections/excuses/<{ID}:excuse_id>"
Answer = Response | tuple[str, int]


@blueprint.route(f"/inspections/duties/<{ID}:duty_id>/excuse", methods=["GET", "POST"])
@requires(Permission.ASK_EXCUSES)
def ask_excuse(duty_id: int) -> Answer:
    """Ask that a duty is excused."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    duty, form = queries.duty_to_excuse(session, viewer, duty_id, clock.local_date(now)), ExcuseForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            made = act_once(form, lambda: operations.ask_excuse(
                session, duty_id=duty_id, viewer=viewer, reason=form.reason.data or "", now=now
            ).id)  # fmt: skip
            session.commit()
            flash(_("It is asked. Until it is granted the inspection stays due."), "success")
            return redirect(url_for("inspections.excuse", excuse_id=made["id"]), code=303)
    duty, before = session.get_one(Duty, duty_id), queries.wish_of(session, duty_id)
    page = render_template(
        "inspections/ask_excuse.html", duty=duty, what=what([duty]), where=where([duty]), form=form, before=before,
        open=duty.ended_as is None and duty.superseded_by is None and duty.cut_off_on >= clock.local_date(now),
    )  # fmt: skip
    return page, page_status() if form.is_submitted() else 200


@blueprint.get("/inspections/excuses")
@requires(Permission.SEE_EXCUSES)
def excuses() -> str:
    """The wishes to be excused: what waits, what was decided, what lapsed."""
    which = request.args.get("which", Wishes.WAITING)
    if which not in set(Wishes):
        abort(400)
    viewer, on = current_viewer(), clock.local_date(clock.now())
    found = queries.wishes(db.session(), viewer, Wishes(which), on)
    duties = [one.duty for one in found]
    return render_template(
        "inspections/excuses.html", which=which,
        rows=[(one, _mine(one)) for one in found], what=what(duties), where=where(duties),
        chips=[(word, url_for("inspections.excuses", which=one.value), one == which, None)
               for one, word in labels.WISHES.items()],
    )  # fmt: skip


@blueprint.get(EXCUSE)
@requires(Permission.SEE_EXCUSES)
def excuse(excuse_id: int) -> Answer:
    """One wish, and what was decided."""
    return _page(excuse_id), 200


@blueprint.post(f"{EXCUSE}/decide")
@requires(Permission.DECIDE_EXCUSES)
def decide_excuse(excuse_id: int) -> Answer:
    """Grant it or not."""
    session, viewer, now, form = db.session(), current_viewer(), clock.now(), DecisionForm()
    queries.wish(session, viewer, excuse_id, clock.local_date(now))
    if form.validate_on_submit():
        act: Callable[..., Excuse] = operations.grant_excuse if form.granted.data == "yes" else operations.refuse_excuse
        with answer_refusals(form):
            act_once(form, lambda: act(
                session, excuse_id=excuse_id, viewer=viewer, words=form.words.data, now=now
            ).id)  # fmt: skip
            session.commit()
            flash(_("It is decided. Who asked is told."), "success")
            return redirect(url_for("inspections.excuse", excuse_id=excuse_id), code=303)
    return _page(excuse_id, form), page_status()


def _page(excuse_id: int, form: KeyedForm | None = None) -> str:
    found = queries.wish(db.session(), current_viewer(), excuse_id, clock.local_date(clock.now()))
    open_ = found.duty.ended_as is None and found.duty.superseded_by is None
    return render_template(
        "inspections/excuse.html", excuse=found, duty=found.duty, what=what([found.duty]), where=where([found.duty]),
        open=open_, form=form or (DecisionForm(formdata=None) if _mine(found) and open_ else None),
    )  # fmt: skip


def _mine(found: Excuse) -> bool:
    """Whether it waits for whoever is looking."""
    return found.decided_at is None and queries.decider(current_viewer(), found, found.duty.community) is not None

"""The filters that a person keeps: one page to keep, call otherwise and delete them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import ID_LIMIT, db
from propman.desk import operations, queries
from propman.desk.forms import UNKNOWN, KeepForm, NameForm, known_question
from propman.desk.views import blueprint
from propman.errors import Refused
from propman.roles import Permission
from propman.tickets.views.staff.queue import knows
from propman.web import KeyedForm, act_once, answer_refusals, current_viewer, page_status, requires

Answer = Response | tuple[str, int]


@blueprint.route("/queue/filters", methods=["GET", "POST"])
@requires(Permission.SEE_TICKETS)
def filters() -> Answer:
    """All of them; `?ask=` is a narrowing of the queue that is to be kept."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    form = KeepForm()
    if form.validate_on_submit():

        def act() -> int:
            if not knows(form.question.data):
                raise Refused(UNKNOWN)
            kept = operations.keep_filter(session, viewer=viewer, name=form.name.data, question=form.question.data,
                                          now=now)  # fmt: skip
            return kept.id

        with answer_refusals(form):
            act_once(form, act)
            session.commit()
            flash(_("The filter is kept. It stands above the queue."), "success")
            return redirect(f"{url_for('tickets.queue')}?{form.question.data}", code=303)
    if not form.is_submitted():
        form.question.data = known_question(request.args.get("ask", ""))
    page = render_template("desk/filters.html", form=form, filters=queries.filters_of(session, viewer))
    return page, page_status() if form.is_submitted() else 200


@blueprint.route(f"/queue/filters/<int(max={ID_LIMIT - 1}):filter_id>", methods=["GET", "POST"])
@requires(Permission.SEE_TICKETS)
def saved_filter(filter_id: int) -> Answer:
    """One of them, to call it otherwise."""
    session, viewer = db.session(), current_viewer()
    found = queries.load_filter(session, viewer, filter_id)
    form = NameForm(obj=None if request.method == "POST" else found)
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.rename_filter(session, viewer=viewer, filter_id=filter_id,
                                                            name=form.name.data).id)  # fmt: skip
            session.commit()
            flash(_("The filter has its new name."), "success")
            return redirect(url_for("desk.filters"), code=303)
    found = queries.load_filter(session, viewer, filter_id)
    page = render_template("desk/filter.html", form=form, found=found, taking_away=KeyedForm(formdata=None))
    return page, page_status() if form.is_submitted() else 200


@blueprint.post(f"/queue/filters/<int(max={ID_LIMIT - 1}):filter_id>/delete")
@requires(Permission.SEE_TICKETS)
def delete_filter(filter_id: int) -> Response:
    """Keep it no longer. Who comes second finds it gone, so it needs no key."""
    session = db.session()
    operations.delete_filter(session, viewer=current_viewer(), filter_id=filter_id)
    session.commit()
    flash(_("The filter is kept no longer."), "success")
    return redirect(url_for("desk.filters"), code=303)

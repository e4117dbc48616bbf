"""Deciding who answers for a repair, on pages of their own: the part and the day, and who pays. No moves."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.roles import Permission
from propman.tickets import operations, queries
from propman.tickets.forms.recourse import PayerForm, VerdictForm
from propman.tickets.views import blueprint
from propman.tickets.views.staff.recourse_shown import payer_form, verdict_form
from propman.tickets.views.staff.steps import ground_of, step_page
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires

Answer = Response | tuple[str, int]


@blueprint.route("/tickets/<number>/verdict", methods=["GET", "POST"])
@requires(Permission.MOVE_TICKETS)
def judge(number: str) -> str | Answer:
    """Name the part, the day on which the defect arose, and misuse: the warranty is judged anew."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    if request.method == "GET":
        ground = ground_of(number, now)
        operations.may_decide(ground.ticket, ground.parties)
        shown = queries.verdict_of(session, ground.ticket)
        return step_page("tickets/judge.html", ground, verdict_form(session, ground.ticket, now, shown=shown))
    ticket = queries.load(session, number, viewer, now, as_staff=True)
    form = verdict_form(session, ticket, now, sent=True)
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.judge(
                session, ticket=ticket, viewer=viewer, seen_run=form.seen_run, now=now, asset_id=form.named,
                arose_on=form.day, misuse=form.misuse.data, note=form.note.data,
            ).id)  # fmt: skip
            session.commit()
            flash(_("The warranty was judged anew."), "success")
            return redirect(url_for("tickets.ticket", number=number, _anchor="recourse"), code=303)
    return _refused("tickets/judge.html", number, form, now), page_status()


@blueprint.route("/tickets/<number>/payer", methods=["GET", "POST"])
@requires(Permission.MOVE_TICKETS)
def pay(number: str) -> str | Answer:
    """Answer what only people know, and say who pays."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    if request.method == "GET":
        ground = ground_of(number, now)
        operations.may_decide(ground.ticket, ground.parties)
        return step_page("tickets/pay.html", ground, payer_form(shown=queries.payer_of(session, ground.ticket)))
    ticket = queries.load(session, number, viewer, now, as_staff=True)
    form = payer_form(sent=True)
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.settle_payer(
                session, ticket=ticket, viewer=viewer, seen_run=form.seen_run, now=now, answers=form.answers,
                payer=form.chosen, reason=form.reason.data,
            ).id)  # fmt: skip
            session.commit()
            flash(_("It is noted who pays."), "success")
            return redirect(url_for("tickets.ticket", number=number, _anchor="recourse"), code=303)
    return _refused("tickets/pay.html", number, form, now), page_status()


def _refused(template: str, number: str, form: VerdictForm | PayerForm, now: datetime) -> str:
    """The page of a decision that was refused, with what was typed, for the decision that stands now."""
    ground = ground_of(number, now)
    last = queries.verdict_of if isinstance(form, VerdictForm) else queries.payer_of
    standing = last(db.session(), ground.ticket)
    form.run.data = str(standing.run if standing else 0)
    possible = ground.dispatches and ground.ticket.state not in operations.SETTLED
    return step_page(template, ground, form, possible=possible)

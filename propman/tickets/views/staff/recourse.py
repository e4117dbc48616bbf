"""Deciding who answers for a repair, on the page of its ticket: the part and the day, and who pays. No moves."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.roles import Permission
from propman.tickets import operations, queries
from propman.tickets.views import blueprint
from propman.tickets.views.staff.recourse_shown import payer_form, verdict_form
from propman.tickets.views.staff.ticket import ticket_page
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires

Answer = Response | tuple[str, int]


@blueprint.post("/tickets/<number>/verdict")
@requires(Permission.MOVE_TICKETS)
def judge(number: str) -> Answer:
    """Name the part, the day on which the defect arose, and misuse: the warranty is judged anew."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
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
    stands = queries.load(session, number, viewer, now, as_staff=True)
    return ticket_page(stands, deciding=form), page_status()


@blueprint.post("/tickets/<number>/payer")
@requires(Permission.MOVE_TICKETS)
def pay(number: str) -> Answer:
    """Answer what only people know, and say who pays."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
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
    stands = queries.load(session, number, viewer, now, as_staff=True)
    return ticket_page(stands, deciding=form), page_status()

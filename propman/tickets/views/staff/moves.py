"""The moves of a company, each on a page of its own, and erasing. Each once for the key of its form."""

from __future__ import annotations

import logging

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.files.operations import delete_erased_files
from propman.roles import Permission
from propman.tickets import operations, queries
from propman.tickets.forms.staff import FORMS, EraseForm
from propman.tickets.models import TicketEvent
from propman.tickets.views import blueprint
from propman.tickets.views.done import done
from propman.tickets.views.making import made
from propman.tickets.views.staff.jobs import Tried, jobs_page
from propman.tickets.views.staff.steps import fresh_move, ground_of, prepared, refused_move, step_page
from propman.tickets.workflow import Action
from propman.voice.operations import delete_erased_voices
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.photographs import developed, fingerprint_of, store

Answer = Response | tuple[str, int]
ACTIONS = ",".join(action.value for action in FORMS)
log = logging.getLogger(__name__)


@blueprint.route(f"/tickets/<number>/<any({ACTIONS}):action>", methods=["GET", "POST"])
@requires(Permission.MOVE_TICKETS, uploads=True)
def move(number: str, action: str) -> str | Answer:
    """Make a move on a ticket. A refused one comes back where it was made, as things stand now, with what was typed."""
    session, viewer, now, asked = db.session(), current_viewer(), clock.now(), Action(action)
    if request.method == "GET":
        return fresh_move(number, asked, now)
    ticket = queries.load(session, number, viewer, now, as_staff=True)
    form = prepared(asked, ticket, now)
    if form.validate_on_submit():
        with answer_refusals(form):
            photos = developed(form)
            answer = act_once(form, lambda: made(ticket, asked, form, photos, now).id, **fingerprint_of(photos))
            sentence = done(session.get_one(TicketEvent, answer["id"]), ticket)
            db.session.commit()
            flash(sentence, "success")
            return redirect(url_for("tickets.jobs") if _in_jobs() else url_for("tickets.ticket", number=number), 303)
    if _in_jobs():
        return jobs_page(tried=Tried(number, asked, form)), page_status()
    return refused_move(number, asked, form, now), page_status()


def _in_jobs() -> bool:
    """Whether the button was pressed in the list of jobs, and not on the page of the ticket."""
    return request.form.get("back") == "jobs" and current_viewer().may(Permission.OWN_JOBS)


@blueprint.route("/tickets/<number>/erase", methods=["GET", "POST"])
@requires(Permission.MOVE_TICKETS)
def erase(number: str) -> str | Answer:
    """Erase the personal content of a closed ticket, with the files of photos and voice notes; a tick says so."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    form = EraseForm()
    if request.method == "GET":
        ground = ground_of(number, now)
        operations.may_erase(ground.ticket, ground.parties)
        return step_page("tickets/erase.html", ground, form)
    ticket = queries.load(session, number, viewer, now, as_staff=True)
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.erase_on_request(session, ticket=ticket, viewer=viewer, now=now))
            db.session.commit()
            try:
                delete_erased_files(session, store(), now=now)
                delete_erased_voices(session, store(), now=now)
                db.session.commit()
            except OSError:  # the rows say what is to be deleted: the sweep of the night does it
                db.session.rollback()
                log.exception("files of erased photographs and voice notes could not be deleted yet")
            flash(_("The personal content of this ticket was erased."), "success")
            return redirect(url_for("tickets.ticket", number=number), code=303)
    ground = ground_of(number, now)
    return step_page("tickets/erase.html", ground, form, possible=ground.erases), page_status()

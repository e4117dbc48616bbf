"""The buttons of a referral's page: accept, refuse, begin, prove the repair. Each once for the key of its form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.roles import Permission
from propman.tickets import operations, queries
from propman.tickets.forms.referrals import REFERRED, ProveForm
from propman.tickets.forms.resident import MoveForm
from propman.tickets.forms.staff import StartForm
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.views import blueprint
from propman.tickets.views.done import done
from propman.tickets.views.phrasing import offer_phrases
from propman.tickets.views.referrals.page import referral_page
from propman.tickets.workflow import Action
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.photographs import Photographs, developed, fingerprint_of, store

ANSWERS: dict[Action, Callable[..., TicketEvent]] = {
    Action.ACCEPT: operations.accept,
    Action.ARRIVE: operations.arrive,
}
"""Moves that bring nothing at all."""
SAID: dict[Action, Callable[..., TicketEvent]] = {
    Action.APPOINT: operations.appoint,
    Action.REQUEST_EXTENSION: operations.request_extension,
    Action.HOLD: operations.hold,
    Action.RESUME: operations.resume,
    Action.MAKE_SAFE: operations.make_safe,
    Action.ASK: operations.ask,
    Action.NOTE: operations.note_down,
    Action.REFUSE: operations.refuse,
}
"""Moves that bring words, and what their form says besides."""
ACTIONS = ",".join(action.value for action in REFERRED)


@blueprint.post(f"/referrals/<number>/<any({ACTIONS}):action>")
@requires(Permission.SEE_REFERRALS, uploads=True)
def referral_move(number: str, action: str) -> Response | tuple[str, int]:
    """Make a move on a referral. A refused one comes back on its page, as it stands now, with what was typed."""
    session, viewer, now, asked = db.session(), current_viewer(), clock.now(), Action(action)
    referral = queries.load_referral(session, number, viewer, now)
    ticket, form = referral.ticket, REFERRED[asked]()
    offer_phrases(form, asked, referral.organisation_id)
    if form.validate_on_submit():
        with answer_refusals(form):
            photos = developed(form)
            answer = act_once(form, lambda: _moved(ticket, asked, form, photos, now).id, **fingerprint_of(photos))
            sentence = done(session.get_one(TicketEvent, answer["id"]), number)
            db.session.commit()
            flash(sentence, "success")
            return redirect(url_for("tickets.referral", number=number), code=303)
    return referral_page(queries.load_referral(session, number, viewer, now), tried=(asked, form)), page_status()


def _moved(ticket: Ticket, action: Action, form: MoveForm, photos: Photographs, now: datetime) -> TicketEvent:
    """Call the operation of `action` with what `form` holds."""
    session = db.session()
    asked: dict[str, Any] = {
        "ticket": ticket, "viewer": current_viewer(), "seen_version": form.seen_version, "now": now,
    }  # fmt: skip
    if action in ANSWERS:
        return ANSWERS[action](session, **asked)
    if isinstance(form, StartForm):
        return operations.start(session, store=store(), photos=photos["before"], **asked)
    asked |= {"note": form.note.data, **form.brings}
    if isinstance(form, ProveForm):
        return operations.complete(
            session, store=store(), before=photos["before"], after=photos["after"], work=form.work, **asked
        )
    return SAID[action](session, **asked)

"""The buttons of a referral's page: accept, refuse, begin, prove the repair. Each once for the key of its form."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.roles import Permission
from propman.tickets import queries
from propman.tickets.forms.referrals import REFERRED
from propman.tickets.models import TicketEvent
from propman.tickets.views import blueprint
from propman.tickets.views.done import done
from propman.tickets.views.making import made
from propman.tickets.views.phrasing import offer_phrases
from propman.tickets.views.referrals.page import referral_page
from propman.tickets.workflow import Action
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.photographs import developed, fingerprint_of

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
            answer = act_once(form, lambda: made(ticket, asked, form, photos, now).id, **fingerprint_of(photos))
            sentence = done(session.get_one(TicketEvent, answer["id"]), ticket)
            db.session.commit()
            flash(sentence, "success")
            return redirect(url_for("tickets.referral", number=number), code=303)
    return referral_page(queries.load_referral(session, number, viewer, now), tried=(asked, form)), page_status()

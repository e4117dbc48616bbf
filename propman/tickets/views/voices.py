"""Voice notes out: only through the ticket to which they belong."""

from __future__ import annotations

from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.errors import NotFound
from propman.roles import Permission
from propman.tickets import queries
from propman.tickets.models import Ticket
from propman.tickets.views import blueprint, held
from propman.tickets.views.resident.reports import own_report
from propman.web import current_viewer, requires
from propman.web.voices import sent


@blueprint.get("/t/<number>/<secret>/voice/<key>")
@requires(Permission.PUBLIC)
def held_voice(number: str, secret: str, key: str) -> Response:
    """A voice note, for whoever holds the link of its report."""
    return _sent(held.opened_by(number, secret), key)


@blueprint.get("/reports/<number>/voice/<key>")
@requires(Permission.OWN_REPORTS)
def report_voice(number: str, key: str) -> Response:
    """A voice note, for the person who sent the report."""
    return _sent(own_report(number), key)


@blueprint.get("/tickets/<number>/voice/<key>")
@requires(Permission.SEE_TICKETS)
def staff_voice(number: str, key: str) -> Response:
    """A voice note, for those who see the ticket by their post."""
    return _sent(queries.load(db.session(), number, current_viewer(), clock.now(), as_staff=True), key)


@blueprint.get("/referrals/<number>/voice/<key>")
@requires(Permission.SEE_REFERRALS)
def referral_voice(number: str, key: str) -> Response:
    """A voice note, for those whom the ticket was referred to: of a move that they may know."""
    session = db.session()
    row = queries.load_referral(session, number, current_viewer(), clock.now())
    for event in queries.heard(queries.timeline(session, row.ticket), row.organisation_id):
        if event.voice is not None and event.voice.key == key and event.voice.erased_at is None:
            return sent(event.voice)
    raise NotFound()


def _sent(ticket: Ticket, key: str) -> Response:
    """The sound under `key`. Raises `NotFound` where none belongs to `ticket`."""
    return sent(queries.voice_on(db.session(), ticket, key))

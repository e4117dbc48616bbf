"""Photographs out: only through the ticket they hang on."""

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
from propman.web.photographs import sent


@blueprint.get("/t/<number>/<secret>/photos/<key>")
@requires(Permission.PUBLIC)
def held_photo(number: str, secret: str, key: str) -> Response:
    """A photo, for whoever holds the link of its report."""
    return _sent(held.opened_by(number, secret), key)


@blueprint.get("/reports/<number>/photos/<key>")
@requires(Permission.OWN_REPORTS)
def report_photo(number: str, key: str) -> Response:
    """A photo, for the person who sent the report."""
    return _sent(own_report(number), key)


@blueprint.get("/tickets/<number>/photos/<key>")
@requires(Permission.SEE_TICKETS)
def staff_photo(number: str, key: str) -> Response:
    """A photo, for those who see the ticket by their post."""
    ticket = queries.load(db.session(), number, current_viewer(), clock.now(), as_staff=True)
    return _sent(ticket, key)


@blueprint.get("/referrals/<number>/photos/<key>")
@requires(Permission.SEE_REFERRALS)
def referral_photo(number: str, key: str) -> Response:
    """A photo, for those whom the ticket was referred to: of what they may know of it."""
    session = db.session()
    row = queries.load_referral(session, number, current_viewer(), clock.now())
    known = queries.heard(queries.timeline(session, row.ticket), row.organisation_id)
    shown = {each.photo.key: each.photo for each in queries.attachments_heard(session, row.ticket, known)}
    if key not in shown:
        raise NotFound()
    return sent(shown[key])


def _sent(ticket: Ticket, key: str) -> Response:
    """The picture under `key`. Raises `NotFound` where none hangs on `ticket`."""
    return sent(queries.photo_on(db.session(), ticket, key))

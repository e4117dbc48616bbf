"""Photographs out: only through the ticket they hang on, never cached, never run as anything else."""

from __future__ import annotations

from flask import abort, request
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.errors import NotFound
from propman.roles import Permission
from propman.tickets import queries
from propman.tickets.models import Ticket
from propman.tickets.views import blueprint, held, store
from propman.tickets.views.resident.reports import own_report
from propman.web import current_viewer, requires

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


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


def _sent(ticket: Ticket, key: str) -> Response:
    """The picture under `key`, or with ?size=thumb its thumbnail. Raises `NotFound` where none hangs on `ticket`."""
    size = request.args.get("size")
    if size not in {None, "thumb"}:
        abort(400)
    photo = queries.photo_on(db.session(), ticket, key)
    try:
        data = store().read(photo.thumb_key if size else photo.key)
    except FileNotFoundError:
        raise NotFound() from None
    return Response(data, mimetype="image/webp", headers=HEADERS)

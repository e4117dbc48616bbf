"""The reports of a signed-in person."""

from __future__ import annotations

from functools import partial

from flask import render_template, request, url_for

from propman import clock
from propman.catalogue.queries import categories
from propman.communities.queries import address, lines
from propman.db import db
from propman.errors import NotFound
from propman.roles import Permission
from propman.tickets import queries
from propman.tickets.models import Ticket
from propman.tickets.queries.lists import PAGE
from propman.tickets.views import blueprint
from propman.tickets.views.resident.reporter import Answer, Door, make_move, receipt_page, story_page
from propman.web import current_viewer, requires
from propman.web.filters import name_of

LATEST = 10**15  # no report has a higher id


@blueprint.get("/reports")
@requires(Permission.OWN_REPORTS)
def reports() -> Answer:
    """What one reported, the newest first, page by page."""
    before = request.args.get("before", type=int)
    found = queries.reports_of(
        db.session(), current_viewer().user_id or 0, before_id=before if before and 0 < before < LATEST else None
    )
    shown, more = found[:PAGE], len(found) > PAGE
    places = lines(db.session(), [ticket.place for ticket in shown])
    today = clock.local_date(clock.now())
    return render_template(
        "tickets/reports.html",
        tickets=shown,
        where={ticket.id: address(places[ticket.place_id]) for ticket in shown},
        what={kind.code: name_of(kind) for kind in categories(db.session(), today)},
        next=url_for("tickets.reports", before=shown[-1].id) if more else None,
        first=url_for("tickets.reports") if before else None,
    )


@blueprint.get("/reports/<number>")
@requires(Permission.OWN_REPORTS)
def report_page(number: str) -> Answer:
    """What became of one's own report."""
    ticket = own_report(number)
    return story_page(ticket, current_viewer(), _door(ticket))


@blueprint.get("/reports/<number>/receipt")
@requires(Permission.OWN_REPORTS)
def report_receipt(number: str) -> Answer:
    """Number, PIN and link of one's own report, and what happens next."""
    ticket = own_report(number)
    return receipt_page(ticket, current_viewer(), _door(ticket))


@blueprint.post("/reports/<number>/<action>")
@requires(Permission.OWN_REPORTS, uploads=True)
def report_move(number: str, action: str) -> Answer:
    """Confirm, reopen or withdraw one's own report."""
    ticket, viewer = own_report(number), current_viewer()
    return make_move(ticket, viewer, _door(ticket), action, principal=f"user:{viewer.user_id}")


def own_report(number: str) -> Ticket:
    """The report with `number` if the viewer sent it. Raises `NotFound`, also for tickets seen only as staff."""
    viewer = current_viewer()
    ticket = queries.load(db.session(), number, viewer, clock.now())
    if ticket.reporter_id != viewer.user_id:
        raise NotFound()
    return ticket


def _door(ticket: Ticket) -> Door:
    """How the pages of `ticket` are reached by its reporter's account."""
    there = partial(url_for, number=ticket.number)
    return Door(
        page=there("tickets.report_page"),
        receipt=there("tickets.report_receipt"),
        photo=lambda key, **names: there("tickets.report_photo", key=key, **names),
        voice=lambda key: there("tickets.report_voice", key=key),
        move=lambda action: there("tickets.report_move", action=action),
    )

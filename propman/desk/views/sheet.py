"""A job on one sheet of paper, for who goes without a telephone."""

from __future__ import annotations

import segno
from flask import current_app, render_template, url_for
from markupsafe import Markup

from propman import clock
from propman.config import Settings
from propman.db import db
from propman.desk.views import blueprint
from propman.roles import Permission
from propman.tickets import queries
from propman.tickets.views.staff.ticket import dossier_of
from propman.web import current_viewer, requires


@blueprint.get("/tickets/<number>/sheet")
@requires(Permission.SEE_TICKETS)
def sheet(number: str) -> str:
    """What, where, by when, whom to ring, and room to write; as much of it as the viewer may know."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    whole = queries.load_whole(session, number, viewer, now)
    return render_template(
        "desk/sheet.html",
        ticket=whole.ticket,
        dossier=dossier_of(session, whole, viewer, now),
        qr=_qr(number),
        now=now,
    )


def _qr(number: str) -> Markup:
    """The page of the report as a QR code. It leads nowhere without an account that may see it."""
    settings: Settings = current_app.extensions["propman.settings"]
    link = settings.public_base_url + url_for("tickets.ticket", number=number)
    drawn = segno.make(link, error="m", micro=False).svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn by us from an address of ours

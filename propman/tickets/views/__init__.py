"""The pages of tickets: those of residents, those of staff, and what both share."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.tickets import labels, sentences

blueprint = Blueprint("tickets", __name__)

PAGES = (
    "resident.reporting", "resident.tracking", "resident.reports",
    "staff.queue", "staff.ticket", "staff.moves", "staff.recourse", "staff.intake", "staff.jobs",
    "referrals.listing", "referrals.page", "referrals.moves", "photos", "voices",
)  # fmt: skip


def install(app: Flask) -> None:
    """Register the pages, labels and notice texts of tickets on `app`, and what communities asks of reports."""
    from propman.communities.views import first_report_loader
    from propman.db import db
    from propman.notify.texts import register_texts
    from propman.tickets.queries import first_report_on
    from propman.tickets.views import words

    for name in PAGES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    labels.install(app)
    words.install(app)
    register_texts(app, {**sentences.TEXTS, **sentences.DEADLINES, **sentences.URGES})
    first_report_loader(app, lambda community_id: first_report_on(db.session(), community_id))

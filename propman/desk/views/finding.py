"""What is meant by the first letters, as rows for a list that opens while one types. Without scripts nobody asks."""

from __future__ import annotations

from collections.abc import Iterable

from flask import jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.catalogue.queries import categories
from propman.communities.models import Place
from propman.communities.queries import address, lines
from propman.db import db
from propman.desk import queries
from propman.desk.views import blueprint
from propman.roles import Permission
from propman.web import current_viewer, requires
from propman.web.filters import name_of

Row = dict[str, str]


@blueprint.get("/find")
@requires(Permission.SEE_TICKETS)
def find() -> Response:
    """Reports by number, places, people: at most ten, each with where it leads."""
    session, viewer, now, typed = db.session(), current_viewer(), clock.now(), _typed()
    reports = queries.reports_meant(session, viewer, typed, now)
    what = {kind.code: name_of(kind) for kind in categories(session, clock.local_date(now))} if reports else {}
    rows = [
        _row(one.number, what.get(one.category, one.category), url_for("tickets.ticket", number=one.number))
        for one in reports
    ]
    rows += [
        _row(one.name or "", _("person"), url_for("tickets.queue", assignee=one.id))
        for one in queries.people_meant(session, viewer, typed, now)
    ]
    places = queries.places_meant(session, viewer, typed, Permission.SEE_TICKETS, now)
    rows += [_row(name, _("place"), url_for("tickets.queue", place=place.id)) for place, name in _named(places)]
    return jsonify(found=rows[: queries.MOST])


@blueprint.get("/intake/places")
@requires(Permission.PHONE_INTAKE)
def find_place() -> Response:
    """Places about which the viewer may write down a report."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    found = queries.places_meant(session, viewer, _typed(), Permission.PHONE_INTAKE, now)
    rows = [
        _row(name, _("place"), url_for("tickets.intake", community=_community_id(place), place=place.id))
        for place, name in _named(found)
    ]
    return jsonify(found=rows)


def _typed() -> str:
    return request.args.get("q", "")[: queries.LONGEST]


def _row(label: str, note: str, to: str) -> Row:
    return {"label": label, "note": str(note), "to": to}


def _named(places: Iterable[Place]) -> list[tuple[Place, str]]:
    """`places` with their addresses, in their order."""
    kept = list(places)
    above = lines(db.session(), kept)
    return [(place, address(above[place.id])) for place in kept]


def _community_id(place: Place) -> int:
    """The community that `place` is or lies in."""
    return place.community_line_ids[0]

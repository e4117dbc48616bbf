"""The page behind the code on an entrance: what and where, one large button, who is responsible, what is known."""

from __future__ import annotations

from flask import render_template, url_for

from propman import clock
from propman.catalogue.queries import categories, emergency_numbers
from propman.communities.codes import normal
from propman.communities.queries import address, community_of, line, lines, place_by_code, responsible_on
from propman.db import db
from propman.portal.views import blueprint
from propman.roles import Permission
from propman.tickets.forms.resident import TrackForm
from propman.tickets.queries import public_open_at
from propman.tickets.views.resident.reporting import unknown_code
from propman.tickets.views.words import name_of
from propman.web import requires


@blueprint.get("/p/<code>")
@requires(Permission.PUBLIC)
def place(code: str) -> str | tuple[str, int]:
    """Everything that anybody may know of a place; nothing about any household."""
    session, today = db.session(), clock.local_date(clock.now())
    here = place_by_code(session, code)
    community = community_of(session, here) if here else None
    if here is None or community is None:
        return unknown_code()
    places, open_here = line(session, here), here.open_on(today) and community.open_on(today)
    faults = public_open_at(session, here) if open_here else ()
    known = lines(session, [fault.place for fault in faults])
    return render_template(
        "portal/place.html",
        where=address(places),
        above=address(places[:4]),
        open_here=open_here,
        report=url_for("tickets.report", code=normal(code)) if community.open_on(today) else None,
        responsible=responsible_on(session, community.id, today),
        faults=faults,
        fault_where={fault.id: address(known[fault.place_id]) for fault in faults},
        what={kind.code: name_of(kind) for kind in categories(session, today)},
        numbers=emergency_numbers(session, today),
        track=TrackForm(formdata=None),
    )

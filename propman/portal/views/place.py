"""The page behind the code on a label: what and where, one large button, who is responsible, what is known.

On a part it says what that is and until when it is guaranteed; a blank label says that it hangs on nothing yet.
"""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from propman import clock
from propman.assets.models import Asset
from propman.assets.queries import behind, guaranteed_at, guarantees, may
from propman.assets.views.binding import blank_page
from propman.assets.views.standing import tell, unsure_in_words
from propman.catalogue.queries import asset_types_ever, categories, emergency_numbers, number_setting
from propman.communities.codes import normal
from propman.communities.models import Place
from propman.communities.queries import address, community_of, divisions_among, line, lines, responsible_on
from propman.db import db
from propman.households.queries import HOLDS_FLATS
from propman.outages.queries import shown_at
from propman.portal.views import blueprint
from propman.roles import Permission
from propman.rounds.queries.lately import last_at, last_of
from propman.rounds.views.here import points_here
from propman.rounds.views.lately import inspected
from propman.tickets.forms.resident import TrackForm
from propman.tickets.queries import public_open_at
from propman.tickets.views.resident.reporting import unknown_code
from propman.web import current_viewer, requires
from propman.web.filters import name_of


@blueprint.get("/p/<code>")
@requires(Permission.PUBLIC)
def place(code: str) -> str | tuple[str, int]:
    """Everything that anybody may know of a place or a part; nothing about any household."""
    session = db.session()
    found = behind(session, code)
    if found is None:
        return unknown_code()
    if found.place is None:
        return blank_page(found.label)
    community = community_of(session, found.place)
    if community is None:
        return unknown_code()
    both = _of_both(found.place, community, code) | {"points": points_here(found.place, found.part, code)}
    if found.part is not None:
        own = _of_part(found.part)
        both["outages"] = [one for one in both["outages"] if one.outage.supply is own["trade"]]
        return render_template("portal/part.html", **own, **both)
    return render_template("portal/place.html", **_of_place(found.place), **both)


def _of_both(here: Place, community: Place, code: str) -> dict[str, Any]:
    """What the pages of places and of parts share: where, whom to call, what is open, the way to report."""
    session, today = db.session(), clock.local_date(clock.now())
    places, open_here = line(session, here), here.open_on(today) and community.open_on(today)
    faults = public_open_at(session, here) if open_here else ()
    known = lines(session, [fault.place for fault in faults])
    return {
        "where": address(places),
        "above": address(places[:4]),
        "open_here": open_here,
        "outages": shown_at(session, here, community, clock.now()) if open_here else (),
        "home": url_for("households.home", label=normal(code)) if open_here and _lives_nearby(here) else None,
        "report": url_for("tickets.report", code=normal(code)) if community.open_on(today) else None,
        "responsible": responsible_on(session, community.id, today),
        "faults": faults,
        "fault_where": {fault.id: address(known[fault.place_id]) for fault in faults},
        "what": {kind.code: name_of(kind) for kind in categories(session, today)},
        "numbers": emergency_numbers(session, today, areas=divisions_among(places)),
        "track": TrackForm(formdata=None),
    }


def _lives_nearby(here: Place) -> bool:
    """Whether the viewer is offered to belong to a flat behind this door."""
    viewer = current_viewer()
    return viewer.signed_in and here.kind in HOLDS_FLATS and not viewer.may(Permission.SEE_TICKETS)


def _of_place(here: Place) -> dict[str, Any]:
    """What is guaranteed at a place: type, name, until when and by whom, how sure that is, and nothing else."""
    session, today = db.session(), clock.local_date(clock.now())
    guaranteed = guaranteed_at(session, here, today)
    kinds = asset_types_ever(session) if guaranteed else {}
    given = guarantees(session, [each.asset_id for each in guaranteed], today) if guaranteed else {}
    return {
        "guaranteed": guaranteed,
        "inspected": inspected(last_at(session, here)),
        "kinds": {each.type_code: name_of(kinds[each.type_code]) for each in guaranteed if each.type_code in kinds},
        "unsure": unsure_in_words(given.values()),
    }


def _of_part(part: Asset) -> dict[str, Any]:
    session, now = db.session(), clock.now()
    today, kind = clock.local_date(now), asset_types_ever(session).get(part.type_code)
    given = guarantees(session, [part.id], today)[part.id]
    return {
        "part": part,
        "inspected": inspected(last_of(session, part.id)),
        "kind": name_of(kind) if kind else part.type_code,
        "trade": kind.trade if kind else None,
        "told": tell(session, given, today, number_setting(session, "warranty_watch_days", today)),
        "gone": not part.there_on(today),
        "sees": may(session, part, current_viewer(), now, Permission.SEE_REGISTER),
    }

"""The register as a tree: communities, and of one community its buildings and entrances with what they hold."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from propman import clock
from propman.assets import queries
from propman.assets.forms.lists import FindForm
from propman.assets.queries import PartFilter
from propman.assets.views import blueprint
from propman.assets.views.lists import Line
from propman.assets.views.loading import KEEPS, SEES, TENDS, load_place, today
from propman.catalogue.queries import asset_types_ever, number_setting
from propman.communities.kinds import PlaceKind
from propman.communities.queries import address, find_places, lines, reach
from propman.communities.views.acting import ID
from propman.db import db
from propman.web import current_viewer, requires
from propman.web.filters import name_of

PLACE = f"/register/places/<{ID}:place_id>"
MOST_FOUND = 20


@blueprint.get("/register")
@requires(SEES)
def register() -> str | Response:
    """The communities of the viewer with what they hold; or what `q` finds: places, and parts by their code."""
    session, viewer, now, find = db.session(), current_viewer(), clock.now(), FindForm(request.args)
    held = reach(viewer, SEES, clock.local_date(now))
    asked = find.q.data or ""
    found = find_places(session, held.prefixes(session), asked, on=clock.local_date(now), limit=MOST_FOUND)
    within = [place for place in found if place.kind in {PlaceKind.COMMUNITY, PlaceKind.BUILDING, PlaceKind.ENTRANCE}]
    coded = queries.parts(session, viewer, PartFilter(code=asked), now).parts if asked else ()
    if len(coded) == 1 and not within:
        return redirect(url_for("assets.part", asset_id=coded[0].id), code=303)
    page = queries.communities(session, viewer, now, after=_mark())
    own = queries.own_places(session, viewer, now)
    shown = lines(session, [*within, *own, *(part.place for part in coded), *(place for place, _ in page.rows)])
    return render_template(
        "assets/register.html",
        find=find,
        asked=asked,
        found=within,
        coded=coded,
        page=page,
        lines=shown,
        own=own,
        where={place_id: address(path) for place_id, path in shown.items()},
        days=number_setting(session, "warranty_watch_days", clock.local_date(now)),
        first=request.args.get("after") is not None,
    )


@blueprint.get(PLACE)
@requires(SEES)
def place(place_id: int) -> str:
    """One community, building or entrance: what lies in it and how many parts each holds."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    here = load_place(place_id)
    line = lines(session, [here])[here.id]
    community = next(each for each in line if each.kind is PlaceKind.COMMUNITY)
    own = queries.parts(session, viewer, PartFilter(place=here), now) if here.kind is PlaceKind.ENTRANCE else None
    kinds = {code: name_of(kind) for code, kind in asset_types_ever(session).items()} if own else {}
    return render_template(
        "assets/place.html",
        community=community,
        line=line,
        where=address(line),
        branch=queries.branch(session, here, community, now),
        own=own,
        own_lines=[Line(part, kinds.get(part.type_code, part.type_code), address(line)) for part in own.parts]
        if own
        else (),
        days=number_setting(session, "warranty_watch_days", today()),
        today=today(),
        may_keep=queries.reaches(session, community, viewer, now, KEEPS),
        may_tend=queries.reaches(session, here, viewer, now, TENDS),
    )


def _mark() -> int | None:
    """The id in the address after which a page begins; what is no number begins nowhere."""
    text = request.args.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

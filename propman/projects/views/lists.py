"""The list of projects in one's scope, narrowed by the address bar and paged by key."""

from __future__ import annotations

import re
from typing import Any

from flask import render_template, request, url_for

from propman import clock
from propman.communities.models import Place
from propman.communities.queries import place as place_with
from propman.db import db
from propman.errors import Refused
from propman.projects import queries
from propman.projects.forms.projects import FindProjects
from propman.projects.queries import Key, ProjectFilter, Standing
from propman.projects.views import blueprint
from propman.projects.views.loading import KEEPS, SEES
from propman.text import N_
from propman.web import current_viewer, requires

KEY = re.compile(r"(\d{4})-(\d{1,18})", re.ASCII)
NUMBER = re.compile(r"\d{1,18}", re.ASCII)


@blueprint.get("/projects")
@requires(SEES)
def projects() -> str:
    """The projects in the scope of the viewer, the newest plans first."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    find, wanted = FindProjects(request.args), _wanted()
    years = queries.years(session, viewer, now)
    find.offer(years)
    page = queries.projects(session, viewer, wanted, now, after=_key(request.args.get("after")))
    asked = _asked(wanted)
    return render_template(
        "projects/projects.html",
        find=find,
        lines=page.lines,
        place=wanted.place,
        narrowed=bool(asked),
        asked=asked,
        keeps=viewer.may(KEEPS),
        next=url_for("projects.projects", after="{}-{}".format(*page.next), **asked) if page.next else None,
        first=url_for("projects.projects", **asked) if request.args.get("after") else None,
    )


def _wanted() -> ProjectFilter:
    """What the address bar asks; what it asks wrongly is left out."""
    year, standing = request.args.get("year", ""), request.args.get("standing", "")
    return ProjectFilter(
        place=_place(request.args.get("place", "")),
        year=int(year) if NUMBER.fullmatch(year) and len(year) == 4 else None,
        standing=Standing(standing) if standing in set(Standing) else None,
        text=(request.args.get("q") or "").strip(),
    )


def _place(text: str) -> Place | None:
    return place_with(db.session(), int(text)) if NUMBER.fullmatch(text) else None


def _asked(wanted: ProjectFilter) -> dict[str, Any]:
    """What the address of the next page carries."""
    told = {
        "q": wanted.text or None, "year": wanted.year, "standing": wanted.standing,
        "place": wanted.place.id if wanted.place else None,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def _key(text: str | None) -> Key | None:
    """The key in the address. Raises `Refused` (400) for what is none."""
    if not text:
        return None
    found = KEY.fullmatch(text)
    if found is None:
        raise Refused(N_("The address of this page is not complete. Open the list again."), status=400)
    return int(found[1]), int(found[2])

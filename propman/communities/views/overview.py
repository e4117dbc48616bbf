"""The first page of administration, and the way into the tree of places."""

from __future__ import annotations

from flask import render_template, request

from propman import clock
from propman.catalogue.queries import work_calendar
from propman.communities import queries
from propman.communities.forms import FindPlaces
from propman.communities.kinds import CHILD_KIND
from propman.communities.views import blueprint
from propman.db import db
from propman.roles import Permission
from propman.web import requires


@blueprint.get("/admin")
@requires(Permission.ADMINISTER)
def admin() -> str:
    """What there is, what is missing, and where to go on."""
    session, on = db.session(), clock.local_date(clock.now())
    return render_template(
        "communities/admin.html", overview=queries.overview(session, on), find=FindPlaces(formdata=None),
        provisional=work_calendar(session, on).unconfirmed(on),
    )  # fmt: skip


@blueprint.get("/admin/places")
@requires(Permission.ADMINISTER)
def places() -> str:
    """Places found by `q`, or those that `lack` something, or the province, from which the tree opens."""
    session, today, find = db.session(), clock.local_date(clock.now()), FindPlaces(request.args)
    root, text, lack = queries.province(session), (find.q.data or "").strip(), request.args.get("lack")
    inside: tuple[object, ...] = ()
    if text:
        found = queries.find_places(session, [root.path] if root else [], text, on=today, limit=50)
    elif lack in set(queries.Lack):
        found = queries.lacking(session, queries.Lack(lack), today)
    else:
        found, lack = (), None
        inside = queries.children(session, root.id, on=today) if root else ()
    return render_template(
        "communities/places.html",
        find=find,
        text=text,
        lack=lack,
        found=found,
        lines=queries.lines(session, found),
        root=root,
        inside=inside,
        child_kind=CHILD_KIND,
    )

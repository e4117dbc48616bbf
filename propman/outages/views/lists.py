"""The list of outages, for those who announce them."""

from __future__ import annotations

from flask import abort, render_template, request, url_for

from propman import clock
from propman.db import db
from propman.outages import queries
from propman.outages.labels import LISTS
from propman.outages.queries import Which
from propman.outages.views import blueprint
from propman.roles import Permission
from propman.web import current_viewer, requires


@blueprint.get("/outages")
@requires(Permission.ANNOUNCE_OUTAGES)
def outages() -> str:
    """What is off now, what comes, what is over, where the viewer may announce outages."""
    which, after, now = request.args.get("which", Which.CURRENT), request.args.get("after"), clock.now()
    if which not in set(Which) or (after is not None and not (after.isascii() and after.isdigit() and len(after) < 19)):
        abort(400)
    session = db.session()
    found = queries.listed(session, current_viewer(), Which(which), now, after=int(after) if after else None)
    chips = [(word, url_for("outages.outages", which=one.value), one == which, None) for one, word in LISTS.items()]
    further = url_for("outages.outages", which=which, after=found.next) if found.next else None
    return render_template("outages/outages.html", found=queries.told_of(session, found.rows, now), chips=chips,
                           further=further)  # fmt: skip

"""What was taken over: how many, how old the open ones are, where, and from which months."""

from __future__ import annotations

from flask import render_template, request, url_for

from propman import clock
from propman.backlog import queries
from propman.backlog.forms import AGE_WORDS
from propman.backlog.views import blueprint
from propman.db import db
from propman.roles import Permission
from propman.web import current_viewer, requires
from propman.web.numbers import whole

FARTHEST = 100_000  # lines; a number beyond it in the address is not understood
LATEST = 24  # months that are shown at first


@blueprint.get("/backlog")
@requires(Permission.SEE_BACKLOG)
def overview() -> tuple[str, int]:
    """The figures in the scope of the viewer. What the address asks wrongly is left out and answered 400."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    skip, whole = _skip(), request.args.get("months", "")
    months = queries.by_month(session, viewer, now)
    places = queries.by_place(session, viewer, now, skip=skip or 0)
    page = render_template(
        "backlog/overview.html",
        sums=queries.sums(session, viewer, now), sources=queries.sources(session, viewer, now), ages=AGE_WORDS,
        places=places[: queries.PLACES], months=months if whole == "all" else months[:LATEST],
        more_months=len(months) > LATEST and whole != "all",
        next=url_for("backlog.overview", skip=(skip or 0) + queries.PLACES) if len(places) > queries.PLACES else None,
        previous=url_for("backlog.overview", skip=max((skip or 0) - queries.PLACES, 0)) if skip else None,
    )  # fmt: skip
    return page, 200 if skip is not None and whole in {"", "all"} else 400


def _skip() -> int | None:
    """From the how manieth place on; None for what is no such number."""
    return whole(request.args.get("skip", "0"), FARTHEST)

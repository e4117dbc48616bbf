"""What communities lack before they can go live: one community's checklist, and all in scope, the worst first."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask_babel import gettext as _

from propman import clock
from propman.communities.models import Place
from propman.communities.queries import address, line, lines
from propman.db import ID_LIMIT, db
from propman.portal.facts import communities_seen, community_seen, facts_of
from propman.portal.readiness import ESSENTIAL, LINE_WORDS, Check, Line, badness, checklist, lacking
from propman.portal.views import blueprint
from propman.roles import Permission, Viewer
from propman.web import current_viewer, requires

MOST = 100


@dataclass(frozen=True)
class Told:
    """One line in words; `url` leads whoever may mend it there."""

    what: str
    how: str
    done: bool
    essential: bool
    url: str | None


@blueprint.get("/readiness")
@requires(Permission.SEE_READINESS)
def readiness() -> str:
    """The communities in scope, the worst first; `?lack=` only those that lack this."""
    session, on, viewer = db.session(), clock.local_date(clock.now()), current_viewer()
    places = communities_seen(session, viewer, on)
    checks = {one: checklist(facts) for one, facts in facts_of(session, places, on).items()}
    lack = request.args.get("lack")
    wanted = Line(lack) if lack in set(Line) else None
    found = [
        place for place in places
        if wanted is None or any(check.line is wanted for check in lacking(checks[place.id]))
    ]  # fmt: skip
    found.sort(key=lambda place: badness(checks[place.id]), reverse=True)
    counts = {each: sum(any(check.line is each for check in lacking(one)) for one in checks.values()) for each in Line}
    above = lines(session, found[:MOST])
    return render_template(
        "portal/readiness.html", places=found[:MOST], more=max(len(found) - MOST, 0), all=len(places), wanted=wanted,
        counts=counts, words={each: _(word) for each, word in LINE_WORDS.items()},
        where={place_id: address(path[:-1]) for place_id, path in above.items()},
        lacks={place.id: [_(LINE_WORDS[check.line]) for check in lacking(checks[place.id])] for place in found[:MOST]},
        live={place.id: badness(checks[place.id])[0] == 0 for place in found[:MOST]},
    )  # fmt: skip


@blueprint.get(f"/readiness/<int(max={ID_LIMIT - 1}):community_id>")
@requires(Permission.SEE_READINESS)
def community_readiness(community_id: int) -> str:
    """What one community in scope still lacks."""
    session, on, viewer = db.session(), clock.local_date(clock.now()), current_viewer()
    place = community_seen(session, community_id, viewer, on)
    checks = checklist(facts_of(session, [place], on)[place.id])
    return render_template(
        "portal/community_readiness.html", place=place, where=address(line(session, place)[:-1]),
        told=[_told(check, place, viewer) for check in checks], essential=badness(checks)[0],
        missing=badness(checks)[1],
    )  # fmt: skip


def _told(check: Check, place: Place, viewer: Viewer) -> Told:
    permission, url = _where(check.line, place)
    return Told(
        what=_(LINE_WORDS[check.line]), how=_(check.sentence, **check.params), done=check.done,
        essential=check.line in ESSENTIAL, url=url if viewer.may(permission) else None,
    )  # fmt: skip


def _where(which: Line, place: Place) -> tuple[Permission, str]:
    """Where a line is mended, and the permission of that page."""
    administer, keep = Permission.ADMINISTER, Permission.KEEP_REGISTER
    return {
        Line.MANAGER: (administer, url_for("communities.place", place_id=place.id)),
        Line.DISPATCHERS: (administer, url_for("accounts.people")),
        Line.PLACES: (administer, url_for("communities.place", place_id=place.id)),
        Line.LABELS: (keep, url_for("assets.labels", place_id=place.id)),
        Line.NUMBERS: (administer, url_for("catalogue.rules", kind="numbers")),
        Line.SEASON: (Permission.KEEP_SEASONS, url_for("communities.seasons")),
        Line.PARTS: (keep, url_for("assets.place", place_id=place.id)),
        Line.HOUSEHOLDS: (Permission.KEEP_HOUSEHOLDS, url_for("households.place", place_id=place.id)),
        Line.LIMITS: (administer, url_for("catalogue.rules", kind="clocks")),
        Line.CALENDAR: (administer, url_for("catalogue.rules", kind="days")),
    }[which]

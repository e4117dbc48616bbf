"""Announcing an outage: first for which community, then what, where, when and why."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.communities.kinds import OrganisationKind
from propman.communities.models import Place
from propman.communities.queries import line, places_inside
from propman.communities.queries.places import LONGEST_SEARCH
from propman.data.reading import Trade
from propman.db import ID_LIMIT, db
from propman.outages import operations, queries
from propman.outages.forms import AnnounceForm, tomorrow
from propman.outages.models import Outage
from propman.outages.queries.scope import MOST_NAMED
from propman.outages.rules import Times
from propman.outages.views import blueprint
from propman.roles import Permission
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires

ID = f"int(max={ID_LIMIT - 1})"
Answer = str | Response | tuple[str, int]


@blueprint.get("/outages/new")
@requires(Permission.ANNOUNCE_OUTAGES)
def choose() -> Answer:
    """For which community? Whoever has only one goes on at once."""
    session, today = db.session(), clock.local_date(clock.now())
    text = (request.args.get("q") or "")[:LONGEST_SEARCH]
    found = queries.communities(session, current_viewer(), text, today)
    if len(found) == 1 and not text:
        return redirect(url_for("outages.announce", community_id=found[0].id), code=303)
    more = len(found) > MOST_NAMED
    return render_template("outages/choose.html", found=found[:MOST_NAMED], text=text, more=more)


@blueprint.route(f"/outages/new/<{ID}:community_id>", methods=["GET", "POST"])
@requires(Permission.ANNOUNCE_OUTAGES)
def announce(community_id: int) -> Answer:
    """Announce an outage in one community."""
    session, now, viewer = db.session(), clock.now(), current_viewer()
    community = queries.load_community(session, viewer, community_id, clock.local_date(now))
    form = _form(community)
    if form.validate_on_submit():
        with answer_refusals(form):
            made = act_once(form, lambda: operations.announce(
                session, viewer=viewer, community_id=community_id, supply=Trade(form.supply.data),
                place_ids=form.place_ids, now=now, **form.asked,
            ).id)  # fmt: skip
            session.commit()
            flash(_("It is announced. Everybody who lives there is told."), "success")
            return redirect(url_for("outages.outage", outage_id=made["id"]), code=303)
    page = render_template("outages/announce.html", form=form, community=community, double=_double(community, form),
                           above=line(session, community)[-2])  # fmt: skip
    return page, page_status() if form.is_submitted() else 200


def _form(community: Place) -> AnnounceForm:
    session, now = db.session(), clock.now()
    today = clock.local_date(now)
    form = AnnounceForm(data=tomorrow(now))
    [organisation, *_others] = queries.announcers(session, current_viewer(), community, today)
    supplied = organisation.trade if organisation.kind is OrganisationKind.UTILITY else None
    form.offer(places_inside(session, community, on=today), supplied)
    return form


def _double(community: Place, form: AnnounceForm) -> Outage | None:
    """The outage that was refused a second announcement, to lead there."""
    if not form.form_errors or any(field.errors for field in form):
        return None
    session, asked = db.session(), form.asked
    chosen = [session.get_one(Place, one).path for one in form.place_ids]
    planned = Times(asked["starts_at"], asked["ends_at"])
    return queries.overlapping(session, community, Trade(form.supply.data), chosen, planned, clock.now())

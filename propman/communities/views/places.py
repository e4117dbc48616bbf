"""One place: what is inside it and what is said about it; renaming, closing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.audit.queries import history_of
from propman.communities import operations, queries
from propman.communities.forms import ActForm, ClosingForm, PlaceForm
from propman.communities.kinds import CHILD_KIND, DIVISION_KINDS, LABELLED_KINDS, PlaceKind
from propman.communities.models import Place
from propman.communities.views import blueprint, names_in
from propman.communities.views.acting import ID, Answer, asked, by_whom, load_place
from propman.db import db
from propman.roles import Permission
from propman.text import N_
from propman.web import act_once, answer_refusals, requires

PLACE = f"/admin/places/<{ID}:place_id>"

ADD = {
    PlaceKind.STREET: N_("Add a street office area"),
    PlaceKind.COMMUNITY: N_("Add a community"),
    PlaceKind.BUILDING: N_("Add a building"),
    PlaceKind.ENTRANCE: N_("Add an entrance"),
}


@blueprint.get(PLACE)
@requires(Permission.ADMINISTER)
def place(place_id: int) -> str:
    """Everything about one place, and what can be done to it."""
    session, today, here = db.session(), clock.local_date(clock.now()), load_place(place_id)
    history = history_of(session, subject_kind="place", subject_id=here.id)
    closed_too = request.args.get("closed") == "1"
    inside, inside_kind = (
        queries.children(session, here.id, on=today, include_closed=closed_too),
        CHILD_KIND.get(here.kind),
    )
    return render_template(
        "communities/place.html",
        place=here,
        line=queries.line(session, here),
        inside=inside,
        inside_kind=inside_kind,
        closed_too=closed_too,
        managers=queries.managers_on(session, [each.id for each in inside], today),
        add_words=ADD.get(inside_kind) if inside_kind and here.closed_on is None else None,
        by_hand=here.kind not in DIVISION_KINDS,
        organisations=queries.organisations_of(session, here.id, on=today),
        act=ActForm(formdata=None),
        history=history,
        names=names_in(history),
        today=today,
        **_label(here),
        **_management(here),
    )


@blueprint.route(f"{PLACE}/change", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def change_place(place_id: int) -> Answer | Response:
    """Rename this place, or correct what is said about it."""
    here = load_place(place_id, kinds=ADD)
    form = PlaceForm(here.kind, obj=here)

    def act() -> int:
        return operations.change_place(db.session(), place_id=place_id, **form.said(), **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The change is kept."), "success")
            return redirect(page_of(place_id), code=303)
    return asked(form, title=_("Rename or correct"), send=_("Keep the change"), above=where(place_id),
                 back=page_of(place_id), lead=_("Labels, reports and history stay with the place."))  # fmt: skip


@blueprint.route(f"{PLACE}/close", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def close_place(place_id: int) -> Answer | Response:
    """Let this place close on a day, or move that day."""
    form = ClosingForm(closes_on=load_place(place_id, kinds=ADD).closed_on)

    def act() -> int:
        return operations.close_place(db.session(), place_id=place_id, on=form.closes_on.data, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The closing is kept."), "success")
            return redirect(page_of(place_id), code=303)
    return asked(form, title=_("Close with a date"), send=_("Close"), above=where(place_id), back=page_of(place_id),
                 lead=_("From that day on nothing new can be reported here. The history stays."))  # fmt: skip


@blueprint.post(f"{PLACE}/reopen")
@requires(Permission.ADMINISTER)
def reopen_place(place_id: int) -> Answer | Response:
    """Undo the closing."""
    load_place(place_id, kinds=ADD)
    form = ActForm()

    def act() -> int:
        return operations.reopen_place(db.session(), place_id=place_id, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("It is open again."), "success")
            return redirect(page_of(place_id), code=303)
    return asked(form, title=_("Open again"), send=_("Open again"), above=where(place_id), back=page_of(place_id))


def page_of(place_id: int) -> str:
    """The address of a place's page here."""
    return url_for("communities.place", place_id=place_id)


def where(place_id: int) -> str:
    """The address of a place as people write it."""
    return queries.address(queries.line(db.session(), load_place(place_id)))


def _label(here: Place) -> dict[str, Any]:
    """The codes of a place that can carry a label."""
    labelled = here.kind in LABELLED_KINDS
    return {"labelled": labelled, "codes": queries.codes_of(db.session(), here.id) if labelled else ()}


def _management(here: Place) -> dict[str, Any]:
    """Who manages a community; `open_ended` is the engagement without an end, which somebody can take over."""
    if here.kind is not PlaceKind.COMMUNITY:
        return {"managed": False}
    session, today = db.session(), clock.local_date(clock.now())
    engagements = queries.engagements_of(session, here.id)
    return {
        "managed": True,
        "engagements": engagements,
        "responsible": queries.responsible_on(session, here.id, today),
        "open_ended": next((each for each in engagements if each.ends_on is None), None),
    }

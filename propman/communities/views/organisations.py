"""Organisations: found, added to an area, corrected, closed."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.audit.queries import history_of
from propman.communities import operations, queries
from propman.communities.forms import (
    ActForm,
    ClosingForm,
    FindOrganisations,
    FindPlaces,
    OrganisationForm,
)
from propman.communities.kinds import AREA_KINDS, OrganisationKind
from propman.communities.views import blueprint, names_in
from propman.communities.views.acting import ID, Answer, asked, by_whom, load_organisation, load_place
from propman.communities.views.places import PLACE, page_of, where
from propman.db import db
from propman.roles import Permission
from propman.web import act_once, answer_refusals, requires

ORGANISATION = f"/admin/organisations/<{ID}:organisation_id>"


@blueprint.get("/admin/organisations")
@requires(Permission.ADMINISTER)
def organisations() -> str:
    """Organisations by name, page by page; narrowed by kind and by words."""
    find, session = FindOrganisations(request.args), db.session()
    find.offer()
    kind = find.kind.data if find.kind.data in set(OrganisationKind) else None
    page = queries.organisations(
        session,
        on=clock.local_date(clock.now()),
        kinds=[OrganisationKind(kind)] if kind else (),
        text=find.q.data or "",
        include_closed=bool(find.closed.data),
        after=_mark("after"),
        before=_mark("before"),
    )
    kept = {"q": find.q.data or None, "kind": kind, "closed": "y" if find.closed.data else None}
    return render_template("communities/organisations.html", page=page, find=find, kept=kept)


@blueprint.get("/admin/organisations/new")
@requires(Permission.ADMINISTER)
def new_organisation() -> str:
    """The first step to a new organisation: find its area."""
    session, find = db.session(), FindPlaces(request.args)
    root, today = queries.province(session), clock.local_date(clock.now())
    found = queries.find_places(session, [root.path] if root else [], find.q.data or "", on=today)
    lines = queries.lines(session, found)
    return render_template("communities/new_organisation.html", find=find, found=found, lines=lines)


@blueprint.route(f"{PLACE}/organisations/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_organisation(place_id: int) -> Answer | Response:
    """Add an organisation whose area is this place."""
    form = OrganisationForm.adding(load_place(place_id, kinds=set().union(*AREA_KINDS.values())))

    def act() -> int:
        return operations.add_organisation(db.session(), place_id=place_id, **form.said(), **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            added = act_once(form, act)["id"]
            db.session.commit()
            flash(_("%(name)s is added.", name=form.name.data), "success")
            return redirect(_page_of(added), code=303)
    return asked(form, title=_("Add an organisation"), send=_("Add"), above=where(place_id), back=page_of(place_id))


@blueprint.get(ORGANISATION)
@requires(Permission.ADMINISTER)
def organisation(organisation_id: int) -> str:
    """Everything about one organisation, and what can be done to it."""
    session, found = db.session(), load_organisation(organisation_id)
    history = history_of(session, subject_kind="organisation", subject_id=found.id)
    return render_template(
        "communities/organisation.html",
        organisation=found,
        area=queries.address(queries.line(session, found.place)),
        engagements=queries.engagements_by(session, found.id),
        act=ActForm(formdata=None),
        history=history,
        names=names_in(history),
        today=clock.local_date(clock.now()),
    )


@blueprint.route(f"{ORGANISATION}/change", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def change_organisation(organisation_id: int) -> Answer | Response:
    """Rename an organisation, or correct its telephone and trade."""
    form = OrganisationForm.changing(load_organisation(organisation_id))

    def act() -> int:
        said = form.said()
        return operations.change_organisation(db.session(), organisation_id=organisation_id, **said, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The change is kept."), "success")
            return redirect(_page_of(organisation_id), code=303)
    return asked(form, title=_("Rename or correct"), send=_("Keep the change"), above=_name_of(organisation_id),
                 back=_page_of(organisation_id))  # fmt: skip


@blueprint.route(f"{ORGANISATION}/close", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def close_organisation(organisation_id: int) -> Answer | Response:
    """Let an organisation close on a day, or move that day."""
    form = ClosingForm(closes_on=load_organisation(organisation_id).closed_on)

    def act() -> int:
        on = form.closes_on.data
        return operations.close_organisation(db.session(), organisation_id=organisation_id, on=on, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The closing is kept."), "success")
            return redirect(_page_of(organisation_id), code=303)
    return asked(form, title=_("Close with a date"), send=_("Close"), above=_name_of(organisation_id),
                 back=_page_of(organisation_id),
                 lead=_("End the roles of its people as well: they are not ended by this."))  # fmt: skip


@blueprint.post(f"{ORGANISATION}/reopen")
@requires(Permission.ADMINISTER)
def reopen_organisation(organisation_id: int) -> Answer | Response:
    """Undo the closing."""
    load_organisation(organisation_id)
    form = ActForm()

    def act() -> int:
        return operations.reopen_organisation(db.session(), organisation_id=organisation_id, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("It is open again."), "success")
            return redirect(_page_of(organisation_id), code=303)
    return asked(form, title=_("Open again"), send=_("Open again"), above=_name_of(organisation_id),
                 back=_page_of(organisation_id))  # fmt: skip


def _page_of(organisation_id: int) -> str:
    return url_for("communities.organisation", organisation_id=organisation_id)


def _name_of(organisation_id: int) -> str:
    return load_organisation(organisation_id).name


def _mark(name: str) -> int | None:
    """The id in the address after or before which a page begins; what is no number begins nowhere."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

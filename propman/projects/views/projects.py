"""One project: what it is, its money, its work items; adding and correcting it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.audit.queries import history_of
from propman.communities import queries as communities
from propman.communities.forms import FindPlaces
from propman.communities.kinds import PlaceKind
from propman.communities.views import names_in
from propman.communities.views.acting import ID, Answer, by_whom
from propman.db import db
from propman.projects import operations, queries
from propman.projects.forms.projects import FundingForm, NewProjectForm, ProjectForm
from propman.projects.labels import PROJECT_FIELDS
from propman.projects.views import blueprint
from propman.projects.views.funding import pieces_of
from propman.projects.views.loading import (
    KEEPS,
    SEES,
    Fields,
    in_parts,
    load_project,
    page_of,
    title_of,
    today,
    where,
    with_present,
)
from propman.web import act_once, answer_refusals, current_viewer, requires

FACTS: Fields = ("name", ("number", "year"), "owner_id", ("started_on", "accepted_on"))
FUNDING: Fields = ("cost_fen", ("budget", "bonds"), ("franchise_unit", "residents"), "social_capital")
PROJECT = f"/projects/<{ID}:project_id>"


@blueprint.get(PROJECT)
@requires(SEES)
def project(project_id: int) -> str:
    """Everything about one project, and what can be done to it."""
    session, found = db.session(), load_project(project_id, SEES)
    items = queries.items_of(session, found.id)
    payments = queries.payments_of(session, found.id)
    history = history_of(session, subject_kind="project", subject_id=found.id)
    return render_template(
        "projects/project.html",
        project=found,
        above=where(found.community),
        pieces=pieces_of(queries.shares_of(session, found.id), found.cost_fen),
        payments=payments,
        due_fen=sum(each.due_fen for each in payments),
        paid_fen=sum(each.paid_fen or 0 for each in payments),
        items=items,
        transfers=queries.last_transfers(session, [item.id for item in items]),
        keeps=queries.may_keep(session, found, current_viewer(), clock.now()),
        history=history,
        names=names_in(history),
        fields=PROJECT_FIELDS,
        today=today(),
    )


@blueprint.get("/projects/new")
@requires(KEEPS)
def new_project() -> str:
    """The first step to a new project: find its community."""
    session, find = db.session(), FindPlaces(request.args)
    paths = communities.reach(current_viewer(), KEEPS, today()).prefixes(session)
    found = [
        place
        for place in communities.find_places(session, paths, find.q.data or "", on=today())
        if place.kind is PlaceKind.COMMUNITY
    ]
    return render_template("projects/new.html", find=find, found=found, lines=communities.lines(session, found))


@blueprint.route(f"/projects/new/<{ID}:community_id>", methods=["GET", "POST"])
@requires(KEEPS)
def add_project(community_id: int) -> Answer | Response:
    """Add the renovation of a community."""
    session = db.session()
    community = queries.community(session, community_id, current_viewer(), clock.now())
    form, above = NewProjectForm(), where(community)
    form.offer(queries.by_name(session, queries.owners(community, today())))

    def act() -> int:
        return operations.add_project(
            db.session(), community_id=community_id, facts=form.facts(), cost_fen=form.cost_fen.data,
            shares=form.shares(), **by_whom(),
        ).id  # fmt: skip

    if form.validate_on_submit():
        with answer_refusals(form):
            added = act_once(form, act)["id"]
            db.session.commit()
            flash(_("%(name)s is added.", name=form.name.data), "success")
            return redirect(page_of(added), code=303)
    lead = _("The shares of all sources must come to the cost exactly; they can be entered later.")
    parts = [(_("Project"), FACTS), (_("Cost and funding"), FUNDING)]
    return in_parts(form, parts, title=_("Add a renovation project"), send=_("Add"), above=above, lead=lead,
                    back=url_for("projects.projects"))  # fmt: skip


@blueprint.route(f"{PROJECT}/change", methods=["GET", "POST"])
@requires(KEEPS)
def change_project(project_id: int) -> Answer | Response:
    """Correct what is said about a project."""
    session, found = db.session(), load_project(project_id)
    form, above = ProjectForm(obj=found), title_of(found)
    among = queries.by_name(session, queries.owners(found.community, today()))
    form.offer(with_present(among, found.owner))

    def act() -> int:
        return operations.change_project(db.session(), project_id=project_id, facts=form.facts(), **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The change is kept."), "success")
            return redirect(page_of(project_id), code=303)
    return in_parts(form, [(_("Project"), FACTS)], title=_("Correct the project"), send=_("Keep the change"),
                    above=above, back=page_of(project_id))  # fmt: skip


@blueprint.route(f"{PROJECT}/funding", methods=["GET", "POST"])
@requires(KEEPS)
def set_funding(project_id: int) -> Answer | Response:
    """Say what the project costs and who pays for it."""
    found = load_project(project_id)
    shares = {source.value: fen for source, fen in queries.shares_of(db.session(), project_id).items()}
    form, above = FundingForm(data={"cost_fen": found.cost_fen, **shares}), title_of(found)

    def act() -> int:
        return operations.set_funding(
            db.session(), project_id=project_id, cost_fen=form.cost_fen.data, shares=form.shares(), **by_whom()
        ).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("Cost and funding are kept."), "success")
            return redirect(page_of(project_id), code=303)
    lead = _("The shares of all sources must come to the cost exactly.")
    return in_parts(form, [(_("Cost and funding"), FUNDING)], title=_("Cost and funding"), send=_("Keep it"),
                    above=above, lead=lead, back=page_of(project_id))  # fmt: skip

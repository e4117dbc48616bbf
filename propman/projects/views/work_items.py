"""One work item: what was done, by whom, under which warranty rule; adding and correcting it."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.audit.queries import history_of
from propman.catalogue.queries import asset_type, asset_types, warranty_rules
from propman.communities.models import Place
from propman.communities.queries import places_inside
from propman.communities.views import names_in
from propman.communities.views.acting import ID, Answer, by_whom
from propman.db import db
from propman.projects import operations, queries
from propman.projects.forms.work_items import ItemForm
from propman.projects.labels import ITEM_FIELDS
from propman.projects.models import NEXT_STEPS, Project, TransferStatus, WorkItem
from propman.projects.views import blueprint
from propman.projects.views.loading import (
    KEEPS,
    SEES,
    Groups,
    in_parts,
    load_item,
    load_project,
    page_of,
    page_of_item,
    title_of,
    title_of_item,
    today,
    where,
    with_present,
)
from propman.projects.views.projects import PROJECT
from propman.web import act_once, answer_refusals, current_viewer, requires

ITEM = f"/projects/items/<{ID}:work_item_id>"


@blueprint.get(ITEM)
@requires(SEES)
def work_item(work_item_id: int) -> str:
    """Everything about one work item, and what can be done to it."""
    session, found, on = db.session(), load_item(work_item_id, SEES), today()
    history = history_of(session, subject_kind="work_item", subject_id=found.id)
    steps = queries.transfers_of(session, found.id)
    status = steps[-1].status if steps else TransferStatus.NOT_TRANSFERRED
    return render_template(
        "projects/work_item.html",
        item=found,
        where=where(found.place),
        kind=asset_type(session, found.type_code, on),
        rule=warranty_rules(session, on).get(found.warranty_key),
        payments=queries.payments_of(session, work_item_id=found.id),
        photos=queries.photographs_of(session, found.id),
        steps=steps,
        status=status,
        next_steps=NEXT_STEPS[status] if found.accepted_on else (),
        keeps=queries.may_keep(session, found.project, current_viewer(), clock.now()),
        history=history,
        names=names_in(history),
        fields=ITEM_FIELDS,
        today=on,
    )


@blueprint.route(f"{PROJECT}/items/new", methods=["GET", "POST"])
@requires(KEEPS)
def add_work_item(project_id: int) -> Answer | Response:
    """Add a piece of the work."""
    found, form = load_project(project_id), ItemForm()
    _offer(form, found)
    above = title_of(found)

    def act() -> int:
        return operations.add_work_item(db.session(), project_id=project_id, facts=form.facts(), **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            added = act_once(form, act)["id"]
            db.session.commit()
            flash(_("%(name)s is added.", name=form.name.data), "success")
            return redirect(page_of_item(added), code=303)
    return in_parts(form, _groups(), title=_("Add a work item"), send=_("Add"), above=above, back=page_of(project_id),
                    lead=_("Acceptance, retention money and transfer are recorded afterwards."))  # fmt: skip


@blueprint.route(f"{ITEM}/change", methods=["GET", "POST"])
@requires(KEEPS)
def change_work_item(work_item_id: int) -> Answer | Response:
    """Correct what is said about a work item."""
    found = load_item(work_item_id)
    form, above = ItemForm(obj=found), title_of_item(found)
    _offer(form, found.project, found)

    def act() -> int:
        return operations.change_work_item(
            db.session(), work_item_id=work_item_id, facts=form.facts(), **by_whom()
        ).id  # fmt: skip

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The change is kept."), "success")
            return redirect(page_of_item(work_item_id), code=303)
    return in_parts(form, _groups(), title=_("Correct the work item"), send=_("Keep the change"), above=above,
                    back=page_of_item(work_item_id))  # fmt: skip


def _groups() -> Groups:
    """The fields of the form, in the order in which one thinks of them."""
    return [
        (_("What and where"), ["name", "type_code", "place_id", ("quantity", "unit"), "cost_fen", "drawing_no"]),
        (_("Who has to do with it"), ["contractor_id", "claim_holder_id", "supplier"]),
        (_("Warranty"), ["warranty_key", ("contract_months", "design_life_years")]),
    ]


def _offer(form: ItemForm, project: Project, present: WorkItem | None = None) -> None:
    """Let the form show what this item can be, what it is now among it."""
    session, community, on = db.session(), project.community, today()
    contractors = queries.by_name(session, queries.contractors(community, on))
    owners = queries.by_name(session, queries.owners(community, on))
    if present is not None:
        contractors = with_present(contractors, present.contractor)
        owners = with_present(owners, present.claim_holder)
    places = [(place.id, _named(place, community)) for place in places_inside(session, community, on=on)]
    form.offer(asset_types(session, on), warranty_rules(session, on).values(), places, contractors, owners)


def _named(place: Place, community: Place) -> str:
    """A place as it is called within its community."""
    if place.id == community.id:
        return str(_("%(community)s, outdoors or as a whole", community=community.name))
    inside = place.parent is not None and place.parent_id != community.id
    return f"{place.parent.name} {place.name}" if inside and place.parent else place.name

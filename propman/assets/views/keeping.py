"""Adding, correcting, removing parts: the type first, because it says which properties a part may have."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from propman import clock
from propman.assets import operations, queries
from propman.assets.forms.part import Offer, PartForm, form_for, of_part
from propman.assets.forms.tending import RemovalForm, RestoreForm
from propman.assets.models import Ownership
from propman.assets.views import blueprint
from propman.assets.views.loading import KEEPS, load_community, load_part, load_place, page_of, today, where
from propman.assets.views.part import PART
from propman.assets.views.tree import PLACE
from propman.catalogue.models import AssetType
from propman.catalogue.queries import asset_attributes, asset_types, asset_types_ever, warranty_rules
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import community_of
from propman.communities.views.acting import Answer, asked, by_whom
from propman.db import db
from propman.errors import NotFound
from propman.projects.queries.parties import owners
from propman.web import act_once, answer_refusals, page_status, requires


@blueprint.route(f"{PLACE}/add", methods=["GET", "POST"])
@requires(KEEPS)
def add_part(place_id: int) -> str | Answer | Response:
    """Add a part at this place; without `?type=` the types to choose from."""
    here = load_place(place_id, KEEPS)
    community = _community(here)
    kind = _wanted_type()
    if kind is None:
        return _choose_type(url_for("assets.add_part", place_id=place_id), where(here), _back_to(here))
    form = _form(kind, community, code=queries.next_code(db.session(), community.id, kind.code), name=_name(kind, here),
                 place_id=here.id, criticality=kind.criticality, ownership=Ownership.OWNERS)  # fmt: skip

    def act() -> int:
        return operations.add_part(db.session(), community_id=community.id, part=form.said(kind.code), **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            added = int(act_once(form, act, type=kind.code)["id"])
            db.session.commit()
            flash(_("%(name)s is in the register.", name=form.name.data), "success")
            return redirect(page_of(added), code=303)
    return _asked(form, kind, title=_("Add a part"), send=_("Add"), above=where(here), back=_back_to(here),
                  other=url_for("assets.add_part", place_id=place_id))  # fmt: skip


@blueprint.route(f"{PART}/change", methods=["GET", "POST"])
@requires(KEEPS)
def change_part(asset_id: int) -> str | Answer | Response:
    """Correct what is said of a part; with `?type=` it becomes one of another type, with `?type=?` they are shown."""
    part = load_part(asset_id, KEEPS)
    here = url_for("assets.change_part", asset_id=asset_id)
    if request.args.get("type") == "?":
        return _choose_type(here, part.name, page_of(asset_id))
    kind = _wanted_type() or asset_types_ever(db.session()).get(part.type_code)
    if kind is None:
        raise NotFound()
    form = _form(kind, part.community, **of_part(part, asset_attributes(db.session(), today())))

    def act() -> int:
        return operations.change_part(
            db.session(), asset_id=asset_id, part=form.said(kind.code), seen_version=int(form.version.data), **by_whom()
        ).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act, type=kind.code)
            db.session.commit()
            flash(_("The change is kept."), "success")
            return redirect(page_of(asset_id), code=303)
    above = f"{where(part.place)} · {part.name}"
    return _asked(form, kind, title=_("Correct a part"), send=_("Keep the change"), above=above,
                  back=page_of(asset_id), other=f"{here}?type=?")  # fmt: skip


@blueprint.route(f"{PART}/remove", methods=["GET", "POST"])
@requires(KEEPS)
def remove_part(asset_id: int) -> Answer | Response:
    """Let a part be gone from a day on, or move that day."""
    part = load_part(asset_id, KEEPS)
    form = RemovalForm(removed_on=part.removed_on, version=str(part.version))

    def act() -> int:
        return operations.remove_part(
            db.session(), asset_id=asset_id, on=form.removed_on.data, seen_version=form.seen_version, **by_whom()
        ).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The removal is kept."), "success")
            return redirect(page_of(asset_id), code=303)
    lead = _("For a part that is not there any more. Its history stays, and its code is not given again.")
    return asked(form, title=_("Remove a part"), send=_("Remove"), above=part.name, back=page_of(asset_id), lead=lead)


@blueprint.post(f"{PART}/restore")
@requires(KEEPS)
def restore_part(asset_id: int) -> Answer | Response:
    """Undo the removal."""
    part, form = load_part(asset_id, KEEPS), RestoreForm()

    def act() -> int:
        version = form.seen_version
        return operations.restore_part(db.session(), asset_id=asset_id, seen_version=version, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("It is in the register again."), "success")
            return redirect(page_of(asset_id), code=303)
    return asked(form, title=_("Undo the removal"), send=_("Undo the removal"), above=part.name, back=page_of(asset_id))


def _community(here: Place) -> Place:
    """The community that parts at this place belong to, kept as a whole. Raises `NotFound`."""
    found = community_of(db.session(), here)
    if found is None:
        raise NotFound()
    return load_community(found.id, KEEPS)


def _wanted_type() -> AssetType | None:
    """The type that the address names; None for none. Raises `NotFound` for what the catalogue does not know."""
    code = request.args.get("type", "")
    if not code:
        return None
    known = {kind.code: kind for kind in asset_types(db.session(), today())}
    if code not in known:
        raise NotFound()
    return known[code]


def _form(kind: AssetType, community: Place, **shown: Any) -> PartForm:
    session = db.session()
    form = form_for(kind, asset_attributes(session, today()))(**shown)
    form.offer(_offer(session, community))
    return form


def _offer(session: Session, community: Place) -> Offer:
    """What may be chosen for a part of this community."""
    inside = queries.branch(session, community, community, clock.now())
    places = [place for building in inside.inside for place in (building.place, *(e.place for e in building.inside))]
    return Offer(
        community=community,
        places=[place for place in places if place.open_on(today())],
        work_items=queries.work_items(session, community.id),
        maintainers=queries.by_name(session, queries.maintainers(community, today())),
        claim_holders=queries.by_name(session, owners(community, today())),
        rules=warranty_rules(session, today()).values(),
    )


def _choose_type(to: str, above: str, back: str) -> str:
    """The types, class by class, each leading to the form for it."""
    return render_template("assets/types.html", kinds=asset_types(db.session(), today()), to=to, above=above, back=back)


def _asked(form: PartForm, kind: AssetType, **words: str) -> Answer:
    page = render_template("assets/part_form.html", form=form, kind=kind, **words)
    return page, page_status() if form.is_submitted() else 200


def _name(kind: AssetType, here: Place) -> str:
    """A name to begin with: the place and the type, as most people write it."""
    inside = where(here).split(" ", 1)[1] if here.kind is not PlaceKind.COMMUNITY else ""
    return f"{inside} {kind.name_zh}".strip()


def _back_to(here: Place) -> str:
    return url_for("assets.place", place_id=here.id)

"""Adding places: one with its name, or many that are called by numbers."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from propman.communities import operations
from propman.communities.forms import ManyPlacesForm, PlaceForm
from propman.communities.kinds import CHILD_KIND, NUMBER_UNITS, PlaceKind
from propman.communities.views import blueprint
from propman.communities.views.acting import Answer, by_whom, load_place
from propman.communities.views.places import ADD, PLACE, page_of, where
from propman.db import db
from propman.roles import Permission
from propman.web import KeyedForm, act_once, answer_refusals, page_status, requires

HOLDING = frozenset(above for above, below in CHILD_KIND.items() if below in ADD)
"""The kinds of places in which something can be added by hand."""
COUNTED = frozenset(above for above in HOLDING if CHILD_KIND[above] in NUMBER_UNITS)
"""Those in which it is usually called by a number."""


@blueprint.route(f"{PLACE}/add", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_place(place_id: int) -> Answer | Response:
    """Add a place inside this one."""
    kind = CHILD_KIND[load_place(place_id, kinds=HOLDING).kind]
    form = PlaceForm(kind)

    def act() -> int:
        return operations.add_place(db.session(), parent_id=place_id, **form.said(), **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("%(name)s is added.", name=form.name.data), "success")
            return redirect(page_of(place_id), code=303)
    return _adding(place_id, kind, form, form)


@blueprint.route(f"{PLACE}/add-many", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_places(place_id: int) -> Answer | Response:
    """Add many buildings or entrances inside this place by their numbers, all of them or none."""
    kind = CHILD_KIND[load_place(place_id, kinds=COUNTED).kind]
    form = ManyPlacesForm(kind)

    def act() -> list[int]:
        added = operations.add_places(db.session(), parent_id=place_id, **form.said(), **by_whom())
        return [each.id for each in added]

    if form.validate_on_submit():
        with answer_refusals(form):
            count = len(act_once(form, act)["id"])
            db.session.commit()
            flash(ngettext("%(num)d place is added.", "%(num)d places are added.", count), "success")
            return redirect(page_of(place_id), code=303)
    return _adding(place_id, kind, PlaceForm(kind, formdata=None), form, many=form)


def _adding(
    place_id: int, kind: PlaceKind, one: PlaceForm, sent: KeyedForm, *, many: ManyPlacesForm | None = None
) -> Answer:
    """The page on which one place is added or, of a kind that is numbered, many; `sent` is the form that came."""
    if many is None and kind in NUMBER_UNITS:
        many = ManyPlacesForm(kind, formdata=None)
    page = render_template(
        "communities/add_place.html",
        title=_(ADD[kind]),
        above=where(place_id),
        place_id=place_id,
        one=one,
        many=many,
    )
    return page, page_status() if sent.is_submitted() else 200

"""The code on the label of a place: drawn, replaced, revoked."""

from __future__ import annotations

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.communities import operations, queries
from propman.communities.forms import ActForm
from propman.communities.kinds import LABELLED_KINDS
from propman.communities.views import blueprint
from propman.communities.views.acting import Answer, asked, by_whom, load_place
from propman.communities.views.places import PLACE, page_of, where
from propman.db import db
from propman.errors import NotFound
from propman.roles import Permission
from propman.web import act_once, answer_refusals, requires


@blueprint.post(f"{PLACE}/code")
@requires(Permission.ADMINISTER)
def draw_code(place_id: int) -> Answer | Response:
    """Give this place its code."""
    load_place(place_id, kinds=LABELLED_KINDS)
    form = ActForm()

    def act() -> str:
        return operations.draw_code(db.session(), place_id=place_id, **by_whom()).code

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The code is drawn. A label with it leads to its page."), "success")
            return redirect(page_of(place_id), code=303)
    return asked(form, title=_("Draw a code"), send=_("Draw a code"), above=where(place_id), back=page_of(place_id))


@blueprint.route(f"{PLACE}/code/replace", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def replace_code(place_id: int) -> Answer | Response:
    """Revoke the code of this place and give it another: the label was lost, or is misused."""
    load_place(place_id, kinds=LABELLED_KINDS)
    form = ActForm()

    def act() -> str:
        return operations.replace_code(db.session(), place_id=place_id, **by_whom()).code

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The code is replaced. The old label can come down."), "success")
            return redirect(page_of(place_id), code=303)
    return asked(form, title=_("Replace the code"), send=_("Replace"), above=where(place_id), back=page_of(place_id),
                 lead=_("The labels that hang there stop working at once."))  # fmt: skip


@blueprint.route(f"{PLACE}/code/<code>/revoke", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def revoke_code(place_id: int, code: str) -> Answer | Response:
    """Take a code of this place out of use for good."""
    load_place(place_id, kinds=LABELLED_KINDS)
    if code not in {each.code for each in queries.codes_of(db.session(), place_id)}:
        raise NotFound()
    form = ActForm()

    def act() -> str:
        return operations.revoke_code(db.session(), code=code, **by_whom()).code

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The code is revoked."), "success")
            return redirect(page_of(place_id), code=303)
    return asked(form, title=_("Revoke the code"), send=_("Revoke"), above=where(place_id), back=page_of(place_id),
                 lead=_("The label stops working at once, and this code never comes back."))  # fmt: skip

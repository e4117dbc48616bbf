"""The labels of a place: how many there are, drawing those that are missing, blank ones in sheets."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from propman import clock
from propman.assets import operations, queries
from propman.assets.forms.tending import BlanksForm
from propman.assets.views import blueprint
from propman.assets.views.loading import TENDS, load_community, load_place, today, where
from propman.communities import operations as communities
from propman.communities.forms import ActForm
from propman.communities.kinds import PlaceKind
from propman.communities.models import LabelSheet
from propman.communities.queries import label_sheet
from propman.communities.views.acting import ID, Answer, asked, by_whom
from propman.db import db
from propman.errors import NotFound
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires

LABELS = f"/labels/places/<{ID}:place_id>"
SHEET = f"/labels/sheets/<{ID}:sheet_id>"


@blueprint.get(LABELS)
@requires(TENDS)
def labels(place_id: int) -> str:
    """What labels there are at a place and inside it, and what can be printed."""
    return _page(place_id, BlanksForm(formdata=None))


@blueprint.post(f"{LABELS}/draw")
@requires(TENDS)
def draw_labels(place_id: int) -> Answer | Response:
    """Give each part at this place and inside it that has none a code."""
    here, form = load_place(place_id, TENDS), ActForm()

    def act() -> int:
        return operations.draw_missing_codes(db.session(), place=here, **by_whom())

    if form.validate_on_submit():
        with answer_refusals(form):
            drawn = int(act_once(form, act)["id"])
            db.session.commit()
            flash(ngettext("%(num)d code is drawn.", "%(num)d codes are drawn.", drawn), "success")
            return redirect(_page_of(place_id), code=303)
    return asked(form, title=_("Draw codes"), send=_("Draw codes"), above=where(here), back=_page_of(place_id))


@blueprint.post(f"{LABELS}/blanks")
@requires(TENDS)
def draw_blanks(place_id: int) -> Answer | Response:
    """Draw blank labels for the people of a community."""
    load_community(place_id, TENDS)
    form = BlanksForm()

    def act() -> int:
        return communities.draw_blanks(db.session(), community_id=place_id, count=form.count.data, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            sheet_id = int(act_once(form, act)["id"])
            db.session.commit()
            return redirect(url_for("assets.print_blanks", sheet_id=sheet_id), code=303)
    return _page(place_id, form), page_status()


@blueprint.route(f"{SHEET}/revoke", methods=["GET", "POST"])
@requires(TENDS)
def revoke_blanks(sheet_id: int) -> Answer | Response:
    """Take the labels of a sheet that are still blank out of use: the paper is lost."""
    sheet, form = load_sheet(sheet_id), ActForm()

    def act() -> int:
        return communities.revoke_blanks(db.session(), sheet_id=sheet_id, **by_whom())

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The blank labels of this sheet are revoked."), "success")
            return redirect(_page_of(sheet.community_id), code=303)
    lead = _("Those that hang somewhere already go on working. The blank ones can be thrown away.")
    return asked(form, title=_("Revoke the blank labels"), send=_("Revoke"), above=sheet.community.name,
                 back=_page_of(sheet.community_id), lead=lead)  # fmt: skip


def load_sheet(sheet_id: int) -> LabelSheet:
    """The sheet of this address, of a community that the viewer tends. Raises `NotFound`."""
    sheet = label_sheet(db.session(), sheet_id)
    if sheet is None:
        raise NotFound()
    load_community(sheet.community_id, TENDS)
    return sheet


def _page(place_id: int, form: BlanksForm) -> str:
    session, here = db.session(), load_place(place_id, TENDS)
    whole = here.kind is PlaceKind.COMMUNITY and queries.reaches(session, here, current_viewer(), clock.now(), TENDS)
    return render_template(
        "assets/labels.html",
        place=here,
        where=where(here),
        stock=queries.stock(session, here, today()),
        labelled=queries.places_with_labels(session, here, today()),
        whole=whole,
        sheets=queries.sheets_of(session, here.id) if whole else (),
        form=form,
        at_once=queries.AT_ONCE,
        act=ActForm(formdata=None),
    )


def _page_of(place_id: int) -> str:
    return url_for("assets.labels", place_id=place_id)

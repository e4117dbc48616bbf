"""The slips of a door: drawing them, printing them on A4, revoking one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import segno
from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from propman.communities.queries import address, line
from propman.db import db
from propman.households import operations, queries
from propman.households.forms import ActForm, FlatsForm
from propman.households.slips import code_of
from propman.households.views import blueprint
from propman.households.views.acting import by_whom, keys, today
from propman.households.views.keeping import (
    HOUSEHOLD,
    PLACE,
    Answer,
    household_page,
    kept_household,
    kept_place,
    place_page,
)
from propman.roles import Permission
from propman.web import act_once, answer_refusals, page_status, requires

A_SHEET = 21
_GROUPS = ((0, 4), (4, 8), (8, 13))


@dataclass(frozen=True)
class PrintedSlip:
    """One slip: its code as an image and in letters, for which flat, and from when on it opens nothing."""

    qr: Markup
    code: str
    flat: str
    until: date | None


@blueprint.get(f"{PLACE}/slips")
@requires(Permission.KEEP_HOUSEHOLDS)
def print_slips(place_id: int) -> str:
    """The slips in use of a door, 21 on a sheet of A4."""
    here, session = kept_place(place_id), db.session()
    slips = []
    for flat in queries.flats_of(session, here, today()):
        code = code_of(flat.slip.nonce, flat.slip.key_id, keys()) if flat.slip else None
        if code is not None:
            slips.append(_printed(code, flat))
    sheets = [slips[start : start + A_SHEET] for start in range(0, len(slips), A_SHEET)]
    return render_template("households/slips.html", place=here, where=address(line(session, here)), sheets=sheets)


@blueprint.post(f"{PLACE}/slips/draw")
@requires(Permission.KEEP_HOUSEHOLDS)
def draw_slips(place_id: int) -> Answer:
    """Draw a slip for every flat of a door that has none, or one that is too old."""
    here, form = kept_place(place_id), ActForm()

    def act() -> int:
        return len(operations.draw_missing_slips(db.session(), place_id=here.id, keys=keys(), **by_whom()))

    if form.validate_on_submit():
        with answer_refusals(form):
            count = act_once(form, act)["id"]
            db.session.commit()
            flash(ngettext("%(num)d slip is drawn.", "%(num)d slips are drawn.", count), "success")
            return redirect(url_for("households.print_slips", place_id=place_id), code=303)
    return place_page(here, FlatsForm(formdata=None), form), page_status()


@blueprint.post(f"{HOUSEHOLD}/slip/renew")
@requires(Permission.KEEP_HOUSEHOLDS)
def renew_slip(household_id: int) -> Answer:
    """Give a flat a new slip; the old one opens nothing any more."""
    found, form = kept_household(household_id), ActForm()

    def act() -> int:
        [slip] = operations.draw_slips(db.session(), households=[found], keys=keys(), **by_whom())
        return slip.id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("There is a new slip. The old one opens nothing any more."), "success")
            return redirect(url_for("households.household", household_id=household_id), code=303)
    return household_page(found, form), page_status()


@blueprint.post(f"{HOUSEHOLD}/slip/revoke")
@requires(Permission.KEEP_HOUSEHOLDS)
def revoke_slip(household_id: int) -> Answer:
    """Let the slip of a flat open nothing any more."""
    found, form = kept_household(household_id), ActForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.revoke_slip(db.session(), household=found, **by_whom()))
            db.session.commit()
            flash(_("The slip opens nothing any more."), "success")
            return redirect(url_for("households.household", household_id=household_id), code=303)
    return household_page(found, form), page_status()


def _printed(code: str, flat: queries.Flat) -> PrintedSlip:
    """A slip as it is printed: the image holds the address at which one joins, with the code."""
    base = current_app.extensions["propman.settings"].public_base_url
    drawn = segno.make(base + url_for("households.enter", code=code), error="m", micro=False)
    svg = drawn.svg_inline(border=0, omitsize=True, svgclass="label-qr", lineclass=None)
    letters = " ".join(code[first:last] for first, last in _GROUPS)
    until = flat.slip.expires_on if flat.slip else None
    return PrintedSlip(Markup(svg), letters, flat.household.number, until)  # noqa: S704 - drawn by segno from an address of ours

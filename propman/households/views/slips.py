"""The slips of a door: drawing them, printing them on A4, revoking one."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from propman.communities.queries import address, line
from propman.db import db
from propman.households import operations, queries
from propman.households.forms import ActForm
from propman.households.slips import code_of
from propman.households.views import blueprint
from propman.households.views.acting import by_whom, keys, today
from propman.households.views.keeping import HOUSEHOLD, PLACE, kept_household, kept_place
from propman.roles import Permission
from propman.web import act_once, answer_refusals, requires

A_SHEET = 21
_GROUPS = ((0, 4), (4, 8), (8, 13))


@dataclass(frozen=True)
class PrintedSlip:
    """One slip: its code as an image and in letters, for which flat."""

    qr: Markup
    code: str
    flat: str


@blueprint.get(f"{PLACE}/slips")
@requires(Permission.KEEP_HOUSEHOLDS)
def print_slips(place_id: int) -> str:
    """The slips in use of a door, 21 on a sheet of A4."""
    here, session = kept_place(place_id), db.session()
    slips = []
    for flat in queries.flats_of(session, here, today()):
        code = code_of(flat.slip.nonce, flat.slip.key_id, keys()) if flat.slip else None
        if code is not None:
            slips.append(_printed(code, flat.household.number))
    sheets = [slips[start : start + A_SHEET] for start in range(0, len(slips), A_SHEET)]
    return render_template("households/slips.html", place=here, where=address(line(session, here)), sheets=sheets)


@blueprint.post(f"{PLACE}/slips")
@requires(Permission.KEEP_HOUSEHOLDS)
def draw_slips(place_id: int) -> Response:
    """Draw a slip for every flat of a door that has none."""
    here, form = kept_place(place_id), ActForm()

    def act() -> int:
        bare = [flat.household for flat in queries.flats_of(db.session(), here, today()) if flat.slip is None]
        return len(operations.draw_slips(db.session(), households=bare, keys=keys(), **by_whom()))

    if form.validate_on_submit():
        with answer_refusals(form):
            count = act_once(form, act)["id"]
            db.session.commit()
            flash(ngettext("%(num)d slip is drawn.", "%(num)d slips are drawn.", count), "success")
            return redirect(url_for("households.print_slips", place_id=place_id), code=303)
    return redirect(url_for("households.place", place_id=place_id), code=303)


@blueprint.post(f"{HOUSEHOLD}/slip/renew")
@requires(Permission.KEEP_HOUSEHOLDS)
def renew_slip(household_id: int) -> Response:
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


@blueprint.post(f"{HOUSEHOLD}/slip/revoke")
@requires(Permission.KEEP_HOUSEHOLDS)
def revoke_slip(household_id: int) -> Response:
    """Let the slip of a flat open nothing any more."""
    found, form = kept_household(household_id), ActForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.revoke_slip(db.session(), household=found, **by_whom()))
            db.session.commit()
            flash(_("The slip opens nothing any more."), "success")
    return redirect(url_for("households.household", household_id=household_id), code=303)


def _printed(code: str, flat: str) -> PrintedSlip:
    """A slip as it is printed: the image holds the address of one's own flat, with the code."""
    base = current_app.extensions["propman.settings"].public_base_url
    drawn = segno.make(base + url_for("households.home", code=code), error="m", micro=False)
    svg = drawn.svg_inline(border=0, omitsize=True, svgclass="label-qr", lineclass=None)
    letters = " ".join(code[first:last] for first, last in _GROUPS)
    return PrintedSlip(Markup(svg), letters, flat)  # noqa: S704 - drawn by segno from an address of ours

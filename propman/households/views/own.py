"""One's own flat: where one lives, joining by the code on a slip, asking to be let in, moving out."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.views import browser
from propman.communities.models import Place
from propman.communities.queries import address, label, lines
from propman.db import ID_LIMIT, db
from propman.errors import Refused
from propman.households import operations, queries
from propman.households.forms import ActForm, CodeForm, WishForm
from propman.households.views import blueprint, trying
from propman.households.views.acting import by_whom, me, today
from propman.roles import Permission
from propman.text import N_
from propman.web import act_once, answer_refusals, page_status, requires

Answer = str | Response | tuple[str, int]
REFUSED_SHOWN = timedelta(days=30)
NO_DOOR = N_("No door carries this code. It has 13 letters and digits; look once more.")


@blueprint.get("/flat")
@requires(Permission.OWN_ACCOUNT)
def home() -> str:
    """Where the person lives, and what they wait for; `?code=` comes from a slip, `?label=` from the page of a door."""
    typed = {name: request.args.get(name, "")[:40] for name in ("code", "label")}
    return _page(CodeForm(formdata=None, code=typed["code"]), WishForm(formdata=None, label=typed["label"]))


@blueprint.post("/flat/join")
@requires(Permission.OWN_ACCOUNT)
def join() -> Answer:
    """Join the household of a slip. Wrong codes are counted before they are looked at."""
    form, now = CodeForm(), clock.now()

    def act() -> int:
        return operations.join_by_code(db.session(), code=form.code.data, user_id=me(), now=now).id

    if form.validate_on_submit():
        device = browser.device()
        counted = trying.subjects(device)
        with answer_refusals(form):
            trying.count(counted)
            act_once(form, act)
            db.session.commit()
            trying.uncount(counted)
            flash(_("You belong to this household now."), "success")
            return browser.remember_device(redirect(url_for("households.home"), code=303), device)
    return _page(form, WishForm(formdata=None)), page_status()


@blueprint.post("/flat/ask")
@requires(Permission.OWN_ACCOUNT)
def ask() -> Answer:
    """Ask whoever confirms to be let into a flat behind the door of a label."""
    form = WishForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            place = _door(form.label.data)

            def act() -> int:
                return operations.ask_to_join(db.session(), place=place, flat=form.flat.data, user_id=me(),
                                              now=clock.now()).id  # fmt: skip

            act_once(form, act)
            db.session.commit()
            flash(_("Your wish was passed on. Whoever looks after the house will confirm you."), "success")
            return redirect(url_for("households.home"), code=303)
    return _page(CodeForm(formdata=None), form), page_status()


@blueprint.post(f"/flat/<int(max={ID_LIMIT - 1}):occupant_id>/leave")
@requires(Permission.OWN_ACCOUNT)
def leave(occupant_id: int) -> Answer:
    """Move out of one's own flat, today."""
    occupant = queries.own_occupancy(db.session(), occupant_id, me(), today())
    form = ActForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.move_out(db.session(), occupant=occupant, **by_whom()))
            db.session.commit()
            flash(_("You have moved out."), "success")
            return redirect(url_for("households.home"), code=303)
    return _page(CodeForm(formdata=None), WishForm(formdata=None), form), page_status()


def _page(code: CodeForm, wish: WishForm, act: ActForm | None = None) -> str:
    session, on = db.session(), today()
    homes, wishes = queries.homes(session, me(), on), queries.open_wishes(session, me())
    refused = queries.refused_wishes(session, me(), clock.now() - REFUSED_SHOWN)
    places = lines(session, [*(one.household.place for one in homes), *(one.place for one in (*wishes, *refused))])
    return render_template(
        "households/home.html", homes=homes, wishes=wishes, refused=refused, code=code, wish=wish,
        people=queries.people_in(session, [one.household_id for one in homes], on),
        where={place_id: address(path) for place_id, path in places.items()}, act=act or ActForm(formdata=None),
    )  # fmt: skip


def _door(code: str) -> Place:
    """The entrance or building behind the code of a label. Raises `Refused` for every other code."""
    found = label(db.session(), code)
    place = db.session().get(Place, found.place_id) if found is not None and found.place_id is not None else None
    if place is None or place.kind not in queries.HOLDS_FLATS or not place.open_on(today()):
        raise Refused(NO_DOOR, field="label")
    return place

"""One's own flat: where one lives, joining by the code on a slip, asking to be let in, moving out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.tokens import hash_token
from propman.accounts.views import browser
from propman.communities.models import Place
from propman.communities.queries import address, label, lines
from propman.db import ID_LIMIT, db
from propman.errors import Refused
from propman.households import operations, queries
from propman.households.forms import ActForm, CodeForm, WishForm
from propman.households.views import blueprint
from propman.households.views.acting import by_whom, me, today
from propman.roles import Permission
from propman.text import N_
from propman.throttle import give_back, quarter_hour, take
from propman.web import act_once, answer_refusals, apart, page_status, requires

Answer = str | Response | tuple[str, int]
TRIES_OF_A_PERSON = 5  # wrong codes in a quarter of an hour
TRIES_OF_A_DEVICE = 10
NO_DOOR = N_("No door carries this code. It has 13 letters and digits; look once more.")


@blueprint.get("/home")
@requires(Permission.OWN_ACCOUNT)
def home() -> str:
    """Where the person lives, and what they wait for."""
    return _page(CodeForm(formdata=None, code=request.args.get("code", "")[:40]), WishForm(formdata=None))


@blueprint.post("/home/join")
@requires(Permission.OWN_ACCOUNT)
def join() -> Answer:
    """Join the household of a slip. Wrong codes are counted before they are looked at."""
    form, now = CodeForm(), clock.now()

    def act() -> int:
        return operations.join_by_code(db.session(), code=form.code.data, user_id=me(), now=now).id

    if form.validate_on_submit():
        device = browser.device()
        subjects = _subjects(device)
        with answer_refusals(form):
            _count(subjects)
            act_once(form, act)
            db.session.commit()
            _uncount(subjects)
            flash(_("You belong to this household now."), "success")
            return browser.remember_device(redirect(url_for("households.home"), code=303), device)
    return _page(form, WishForm(formdata=None)), page_status()


@blueprint.post("/home/ask")
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


@blueprint.post(f"/home/<int(max={ID_LIMIT - 1}):occupant_id>/leave")
@requires(Permission.OWN_ACCOUNT)
def leave(occupant_id: int) -> Response:
    """Move out of one's own flat, today."""
    occupant = queries.own_occupancy(db.session(), occupant_id, me(), today())
    form = ActForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.move_out(db.session(), occupant=occupant, **by_whom()))
            db.session.commit()
            flash(_("You have moved out."), "success")
    return redirect(url_for("households.home"), code=303)


def _page(code: CodeForm, wish: WishForm) -> str:
    session = db.session()
    homes, wishes = queries.homes(session, me(), today()), queries.open_wishes(session, me())
    places = lines(session, [*(one.household.place for one in homes), *(one.place for one in wishes)])
    where = {place_id: address(path) for place_id, path in places.items()}
    return render_template("households/home.html", homes=homes, wishes=wishes, where=where, code=code, wish=wish,
                           act=ActForm(formdata=None))  # fmt: skip


def _door(code: str) -> Place:
    """The entrance or building behind the code of a label. Raises `Refused` for every other code."""
    found = label(db.session(), code)
    place = db.session().get(Place, found.place_id) if found is not None and found.place_id is not None else None
    if place is None or place.kind not in queries.HOLDS_FLATS or not place.open_on(today()):
        raise Refused(NO_DOOR, field="label")
    return place


def _subjects(device: str) -> dict[str, int]:
    return {f"slip:user:{me()}": TRIES_OF_A_PERSON, f"slip:device:{hash_token(device)[:32]}": TRIES_OF_A_DEVICE}


def _count(subjects: dict[str, int]) -> None:
    """Count one try. Raises `Refused` (429) once as many were wrong as a quarter of an hour allows."""
    db.session.rollback()
    window = quarter_hour(clock.now())

    def counted(session: Session) -> bool:
        return all(take(session, subject=name, limit=most, window_at=window) for name, most in subjects.items())

    if not apart(counted):
        raise Refused(N_("Too many codes were wrong. Try again in a quarter of an hour."), field="code", status=429)


def _uncount(subjects: dict[str, int]) -> None:
    """The code was right: the try does not count."""
    window = quarter_hour(clock.now())

    def undo(session: Session) -> None:
        for name in subjects:
            give_back(session, subject=name, window_at=window)

    apart(undo)

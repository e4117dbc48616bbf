"""For those who confirm: the flats of a door, who lives in them, wishes to be let in."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from propman.communities.models import Place
from propman.communities.queries import address, line, lines
from propman.db import ID_LIMIT, db
from propman.errors import NotFound
from propman.households import operations, queries
from propman.households.forms import NOBODYS, ActForm, AnswerForm, FlatsForm
from propman.households.models import Household, Occupant
from propman.households.views import blueprint
from propman.households.views.acting import by_whom, today
from propman.roles import Permission
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires

ID = f"int(max={ID_LIMIT - 1})"
PLACE = f"/households/places/<{ID}:place_id>"
HOUSEHOLD = f"/households/<{ID}:household_id>"
Answer = str | Response | tuple[str, int]


@blueprint.get("/households")
@requires(Permission.KEEP_HOUSEHOLDS)
def places() -> str:
    """The communities, buildings and entrances whose households the viewer keeps, and who asks to be confirmed."""
    session = db.session()
    found = queries.kept_places(session, current_viewer(), today())
    wishes = queries.wishes_within(session, current_viewer(), today())
    above = lines(session, [*found, *(wish.place for wish in wishes)])
    where = {place_id: address(path) for place_id, path in above.items()}
    return render_template("households/places.html", places=found, wishes=wishes, where=where)


@blueprint.get(PLACE)
@requires(Permission.KEEP_HOUSEHOLDS)
def place(place_id: int) -> str:
    """The doors of a community or building, or the flats behind one door."""
    return place_page(kept_place(place_id), FlatsForm(formdata=None), ActForm(formdata=None))


@blueprint.post(f"{PLACE}/add")
@requires(Permission.KEEP_HOUSEHOLDS)
def add(place_id: int) -> Answer:
    """Enter flats by their numbers."""
    here, form = kept_place(place_id), FlatsForm()

    def act() -> int:
        added = operations.add_households(db.session(), place_id=place_id, numbers=form.numbers.data, **by_whom())
        return len(added)

    if form.validate_on_submit():
        with answer_refusals(form):
            count = act_once(form, act)["id"]
            db.session.commit()
            flash(ngettext("%(num)d flat is entered.", "%(num)d flats are entered.", count), "success")
            return redirect(url_for("households.place", place_id=place_id), code=303)
    return place_page(here, form, ActForm(formdata=None)), page_status()


@blueprint.get(HOUSEHOLD)
@requires(Permission.KEEP_HOUSEHOLDS)
def household(household_id: int) -> str:
    """One flat: its slip, and who lives and lived there."""
    return household_page(kept_household(household_id), ActForm(formdata=None))


@blueprint.post(f"{HOUSEHOLD}/people/<{ID}:occupant_id>/end")
@requires(Permission.KEEP_HOUSEHOLDS)
def end(household_id: int, occupant_id: int) -> Answer:
    """Somebody has moved out."""
    here = kept_household(household_id)
    occupant = db.session().get(Occupant, occupant_id)
    if occupant is None or occupant.household_id != household_id:
        raise NotFound()
    form = ActForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.move_out(db.session(), occupant=occupant, **by_whom()))
            db.session.commit()
            flash(_("The end is kept."), "success")
            return redirect(url_for("households.household", household_id=household_id), code=303)
    return household_page(here, form), page_status()


@blueprint.route(f"/households/wishes/<{ID}:wish_id>", methods=["GET", "POST"])
@requires(Permission.KEEP_HOUSEHOLDS)
def answer(wish_id: int) -> Answer:
    """Let somebody into a flat, or say no."""
    session = db.session()
    wish = queries.kept_wish(session, wish_id, current_viewer(), today())
    here, typed = wish.place, (wish.flat.body if wish.flat else None) or ""
    form = AnswerForm()
    form.offer(queries.flats_of(session, here, today()), typed)
    who, where, back = wish.user.name, address(line(session, here)), url_for("households.place", place_id=here.id)

    def act() -> int:
        chosen = db.session().get(Household, form.household_id.data) if form.household_id.data != NOBODYS else None
        actor = by_whom()
        operations.answer_wish(db.session(), wish=wish, household=chosen, actor_id=actor["actor_id"] or 0,
                               now=actor["now"])  # fmt: skip
        return wish_id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The answer is kept."), "success")
            return redirect(back, code=303)
    page = render_template("households/answer.html", form=form, who=who, where=where, typed=typed, back=back)
    return page, page_status() if form.is_submitted() else 200


def kept_place(place_id: int) -> Place:
    """A place whose households the viewer keeps. Raises `NotFound`."""
    return queries.kept_place(db.session(), place_id, current_viewer(), today())


def kept_household(household_id: int) -> Household:
    """A household that the viewer keeps. Raises `NotFound`."""
    return queries.kept_household(db.session(), household_id, current_viewer(), today())


def household_page(found: Household, act: ActForm) -> str:
    """The page of one flat, with what was wrong with the touch `act`."""
    session = db.session()
    slips = queries.slips_in_use(session, [found.id], today())
    return render_template(
        "households/household.html", household=found, where=address(line(session, found.place)),
        people=queries.people_of(session, found), slip=slips[0] if slips else None, today=today(), act=act,
    )  # fmt: skip


def place_page(here: Place, form: FlatsForm, act: ActForm) -> str:
    """The page of a community, building or door, with what was wrong with the flats or with the touch `act`."""
    session, on = db.session(), today()
    doors = queries.holding_flats(session, here, on)
    at_door = [one.id for one in doors] == [here.id]
    return render_template(
        "households/place.html", place=here, where=address(line(session, here)), form=form, at_door=at_door,
        doors=() if at_door else doors, counts=queries.counts(session, [one.id for one in doors], on),
        flats=queries.flats_of(session, here, on) if at_door else (),
        wishes=queries.wishes_at(session, here) if at_door else (), act=act,
    )  # fmt: skip

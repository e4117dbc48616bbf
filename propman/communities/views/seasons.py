"""The heating seasons of cities and counties: looked up by everybody at work, kept by their officials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.communities import operations, queries
from propman.communities.forms import ActForm, SeasonForm, VerifyForm
from propman.communities.kinds import PlaceKind
from propman.communities.models import HeatingSeason, Place
from propman.communities.queries import Reach
from propman.communities.seasons import Season
from propman.communities.views import blueprint
from propman.communities.views.acting import ID, Answer, asked, by_whom
from propman.db import db
from propman.roles import Permission
from propman.web import act_once, answer_refusals, current_viewer, requires

ROW = f"/seasons/rows/<{ID}:season_id>"


@dataclass(frozen=True)
class Area:
    """A city with those of its counties that one sees: what is entered for each, and what can be entered by whom looks.

    `rows` in force with the place each speaks of, `withdrawn` those that are not; `season` the one that is heated now,
    or comes next, where it is known; `keeps` the places for which a row can be added.
    """

    city: Place
    season: Season | None
    rows: Sequence[tuple[Place, HeatingSeason]]
    withdrawn: Sequence[tuple[Place, HeatingSeason]]
    keeps: Sequence[Place]


@blueprint.get("/seasons")
@requires(Permission.SEE_REGISTER)
def seasons() -> str:
    """The rows of every city and county in which one has something to do; where there are none, what to do."""
    session, today = db.session(), clock.local_date(clock.now())
    places = queries.season_places(session, queries.reach(current_viewer(), Permission.SEE_REGISTER, today))
    rows = queries.season_rows(session, [place.id for place in places])
    cities = [place for place in places if place.kind is PlaceKind.PREFECTURE]
    known = queries.seasons_for(session, cities, since=today.year - 1, until=today.year + 1)
    kept = _kept()
    areas = [_area(city, places, rows, _present(known[city.id], today), kept) for city in cities]
    return render_template("communities/seasons.html", areas=areas, kept=kept)


@blueprint.route(f"/seasons/<{ID}:place_id>/add", methods=["GET", "POST"])
@requires(Permission.KEEP_SEASONS)
def add_season(place_id: int) -> Answer | Response:
    """Enter when this city or county is heated."""
    place, form = queries.season_place(db.session(), place_id, _kept()), SeasonForm()
    where = queries.address(queries.line(db.session(), place))

    def act() -> int:
        return operations.add_season(db.session(), place_id=place_id, **form.said(), **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The season is kept."), "success")
            return redirect(url_for("communities.seasons"), code=303)
    return asked(form, title=_("Add a heating season"), send=_("Keep the season"), above=where,
                 back=url_for("communities.seasons"),
                 lead=_("What is warranted by heating seasons is counted by these days."))  # fmt: skip


@blueprint.route(f"{ROW}/verify", methods=["GET", "POST"])
@requires(Permission.KEEP_SEASONS)
def verify_season(season_id: int) -> Answer | Response:
    """Say that a row was compared with its source."""
    row = queries.season_row(db.session(), season_id, _kept())
    form, above = VerifyForm(verified_on=row.verified_on), _in_words(row)

    def act() -> int:
        on = form.verified_on.data
        return operations.verify_season(db.session(), season_id=season_id, verified_on=on, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The season is marked as checked."), "success")
            return redirect(url_for("communities.seasons"), code=303)
    return asked(form, title=_("Checked against its source"), send=_("Keep it"), above=above, lead=row.source,
                 back=url_for("communities.seasons"))  # fmt: skip


@blueprint.route(f"{ROW}/withdraw", methods=["GET", "POST"])
@requires(Permission.KEEP_SEASONS)
def withdraw_season(season_id: int) -> Answer | Response:
    """Take back a row that was entered by mistake."""
    above, form = _in_words(queries.season_row(db.session(), season_id, _kept())), ActForm()

    def act() -> int:
        return operations.withdraw_season(db.session(), season_id=season_id, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The season is withdrawn."), "success")
            return redirect(url_for("communities.seasons"), code=303)
    return asked(form, title=_("Withdraw a heating season"), send=_("Withdraw"), above=above,
                 back=url_for("communities.seasons"),
                 lead=_("It was entered by mistake: it counts no more, and stays on record."))  # fmt: skip


def _kept() -> Reach:
    """Where this viewer keeps the seasons today."""
    return queries.reach(current_viewer(), Permission.KEEP_SEASONS, clock.local_date(clock.now()))


def _in_words(row: HeatingSeason) -> str:
    until = row.to_year or _("until further notice")
    return str(_("%(place)s, %(starts)s to %(ends)s, %(since)s – %(until)s", place=row.place.name, starts=row.starts,
                 ends=row.ends, since=row.from_year, until=until))  # fmt: skip


def _present(known: Iterable[Season], today: date) -> Season | None:
    """The season that lasts on `today`, else the next one."""
    return next((season for season in known if season.last_on >= today), None)


def _area(
    city: Place, places: Iterable[Place], rows: dict[int, list[HeatingSeason]], season: Season | None, kept: Reach
) -> Area:
    own = [place for place in places if place.id == city.id or place.parent_id == city.id]
    entered = [(place, row) for place in own for row in rows.get(place.id, ())]
    return Area(
        city=city,
        season=season,
        rows=[(place, row) for place, row in entered if row.withdrawn_at is None],
        withdrawn=[(place, row) for place, row in entered if row.withdrawn_at is not None],
        keeps=[place for place in own if kept.covers(place)],
    )

"""The rota of an organisation, and the hours of one person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.queries import eligible_assignees
from propman.communities.models import Organisation
from propman.db import ID_LIMIT, db
from propman.roles import Permission
from propman.rota import operations, queries
from propman.rota.duty import Kind
from propman.rota.forms import KINDS, WEEKDAYS, DepartureForm, ShiftsForm
from propman.rota.models import Departure, Shift
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires

Answer = Response | tuple[str, int]
ID = f"int(max={ID_LIMIT - 1})"
PERSON = f"/rota/<{ID}:organisation_id>/<{ID}:user_id>"

blueprint = Blueprint("rota", __name__)


def install(app: Flask) -> None:
    """Register the pages on `app`."""
    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(weekday_word=lambda number: str(WEEKDAYS[number]))
    app.jinja_env.filters.update(departure_word=lambda kind: str(KINDS[kind]))


@blueprint.get("/rota")
@requires(Permission.DISPATCH)
def rota() -> str:
    """The week of everybody whom the viewer's organisations can send, and who is reachable now."""
    session, now = db.session(), clock.now()
    own = queries.own_organisations(session, current_viewer())
    duties = queries.duties(session, [one.id for one in own], now)
    weeks = [(one, duties[one.id], _people(one, now), *_rows(one, now)) for one in own]
    return render_template("rota/rota.html", weeks=weeks, weekdays=WEEKDAYS)


@blueprint.get(PERSON)
@requires(Permission.DISPATCH)
def person(organisation_id: int, user_id: int) -> Answer:
    """The hours of one person, and what departs from them."""
    return _page(organisation_id, user_id), 200


@blueprint.post(f"{PERSON}/shifts")
@requires(Permission.DISPATCH)
def add_shifts(organisation_id: int, user_id: int) -> Answer:
    """Let somebody be reachable on some days of the week."""
    session, now, viewer, form = db.session(), clock.now(), current_viewer(), ShiftsForm()
    queries.load_person(session, viewer, organisation_id, user_id, now)
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.add_shifts(
                session, viewer=viewer, organisation_id=organisation_id, user_id=user_id, weekdays=form.weekdays,
                begins=form.begins.data, ends=form.ends.data, now=now,
            )[0].id)  # fmt: skip
            session.commit()
            flash(_("The rota is changed."), "success")
            return redirect(url_for("rota.person", organisation_id=organisation_id, user_id=user_id), code=303)
    return _page(organisation_id, user_id, shifts=form), page_status()


@blueprint.post(f"{PERSON}/departures")
@requires(Permission.DISPATCH)
def add_departure(organisation_id: int, user_id: int) -> Answer:
    """Let somebody be away, or on duty besides."""
    session, now, viewer, form = db.session(), clock.now(), current_viewer(), DepartureForm()
    queries.load_person(session, viewer, organisation_id, user_id, now)
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.add_departure(
                session, viewer=viewer, organisation_id=organisation_id, user_id=user_id, kind=Kind(form.kind.data),
                first=form.first.data, begins=form.begins.data, last=form.last.data, ends=form.ends.data, now=now,
            ).id)  # fmt: skip
            session.commit()
            flash(_("The rota is changed."), "success")
            return redirect(url_for("rota.person", organisation_id=organisation_id, user_id=user_id), code=303)
    return _page(organisation_id, user_id, departure=form), page_status()


@blueprint.post(f"{PERSON}/shifts/<{ID}:row_id>/delete")
@requires(Permission.DISPATCH)
def delete_shift(organisation_id: int, user_id: int, row_id: int) -> Response:
    """Take hours out. Who comes second finds them gone, so it needs no key."""
    operations.delete_row(db.session(), viewer=current_viewer(), organisation_id=organisation_id, user_id=user_id,
                          row=Shift, row_id=row_id, now=clock.now())  # fmt: skip
    db.session.commit()
    flash(_("The rota is changed."), "success")
    return redirect(url_for("rota.person", organisation_id=organisation_id, user_id=user_id), code=303)


@blueprint.post(f"{PERSON}/departures/<{ID}:row_id>/delete")
@requires(Permission.DISPATCH)
def delete_departure(organisation_id: int, user_id: int, row_id: int) -> Response:
    """Take an absence or an extra duty out. Who comes second finds it gone, so it needs no key."""
    operations.delete_row(db.session(), viewer=current_viewer(), organisation_id=organisation_id, user_id=user_id,
                          row=Departure, row_id=row_id, now=clock.now())  # fmt: skip
    db.session.commit()
    flash(_("The rota is changed."), "success")
    return redirect(url_for("rota.person", organisation_id=organisation_id, user_id=user_id), code=303)


def _people(organisation: Organisation, now: datetime) -> list[tuple[int, str]]:
    people = eligible_assignees(db.session(), organisation_id=organisation.id, on=clock.local_date(now))
    return [(one.id, one.name or "") for one in people]


def _rows(organisation: Organisation, now: datetime) -> tuple[Sequence[Shift], Sequence[Departure]]:
    session = db.session()
    return queries.shifts_of(session, organisation.id), queries.departures_of(session, organisation.id, now)


def _page(organisation_id: int, user_id: int, shifts: ShiftsForm | None = None,
          departure: DepartureForm | None = None) -> str:  # fmt: skip
    session, now = db.session(), clock.now()
    found = queries.load_person(session, current_viewer(), organisation_id, user_id, now)
    return render_template(
        "rota/person.html",
        person=found,
        organisation_id=organisation_id,
        hours=[one for one in queries.shifts_of(session, organisation_id) if one.user_id == user_id],
        departures=[one for one in queries.departures_of(session, organisation_id, now) if one.user_id == user_id],
        shifts=shifts or ShiftsForm(formdata=None),
        departure=departure or DepartureForm(formdata=None),
        tried=shifts or departure,
    )

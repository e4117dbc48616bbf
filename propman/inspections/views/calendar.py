"""What is due: a month as a grid with how much of each day is done, and a list that goes on from day to day."""

from __future__ import annotations

import re
from calendar import Calendar
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for

from propman import clock
from propman.catalogue.queries import inspection_templates_ever
from propman.communities.models import Place
from propman.db import ID_LIMIT, db
from propman.errors import Refused
from propman.inspections import queries
from propman.inspections.queries.answering import answers_for
from propman.inspections.questions import AgendaForm, MonthForm, PlaceAndTemplate
from propman.inspections.schedule import End
from propman.inspections.views import blueprint, told
from propman.roles import Permission
from propman.rota.forms import WEEKDAYS
from propman.text import N_
from propman.web import current_viewer, requires
from propman.web.filters import name_of
from propman.web.months import month_text

ORDER = (queries.OVERDUE, None, *End)
"""The counts of a day in their order: what is overdue, what is open, then the ends."""
_AFTER = re.compile(r"(\d{4}-\d\d-\d\d)~(\d{1,18})", re.ASCII)
_DAY = timedelta(days=1)


@blueprint.get("/inspections")
@requires(Permission.SEE_INSPECTIONS)
def calendar() -> tuple[str, int]:
    """A month, day by day. What the address asks wrongly is named, left out, and answered 400."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    today, place, form = clock.local_date(now), chosen_place(), MonthForm(request.args)
    offer(form, place)
    good = form.validate()
    first = form.first_day(today.replace(day=1))
    form.month.data = form.month.data or month_text(first)
    following = (first + 31 * _DAY).replace(day=1)
    wanted = form.wanted(place, since=first, until=following - _DAY)
    counts = queries.counts_by_day(session, viewer, wanted, now)
    asked = {name: value for name, value in form.asked().items() if name != "month"}
    weeks = [[day if day.month == first.month else None for day in week]
             for week in Calendar().monthdatescalendar(first.year, first.month)]  # fmt: skip
    page = render_template(
        "inspections/calendar.html", form=form, first=first, weeks=weeks, today=today, asked=asked, order=ORDER,
        counts={day: [(end, found[end]) for end in ORDER if found[end]] for day, found in counts.items()},
        sums=[(end, number) for end in ORDER if (number := sum(found[end] for found in counts.values()))],
        month=month_text(first), week_days=[str(word) for word in WEEKDAYS],
        before=month_text(first - _DAY), after=month_text(following), last=following - _DAY,
    )  # fmt: skip
    return page, 200 if good else 400


@blueprint.get("/inspections/duties")
@requires(Permission.SEE_INSPECTIONS)
def agenda() -> tuple[str, int]:
    """What is due from a day on, today without one. What the address asks wrongly is named, left out, answered 400."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    today, place, form = clock.local_date(now), chosen_place(), AgendaForm(request.args)
    offer(form, place)
    good = form.validate()
    asked = form.asked()
    if not {"since", "until"} & asked.keys() and not form.errors:
        form.since.data = today
        asked["since"] = today
    page = queries.duties(session, viewer, form.wanted(place), now, after=after_asked())
    shown = render_template(
        "inspections/duties.html", form=form, asked=asked, duties=page.duties, today=today, place=place,
        where=told.where(page.duties), what=told.what(page.duties), answers=answers_for(session, page.duties, today),
        first=first_page(asked), next=next_page(asked, page.next),
    )  # fmt: skip
    return shown, 200 if good else 400


def offer(form: PlaceAndTemplate, place: Place | None) -> None:
    """Let places within reach and templates be chosen."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    places = queries.places_to_choose(session, viewer, place, now)
    above = queries.above_within(session, viewer, place, now) if place is not None else None
    form.offer(places, place, above, template_names())


def chosen_place() -> Place | None:
    """The place that the address narrows to. Raises `NotFound` for one out of reach, and for what is no number."""
    text = request.args.get("place", "")
    if not text:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    return queries.place_within(db.session(), current_viewer(), number, clock.now())


def template_names() -> Mapping[str, str]:
    """What templates are called, by code."""
    found = inspection_templates_ever(db.session())
    return {row.code: name_of(row) for row in sorted(found.values(), key=lambda row: (row.position, row.code))}


def after_asked() -> queries.Key | None:
    """The key in the address. Raises `Refused` (400) for what is none."""
    text = request.args.get("after")
    if not text:
        return None
    try:
        found = _AFTER.fullmatch(text)
        if found is None or int(found[2]) >= ID_LIMIT:
            raise ValueError(text)
        return date.fromisoformat(found[1]), int(found[2])
    except ValueError:
        raise Refused(N_("The address of this page is not complete. Open the list again."), status=400) from None


def next_page(asked: Mapping[str, Any], key: queries.Key | None) -> str | None:
    """The address of the next page of this list."""
    return url_for(str(request.endpoint), **{**asked, "after": f"{key[0]}~{key[1]}"}) if key is not None else None


def first_page(asked: Mapping[str, Any]) -> str | None:
    """The address of the first page, on all others."""
    return url_for(str(request.endpoint), **asked) if request.args.get("after") else None

"""Events that bring inspections: the list, opening one, its page, other days, another class, calling it off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.labels import person_word
from propman.catalogue.models import InspectionSchedule
from propman.catalogue.queries import inspection_schedules
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.db import ID_LIMIT, db
from propman.errors import NotFound
from propman.inspections import operations
from propman.inspections.duty_forms import CallOffForm, ClassForm, DatesForm, OpenForm
from propman.inspections.event_labels import KINDS, LISTS, MOVES, SIGNS
from propman.inspections.labels import how_often
from propman.inspections.models import Occasion, OccasionMove
from propman.inspections.models.occasions import Move
from propman.inspections.operations import StillOpen, Taken
from propman.inspections.queries import occasions as queries
from propman.inspections.queries.occasions import Count, Which
from propman.inspections.recurrence import Upon, read
from propman.inspections.upon import TEMPLATES, Kind, classes
from propman.inspections.views import blueprint
from propman.roles import Permission
from propman.web import KeyedForm, act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.filters import day, name_of
from propman.web.timeline import Line

EVENT = f"/inspections/events/<int(max={ID_LIMIT - 1}):occasion_id>"
Answer = Response | tuple[str, int]


@blueprint.get("/inspections/events")
@requires(Permission.SEE_INSPECTIONS)
def events() -> str:
    """The events within reach: under way, or over."""
    which = request.args.get("which", Which.CURRENT)
    if which not in set(Which):
        abort(400)
    session, viewer, on = db.session(), current_viewer(), _today()
    found = queries.occasions(session, viewer, Which(which), on)
    return render_template(
        "inspections/events.html", found=found, which=which, kinds=KINDS, signs=SIGNS, none=Count(), days=_days,
        counts=queries.counts(session, viewer, [one.id for one in found], on),
        chips=[(word, url_for("inspections.events", which=one.value), one == which, None)
               for one, word in LISTS.items()],
    )  # fmt: skip


@blueprint.get("/inspections/events/new")
@requires(Permission.OPEN_EVENTS)
def choose_event() -> str:
    """What has happened?"""
    brings = {kind: queries.schedules(db.session(), kind, _today()) for kind in Kind}
    return render_template("inspections/choose_event.html", kinds=KINDS, signs=SIGNS, brings=brings)


@blueprint.route("/inspections/events/new/<kind>", methods=["GET", "POST"])
@requires(Permission.OPEN_EVENTS)
def open_event(kind: str) -> Answer:
    """Write down an event of this kind."""
    if kind not in set(Kind):
        raise NotFound()
    session, viewer, what = db.session(), current_viewer(), Kind(kind)
    upon: dict[int, int] = {}
    form = OpenForm(data={"starts_on": _today()})
    form.offer({one.id: _area(one) for one in queries.areas(session, viewer, _today())},
               {row.code: _task(row) for row in queries.schedules(session, what, _today())})  # fmt: skip
    if form.validate_on_submit():
        with answer_refusals(form):
            opened = _opened(form, what, upon)
            session.commit()
            flash(_("It is open. Who has to do what it brings is told.") if _brought(opened) else
                  _("It is open. What it brings is told as soon as its last day is known."), "success")  # fmt: skip
            return redirect(url_for("inspections.event", occasion_id=opened), code=303)
    others = _others(upon)
    page = render_template("inspections/open_event.html", form=form, kind=what, kinds=KINDS, others=others)
    return page, page_status() if form.is_submitted() else 200


def _opened(form: OpenForm, kind: Kind, upon: dict[int, int]) -> int:
    """Open what `form` says, once. Where others are in the way, `upon` holds afterwards which, and how often."""
    try:
        return int(act_once(form, lambda: operations.open_occasion(
            db.session(), viewer=current_viewer(), kind=kind, place_id=int(form.place.data), days=form.days,
            codes=form.codes.data or (), source=form.source.data or "", nevertheless=bool(form.nevertheless.data),
            now=clock.now(),
        ).id)["id"])  # fmt: skip
    except (StillOpen, Taken) as refused:
        upon |= refused.upon
        raise


@blueprint.get(EVENT)
@requires(Permission.SEE_INSPECTIONS)
def event(occasion_id: int) -> Answer:
    """What happened where, from when to when, what it brought, and how that stands."""
    return _page(occasion_id), 200


@blueprint.post(f"{EVENT}/dates")
@requires(Permission.OPEN_EVENTS)
def date_event(occasion_id: int) -> Answer:
    """Its end is known, or its days are others."""
    form = DatesForm()
    return _act(occasion_id, form, _("Its days are saved. What is open follows them."), lambda: (
        operations.date_occasion(
            db.session(), occasion_id=occasion_id, viewer=current_viewer(), seen_version=form.seen_version,
            days=form.days, reason=form.reason.data or "", now=clock.now(),
        )
    ))  # fmt: skip


@blueprint.post(f"{EVENT}/class")
@requires(Permission.OPEN_EVENTS)
def class_event(occasion_id: int) -> Answer:
    """It is of another class than was thought."""
    form = ClassForm()
    form.offer(KINDS)  # the operation judges, for a form that is sent again no longer offers what it brought about
    return _act(occasion_id, form, _("Its class is saved. What is open has the days of that class."), lambda: (
        operations.class_occasion(
            db.session(), occasion_id=occasion_id, viewer=current_viewer(), seen_version=form.seen_version,
            kind=Kind(form.kind.data), reason=form.reason.data or "", now=clock.now(),
        )
    ))  # fmt: skip


@blueprint.post(f"{EVENT}/call-off")
@requires(Permission.OPEN_EVENTS)
def call_off_event(occasion_id: int) -> Answer:
    """It does not come, or was a mistake."""
    form = CallOffForm()
    return _act(occasion_id, form, _("It is called off. What was open upon it is not to be done."), lambda: (
        operations.call_off_occasion(
            db.session(), occasion_id=occasion_id, viewer=current_viewer(), seen_version=form.seen_version,
            reason=form.reason.data or "", now=clock.now(),
        )
    ))  # fmt: skip


def _act(occasion_id: int, form: KeyedForm, done: str, act: Callable[[], Occasion]) -> Answer:
    """Make the move of `form` once; the page with what is wrong, where it was refused."""
    session, viewer = db.session(), current_viewer()
    if not queries.edits(session, viewer, queries.occasion(session, viewer, occasion_id, _today()), _today()):
        abort(404)
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: act().id)
            session.commit()
            flash(done, "success")
            return redirect(url_for("inspections.event", occasion_id=occasion_id), code=303)
    return _page(occasion_id, form), page_status()


def _brought(occasion_id: int) -> int:
    """How many tasks there are upon an event."""
    counts = queries.counts(db.session(), current_viewer(), [occasion_id], _today())
    return counts.get(occasion_id, Count()).all


def _page(occasion_id: int, tried: KeyedForm | None = None) -> str:
    session, viewer, on = db.session(), current_viewer(), _today()
    found = queries.occasion(session, viewer, occasion_id, on)
    may = viewer.may(Permission.OPEN_EVENTS) and queries.edits(session, viewer, found, on)
    waits = found.ends_on is None and found.called_off_at is None
    names = {row.code: name_of(row) for row in inspection_schedules(session, on).get(TEMPLATES[found.kind], ())}
    return render_template(
        "inspections/event.html", event=found, kinds=KINDS, signs=SIGNS, days=_days(found), today=on,
        until=found.days.last(TEMPLATES[found.kind]),
        edits=may and found.called_off_at is None, others=_others(queries.left_to(session, viewer, found, on)),
        count=queries.counts(session, viewer, [found.id], on).get(found.id, Count()),
        tasks=queries.tasks(session, viewer, found.id, on), names=names, place=_area(found.place), tried=tried,
        waiting=[names.get(code, code) for code in found.schedules.split(",")] if waits else [],
        communities=queries.communities_of(session, viewer, found, on) if waits else 0,
        story=[_line(one) for one in queries.story(session, found)],
        dates=tried if isinstance(tried, DatesForm) else DatesForm.of(found),
        classed=_classes(found, tried),
        call_off=tried if isinstance(tried, CallOffForm) else CallOffForm(formdata=None, version=str(found.version)),
    )  # fmt: skip


def _classes(found: Occasion, tried: KeyedForm | None) -> ClassForm | None:
    """The form for another class; None of an event that has no classes."""
    form = tried if isinstance(tried, ClassForm) else ClassForm(formdata=None, version=str(found.version))
    form.offer({one: KINDS[one] for one in classes(found.kind)})
    return form if form.kind.choices else None


def _line(move: OccasionMove) -> Line:
    """Who did what, and why: those above read it also of what a company changes in its own event."""
    said, who = move.reason.body if move.reason else None, person_word(move.actor.name)
    if move.move is Move.CLASSED:
        return Line(move.at, str(MOVES[move.move]), who, note=" · ".join(filter(None, (str(KINDS[move.kind]), said))))
    dates = day(move.starts_on) + " – " + (day(move.ends_on) if move.ends_on else str(_("goes on")))
    return Line(move.at, str(MOVES[move.move]), who, note=" · ".join(filter(None, (dates, said))))


def _days(found: Occasion) -> str:
    """From when to when, in words."""
    if found.ends_on is None:
        return str(_("from %(starts)s, goes on", starts=day(found.starts_on)))
    if found.ends_on == found.starts_on:
        return str(day(found.starts_on))
    return str(_("from %(starts)s to %(ends)s", starts=day(found.starts_on), ends=day(found.ends_on)))


def _named(found: Occasion) -> str:
    """An event among others."""
    return f"{KINDS[found.kind]} · {_area(found.place)} · {_days(found)}"


def _others(upon: Mapping[int, int]) -> list[tuple[Occasion, str, int]]:
    """Of events, those that whoever looks may read, in words, with the numbers of communities that they come with."""
    found = queries.named(db.session(), current_viewer(), upon, _today()) if upon else ()
    return [(one, _named(one), upon[one.id]) for one in found]


def _area(place: Place) -> str:
    """An area as it is chosen: with what it lies in, where its name alone may not tell."""
    if place.kind is PlaceKind.COUNTY or place.parent is None:
        return place.name
    return f"{place.parent.name} {place.name}"


def _task(row: InspectionSchedule) -> str:
    """What is to be done, and until when."""
    return f"{name_of(row)} · {how_often(row)}" if isinstance(read(row.rule), Upon) else name_of(row)


def _today() -> date:
    return clock.local_date(clock.now())

"""The library of inspections (巡检模板): the list, one with its schedules and items, saying otherwise from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.catalogue import operations, queries
from propman.catalogue.models import InspectionItem, InspectionSchedule, InspectionTemplate
from propman.catalogue.views.acting import Answer, asked, begin_today, by_whom, kept, today
from propman.db import ID_LIMIT, db
from propman.errors import NotFound
from propman.inspections import recurrence
from propman.inspections.forms import library_form
from propman.inspections.labels import how_often
from propman.inspections.operations.library import KINDS, example, fit_schedule
from propman.inspections.queries.checked import By, checked, entered
from propman.inspections.queries.heated import named_season
from propman.inspections.schedule import next_days
from propman.inspections.views import blueprint
from propman.roles import Permission
from propman.web import act_once, answer_refusals, current_viewer, requires
from propman.web.filters import day, name_of

LIBRARY = "/inspections/templates"
TEMPLATE = f"{LIBRARY}/<code>"
ROW = f"/inspections/<any({','.join(KINDS)}):kind>/<int(max={ID_LIMIT - 1}):row_id>"
PARTS = ("schedules", "items")


@blueprint.get(LIBRARY)
@requires(Permission.SEE_INSPECTIONS)
def library() -> str:
    """The templates in force today, with how often each comes round."""
    session, on = db.session(), today()
    return render_template(
        "inspections/library.html", templates=queries.inspection_templates(session, on).values(),
        schedules=queries.inspection_schedules(session, on), types=_type_names(on),
        at_rest=queries.at_rest(session, InspectionTemplate, on),
    )  # fmt: skip


@blueprint.get(TEMPLATE)
@requires(Permission.SEE_INSPECTIONS)
def template(code: str) -> str:
    """One template: how often in words and days, what is looked at, on what it rests; what stood before, what comes."""
    session, on = db.session(), today()
    latest = _latest(code)
    schedules = queries.inspection_schedules(session, on).get(code, ())
    items = queries.inspection_items(session, on).get(code, ())
    standing = queries.inspection_templates(session, on).get(code)
    here: list[Any] = [standing, *schedules, *items]
    shown = {(type(row), row.id) for row in here if row is not None}
    parts: list[tuple[str, Any]] = [
        *(("templates", row) for row in queries.versions(session, InspectionTemplate, InspectionTemplate.code == code)),
        *(("schedules", row) for row in
          queries.versions(session, InspectionSchedule, InspectionSchedule.template == code)),
        *(("items", row) for row in queries.versions(session, InspectionItem, InspectionItem.template == code)),
    ]  # fmt: skip
    others = [(kind, row) for kind, row in parts if (type(row), row.id) not in shown]
    by = checked(session, current_viewer(), [standing or latest, *schedules, *items])
    said = entered(session, current_viewer(), [row for _kind, row in others])
    return render_template(
        "inspections/template.html", latest=latest, row=standing or latest, standing=standing, types=_type_names(on),
        checked_by=lambda row: _by(by.get((row.__tablename__, row.id))),
        entered_by=lambda row: _by(said.get((row.__tablename__, row.id))),
        coming={(type(each), each.called): each for _kind, each in reversed(others) if each.valid_from > on},
        schedules=[(each, _next(each, on)) for each in schedules], items=items, today=on,
        names={each.code: name_of(each) for each in schedules},
        others=others,
    )  # fmt: skip


def _by(found: By | None) -> str | None:
    """Who said so and when, in words; None where nobody did, or nobody whom the viewer may know."""
    if found is None:
        return None
    name = found.name or _("erased")
    who = _("%(person)s of %(organisation)s", person=name, organisation=found.organisation)
    return str(_("%(name)s, %(day)s", name=who if found.organisation else name, day=day(found.on)))


@blueprint.route(f"{LIBRARY}/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_template() -> Answer | Response:
    """Add a template, without schedules and items so far."""
    return _add("templates", {}, _("Add a template"), _("Inspections"), url_for("inspections.library"))


@blueprint.route(f"{TEMPLATE}/<any({','.join(PARTS)}):kind>/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_part(code: str, kind: str) -> Answer | Response:
    """Add a schedule or an item to a template."""
    title = _("Add a schedule") if kind == "schedules" else _("Add an item")
    return _add(kind, {"template": code}, title, _title(_latest(code)), url_for("inspections.template", code=code))


@blueprint.route(f"{ROW}/change", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def change_row(kind: str, row_id: int) -> Answer | Response:
    """Say otherwise of a template, schedule or item, from a day on."""
    session, of = db.session(), KINDS[kind]
    row = session.get(of.model, row_id)
    if row is None:
        raise NotFound()
    latest = queries.versions(session, of.model, operations.same_thing(row))[0]
    form, back = library_form(kind, latest), url_for("inspections.template", code=_code_of(latest))
    _offer(form)
    begin_today(form)
    above = _title(latest) if kind == "templates" else f"{latest.template} {name_of(latest)}"

    def act() -> int:
        said = form.payload()
        return int(operations.change_of(db.session(), of=of, row_id=row_id, said=said, **by_whom()).id)

    stays = {name: getattr(latest, name) for name in (*of.key, *of.stays)}
    sent = None if _shows(kind) else kept(form, act, back)
    return sent or asked(
        form, title=_("Say otherwise from a day on"), send=_("Keep the change"), above=above, back=back,
        lists=_lists(form), shows=kind == "schedules", reading=_reading(form, kind, stays),
    )  # fmt: skip


def _add(kind: str, about: dict[str, str], title: str, above: str, back: str) -> Answer | Response:
    form = library_form(kind)
    _offer(form)
    begin_today(form)

    def act() -> int:
        said = {**form.payload(), **about}
        return int(operations.add_of(db.session(), of=KINDS[kind], said=said, **by_whom()).id)

    if not _shows(kind) and form.validate_on_submit():
        with answer_refusals(form):
            row = db.session().get_one(KINDS[kind].model, act_once(form, act)["id"])
            target = url_for("inspections.template", code=_code_of(row))
            db.session.commit()
            flash(_("It is added."), "success")
            return redirect(target, code=303)
    return asked(form, title=title, send=_("Add"), above=above, back=back, lists=_lists(form),
                 shows=kind == "schedules", reading=_reading(form, kind, about))  # fmt: skip


def _shows(kind: str) -> bool:
    """Whether only the days are asked for: nothing is kept."""
    return kind == "schedules" and request.form.get("show") == "1"


def _reading(form: Any, kind: str, about: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a schedule would say, in words and days, where somebody asks for that; else nothing."""
    if not (_shows(kind) and form.validate_on_submit()):
        return []
    with answer_refusals(form):
        said = {**form.payload(), **about}
        row = InspectionSchedule(template=said["template"], code=said["code"])
        for name, value in fit_schedule(db.session(), row, said, today()).items():
            setattr(row, name, value)
        days = " · ".join(day(on) for on in _next(row, max(said["valid_from"], today())))
        return [(_("How often"), how_often(row)), (_("From day"), day(said["valid_from"])),
                (_("The next days, if it were counted from that day"), days)]  # fmt: skip
    return []


def _latest(code: str) -> InspectionTemplate:
    """The latest row of a template. Raises `NotFound` where there is none."""
    found = queries.versions(db.session(), InspectionTemplate, InspectionTemplate.code == code)
    if not found:
        raise NotFound()
    return found[0]


def _next(row: InspectionSchedule, on: date) -> list[date]:
    """The next ten days from `on`, were it counted from then; in a heating season where nobody entered one."""
    return next_days(example(recurrence.read(row.rule), on, named_season(row), row.greatest_gap), on)


def _title(row: InspectionTemplate) -> str:
    return f"{row.code} {name_of(row)}"


def _code_of(row: Any) -> str:
    return str(row.code if isinstance(row, InspectionTemplate) else row.template)


def _type_names(on: date) -> dict[str, str]:
    return {row.code: name_of(row) for row in queries.asset_types(db.session(), on)}


def _offer(form: Any) -> None:
    """Let the types of parts of today be named, where the form asks for them."""
    if hasattr(form, "offer"):
        form.offer(queries.asset_types(db.session(), today()))


def _lists(form: Any) -> dict[str, list[str]]:
    return {"asset_types": list(_type_names(today()).values())} if "asset_types" in form else {}

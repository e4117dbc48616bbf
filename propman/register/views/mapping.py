"""What the columns of a file are: asked where its headings do not say so."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.communities.kinds import PlaceKind
from propman.db import db
from propman.errors import Refused
from propman.register import operations
from propman.register.forms import COLUMN, MappingForm, mapping_form
from propman.register.labels import LACKING
from propman.register.mapping import lacking
from propman.register.models import Import
from propman.register.operations.sending import MAPPABLE
from propman.register.outline import SheetOutline, sheet_in, sheet_names
from propman.register.views import blueprint
from propman.register.views.loading import IMPORT, KEEPS, load_import, page_of, where
from propman.text import N_
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires


@blueprint.route(f"{IMPORT}/headings", methods=["GET", "POST"])
@requires(KEEPS)
def headings(import_id: int) -> tuple[str, int] | Response:
    """Say what each column of a sheet is, or that it is left out."""
    found = load_import(import_id)
    if found.state not in MAPPABLE:
        return redirect(page_of(import_id), code=303)
    sheet = _sheet(found)
    form = _form(found, sheet)
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: _map(import_id, form))
            db.session.commit()
            return redirect(page_of(import_id), code=303)
        found = load_import(import_id)
    shown = render_template(
        "register/headings.html",
        found=found,
        where=where(found.place),
        form=form,
        sheet=sheet,
        sheets=sheet_names(found.outline),
        first_rows=sheet.table.rows[:12],
        lacking=_lacking(found, form),
        remarks=[_(sentence, **params) for sentence, params in found.outline.get("remarks", ())],
    )
    return shown, page_status() if form.is_submitted() else 200


def _map(import_id: int, form: MappingForm) -> int:
    return operations.map_headings(
        db.session(), import_id=import_id, sheet=form.sheet.data or "", heading_row=int(form.heading_row.data),
        fields=form.said(), actor_id=current_viewer().user_id or 0, now=clock.now(),
    ).id  # fmt: skip


def _sheet(found: Import) -> SheetOutline:
    """The sheet and the row of headings that are asked for, else those that were found."""
    dictionary = operations.dictionary_for(db.session(), current_viewer().user_id or 0, clock.now())
    asked = request.form if request.method == "POST" else request.args
    name, row = asked.get("sheet", found.sheet), asked.get("heading_row", "")
    number = int(row) if row.isascii() and row.isdigit() and len(row) < 7 else None
    if name not in sheet_names(found.outline):
        raise Refused(N_("The file has no such sheet."), status=400)
    return sheet_in(found.outline, dictionary, name=name, heading_row=number)


def _form(found: Import, sheet: SheetOutline) -> MappingForm:
    """A field for each column, with what its heading or this person's last file says."""
    dictionary = operations.dictionary_for(db.session(), current_viewer().user_id or 0, clock.now())
    mapped = dictionary.mapped(sheet.heading_row.headings) if sheet.heading_row else []
    examples = {each.column: sheet.examples(each.column) for each in mapped}
    form = mapping_form(mapped, dictionary.properties, examples)()
    if not form.is_submitted():
        form.sheet.data, form.heading_row.data = sheet.name, str(sheet.heading_row.row if sheet.heading_row else 0)
        _fill(form, found, sheet)
    return form


def _fill(form: MappingForm, found: Import, sheet: SheetOutline) -> None:
    """Show what was said of the same row before."""
    same = found.sheet == sheet.name and sheet.heading_row is not None and found.heading_row == sheet.heading_row.row
    for letter, each in found.headings.items() if same else ():
        field: Any = form._fields.get(f"{COLUMN}{letter}")
        if field is not None and each["known"]:
            field.data = each["field"] or "-"


def _lacking(found: Import, form: MappingForm) -> list[str]:
    """What the file has no column for, without which no new part can come."""
    one = found.place.kind is PlaceKind.COMMUNITY
    return [_(LACKING[field]) for field in lacking(form.said().values(), one_community=one)]

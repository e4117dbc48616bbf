"""Parts into a file: those of the list that is open, written down in the audit before anything leaves."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from propman import clock
from propman.assets.forms.lists import PartsForm
from propman.assets.queries import PartFilter
from propman.assets.queries import load_place as place_in_reach
from propman.audit.operations import record
from propman.catalogue.queries import asset_types_ever
from propman.communities.models import Place
from propman.db import db, read_only
from propman.errors import Refused
from propman.register.forms import ExportForm, WrittenAs
from propman.register.labels import language
from propman.register.queries.around import catalogue
from propman.register.queries.exporting import MOST, exported, exported_count, properties_in
from propman.register.views import blueprint
from propman.register.views.loading import where
from propman.register.writing import Words, parts_sheet
from propman.roles import Permission
from propman.sheets.csv_writing import GBK, UTF_8, write_csv
from propman.sheets.excel_writing import write_xlsx
from propman.sheets.tables import Kind
from propman.text import N_
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.downloads import download
from propman.web.guard import request_id


@blueprint.route("/register/export", methods=["GET", "POST"])
@requires(Permission.SEE_REGISTER)
def export() -> tuple[str, int] | Response:
    """Write the parts of a list into a file. What the address asks wrongly is named, left out, and answered 400."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    narrowed, form = PartsForm(request.args), ExportForm()
    kinds = asset_types_ever(session).values()
    narrowed.offer(kinds)
    good, place = narrowed.validate(), _place()
    wanted = narrowed.wanted(place, kinds)
    count = exported_count(session, viewer, wanted, now)
    asked = narrowed.asked() | ({"place": place.id} if place else {})
    if good and form.validate_on_submit():
        with answer_refusals(form):
            if count > MOST:
                raise Refused(N_("These are more than %(most)s parts. Please narrow the list."), most=MOST)
            act_once(form, lambda: _audit(asked, count), asked=asked)
            db.session.commit()
            return _written(form.kind.data, wanted)
        place = _place()
    shown = render_template(
        "register/export.html", form=form, narrowed=narrowed, asked=asked, count=count, most=MOST,
        where=where(place) if place else None,
    )  # fmt: skip
    return shown, 400 if not good else page_status() if form.is_submitted() else 200


def _audit(asked: dict[str, Any], count: int) -> int:
    viewer = current_viewer()
    record(db.session(), act="register_exported", subject_kind="register", subject_id="parts", actor_id=viewer.user_id,
           now=clock.now(), request_id=request_id(), count=count,
           asked={name: str(value) for name, value in asked.items() if name != "code"})  # fmt: skip
    return count


def _written(kind: WrittenAs, wanted: PartFilter) -> Response:
    """The file, read in a transaction that nobody waits for."""
    viewer, now = current_viewer(), clock.now()
    token = read_only.set(True)
    try:
        with Session(db.engine) as session:
            known = catalogue(session, clock.local_date(now))
            properties = properties_in(session, viewer, wanted, now, known)
            parts = exported(session, viewer, wanted, now)
            sheet = parts_sheet(_("Parts"), Words(language(), known), properties, parts)
            name = _("Parts %(day)s", day=clock.local_date(now).isoformat())
            if kind is WrittenAs.XLSX:
                return download(Kind.XLSX, name, partial(write_xlsx, [sheet], now=now))
            encoding, charset = (GBK, GBK) if kind is WrittenAs.CSV_GBK else (UTF_8, "utf-8")
            return download(Kind.CSV, name, partial(write_csv, sheet, encoding=encoding), charset)
    finally:
        read_only.reset(token)


def _place() -> Place | None:
    """The place that the address narrows to, within reach. Raises `NotFound` for any other."""
    text = request.args.get("place", "")
    if not text:
        return None
    place_id = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    return place_in_reach(db.session(), place_id, current_viewer(), clock.now())

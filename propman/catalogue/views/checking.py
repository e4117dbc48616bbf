"""Saying that a row was compared with its source: until somebody does, it is shown as not yet checked (未核实)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.catalogue import operations
from propman.catalogue.forms.rows import VerifyForm
from propman.catalogue.models import (
    AssetAttribute,
    AssetType,
    EscalationRule,
    InspectionItem,
    InspectionSchedule,
    InspectionTemplate,
    SettingRow,
    WarrantyRule,
)
from propman.catalogue.operations.fitting import KINDS
from propman.catalogue.views import blueprint
from propman.catalogue.views.acting import Answer, asked, by_whom
from propman.catalogue.views.rule_words import WORDS
from propman.db import ID_LIMIT, db
from propman.errors import NotFound
from propman.roles import Permission
from propman.web import act_once, answer_refusals, requires
from propman.web.filters import name_of

ENDING: Mapping[str, Any] = {
    "types": AssetType, "attributes": AssetAttribute, "warranties": WarrantyRule, "escalations": EscalationRule,
    "templates": InspectionTemplate, "schedules": InspectionSchedule, "items": InspectionItem,
    **{word: kind.model for word, kind in KINDS.items()},
}  # fmt: skip
MODELS: Mapping[str, Any] = {**ENDING, "settings": SettingRow}


def row_address(kinds: Iterable[str]) -> str:
    """The address of a row of any of these kinds."""
    return f"/admin/catalogue/<any({','.join(kinds)}):kind>/rows/<int(max={ID_LIMIT - 1}):row_id>"


@blueprint.route(f"{row_address(MODELS)}/check", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def check_row(kind: str, row_id: int) -> Answer | Response:
    """Say on which day this row was compared with its source."""
    row = load_row(kind, row_id)
    form, back = VerifyForm(verified_on=row.verified_on), page_of(kind, row)
    above, source = called(kind, row), row.source

    def act() -> int:
        there = db.session().get_one(MODELS[kind], row_id)
        return int(operations.verify(db.session(), row=there, verified_on=form.verified_on.data, **by_whom()).id)

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The row is marked as checked."), "success")
            return redirect(back, code=303)
    return asked(form, title=_("Checked against its source"), send=_("Keep it"), above=above, lead=source, back=back)


def load_row(kind: str, row_id: int) -> Any:
    """The row of that kind. Raises `NotFound`."""
    row = db.session().get(MODELS[kind], row_id)
    if row is None:
        raise NotFound()
    return row


def called(kind: str, row: Any) -> str:
    """What the thing that a row speaks of is called."""
    return WORDS[kind].name(row, {}) if kind in WORDS else name_of(row)


def page_of(kind: str, row: Any) -> str:
    """The address of the thing that a row speaks of."""
    if kind in KINDS:
        return url_for("catalogue.rule", kind=kind, row_id=row.id)
    if isinstance(row, InspectionTemplate):
        return url_for("inspections.template", code=row.code)
    if isinstance(row, InspectionSchedule | InspectionItem):
        return url_for("inspections.template", code=row.template)
    if isinstance(row, WarrantyRule):
        return url_for("catalogue.warranty_rule", key=row.key)
    if isinstance(row, SettingRow):
        return url_for("catalogue.setting", name=row.name)
    if isinstance(row, EscalationRule):
        return url_for("catalogue.escalation_rule", code=row.code)
    if isinstance(row, AssetType):
        return url_for("catalogue.asset_type", code=row.code)
    return url_for("catalogue.asset_attribute", code=row.code)

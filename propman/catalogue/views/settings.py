"""The numbers that an installation may change: what they are, what they were, and saying otherwise from a day on."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.catalogue import operations, queries
from propman.catalogue.forms.works import SettingForm
from propman.catalogue.models import SettingRow
from propman.catalogue.views import blueprint
from propman.catalogue.views.acting import Answer, asked, begin_today, by_whom, kept, today
from propman.db import db
from propman.errors import NotFound
from propman.roles import Permission
from propman.web import requires
from propman.web.filters import name_of

SETTING = "/admin/catalogue/settings/<name>"


@blueprint.get("/admin/catalogue/settings")
@requires(Permission.ADMINISTER)
def settings() -> str:
    """The settings in force today."""
    return render_template("catalogue/settings.html", settings=queries.settings(db.session(), today()))


@blueprint.get(SETTING)
@requires(Permission.ADMINISTER)
def setting(name: str) -> str:
    """One setting: the row in force, those before and those to come."""
    versions = _versions(name)
    standing = next((row for row in queries.settings(db.session(), today()) if row.name == name), None)
    return render_template("catalogue/setting.html", versions=versions, standing=standing, latest=versions[0])


@blueprint.route(f"{SETTING}/change", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def change_setting(name: str) -> Answer | Response:
    """Let a setting have another number, from a day on."""
    latest = _versions(name)[0]
    form, above = SettingForm(latest), name_of(latest)
    begin_today(form)

    def act() -> str:
        return operations.change_setting(db.session(), name=name, facts=form.facts(), **by_whom()).name

    return kept(form, act, _page_of(name)) or asked(
        form, title=_("Say otherwise from a day on"), send=_("Keep the change"), above=above, back=_page_of(name)
    )


def _versions(name: str) -> tuple[SettingRow, ...]:
    """Every row of a setting, the latest first. Raises `NotFound` where there is none."""
    found = queries.versions(db.session(), SettingRow, SettingRow.name == name)
    if not found:
        raise NotFound()
    return found


def _page_of(name: str) -> str:
    return url_for("catalogue.setting", name=name)

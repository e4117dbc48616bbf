"""What parts can carry beside the columns that all have: the list, adding one, saying otherwise from a day on."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.catalogue import operations, queries
from propman.catalogue.forms.works import AssetAttributeForm
from propman.catalogue.models import AssetAttribute
from propman.catalogue.views import blueprint
from propman.catalogue.views.acting import Answer, asked, begin_today, by_whom, kept, today
from propman.db import db
from propman.errors import NotFound
from propman.roles import Permission
from propman.web import act_once, answer_refusals, requires
from propman.web.filters import name_of

ATTRIBUTE = "/admin/catalogue/attributes/<code>"


@blueprint.get("/admin/catalogue/attributes")
@requires(Permission.ADMINISTER)
def asset_attributes() -> str:
    """The attributes in force today, by name, and which types carry each."""
    session, on = db.session(), today()
    carried: dict[str, list[str]] = {}
    for kind in queries.asset_types(session, on):
        for code in (kind.attributes or "").split(","):
            carried.setdefault(code, []).append(kind.code)
    attributes = sorted(queries.asset_attributes(session, on).values(), key=lambda row: row.code)
    at_rest = queries.at_rest(session, AssetAttribute, on)
    return render_template("catalogue/asset_attributes.html", attributes=attributes, carried=carried, at_rest=at_rest)


@blueprint.get(ATTRIBUTE)
@requires(Permission.ADMINISTER)
def asset_attribute(code: str) -> str:
    """One attribute: the row in force, those before and those to come."""
    versions = _versions(code)
    standing = queries.asset_attributes(db.session(), today()).get(code)
    return render_template("catalogue/asset_attribute.html", versions=versions, standing=standing, latest=versions[0])


@blueprint.route("/admin/catalogue/attributes/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_asset_attribute() -> Answer | Response:
    """Add an attribute."""
    form = AssetAttributeForm()
    begin_today(form)

    def act() -> str:
        facts = form.facts()
        return operations.add_asset_attribute(db.session(), code=form.code.data, facts=facts, **by_whom()).code

    if form.validate_on_submit():
        with answer_refusals(form):
            added = act_once(form, act)["id"]
            db.session.commit()
            flash(_("%(name)s is added.", name=added), "success")
            return redirect(_page_of(added), code=303)
    return asked(form, title=_("Add an attribute"), send=_("Add"), above=_("Catalogue of parts"),
                 back=url_for("catalogue.asset_attributes"))  # fmt: skip


@blueprint.route(f"{ATTRIBUTE}/change", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def change_asset_attribute(code: str) -> Answer | Response:
    """Say otherwise of an attribute, from a day on."""
    latest = _versions(code)[0]
    form, above = AssetAttributeForm(row=latest), f"{code} {name_of(latest)}"
    begin_today(form)

    def act() -> str:
        return operations.change_asset_attribute(db.session(), code=code, facts=form.facts(), **by_whom()).code

    return kept(form, act, _page_of(code)) or asked(
        form, title=_("Say otherwise from a day on"), send=_("Keep the change"), above=above, back=_page_of(code)
    )


def _versions(code: str) -> tuple[AssetAttribute, ...]:
    """Every row of an attribute, the latest first. Raises `NotFound` where there is none."""
    found = queries.versions(db.session(), AssetAttribute, AssetAttribute.code == code)
    if not found:
        raise NotFound()
    return found


def _page_of(code: str) -> str:
    return url_for("catalogue.asset_attribute", code=code)

"""Types of parts: the list of those in force, one with all its rows, adding one, saying otherwise from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.catalogue import operations, queries
from propman.catalogue.forms.works import AssetTypeForm
from propman.catalogue.models import AssetType
from propman.catalogue.views import blueprint
from propman.catalogue.views.acting import Answer, asked, begin_today, by_whom, kept, today
from propman.db import db
from propman.errors import NotFound
from propman.roles import Permission
from propman.web import act_once, answer_refusals, requires
from propman.web.filters import name_of

TYPE = "/admin/catalogue/types/<code>"


@blueprint.get("/admin/catalogue/types")
@requires(Permission.ADMINISTER)
def asset_types() -> str:
    """The types in force today, by class, in their order."""
    session, on = db.session(), today()
    return render_template(
        "catalogue/asset_types.html",
        types=queries.asset_types(session, on),
        at_rest=queries.at_rest(session, AssetType, on),
    )


@blueprint.get(TYPE)
@requires(Permission.ADMINISTER)
def asset_type(code: str) -> str:
    """One type: the row in force, those before and those to come."""
    session, on = db.session(), today()
    versions = _versions(code)
    return render_template(
        "catalogue/asset_type.html",
        versions=versions,
        standing=queries.asset_type(session, code, on),
        latest=versions[0],
        names=_names(),
        today=on,
    )


@blueprint.route("/admin/catalogue/types/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_asset_type() -> Answer | Response:
    """Add a type of part."""
    form = AssetTypeForm(adding=True)
    _offer(form)
    begin_today(form)

    def act() -> str:
        return operations.add_asset_type(
            db.session(), code=form.code.data, facts=form.facts(), **by_whom()
        ).code  # fmt: skip

    if form.validate_on_submit():
        with answer_refusals(form):
            added = act_once(form, act)["id"]
            db.session.commit()
            flash(_("%(name)s is added.", name=added), "success")
            return redirect(_page_of(added), code=303)
    return asked(form, title=_("Add a type of part"), send=_("Add"), above=_("Catalogue of parts"),
                 back=url_for("catalogue.asset_types"), lists=_lists())  # fmt: skip


@blueprint.route(f"{TYPE}/change", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def change_asset_type(code: str) -> Answer | Response:
    """Say otherwise of a type, from a day on."""
    latest = _versions(code)[0]
    form, above = AssetTypeForm(row=latest), f"{code} {name_of(latest)}"
    _offer(form)
    begin_today(form)

    def act() -> str:
        return operations.change_asset_type(db.session(), code=code, facts=form.facts(), **by_whom()).code

    return kept(form, act, _page_of(code)) or asked(
        form,
        title=_("Say otherwise from a day on"),
        send=_("Keep the change"),
        above=above,
        back=_page_of(code),
        lists=_lists(),
    )


def _versions(code: str) -> tuple[AssetType, ...]:
    """Every row of a type, the latest first. Raises `NotFound` where there is none."""
    found = queries.versions(db.session(), AssetType, AssetType.code == code)
    if not found:
        raise NotFound()
    return found


def _page_of(code: str) -> str:
    return url_for("catalogue.asset_type", code=code)


def _known() -> tuple[Iterable[Any], Iterable[Any], Iterable[Any]]:
    """Warranty rules, attributes and categories in force today."""
    session, on = db.session(), today()
    return (
        queries.warranty_rules(session, on).values(),
        queries.asset_attributes(session, on).values(),
        queries.categories(session, on),
    )


def _offer(form: AssetTypeForm) -> None:
    rules, attributes, categories = _known()
    form.offer(rules, attributes, categories)


def _lists() -> dict[str, list[str]]:
    """What can be named in each list, by the name of its field."""
    names = ("warranty_keys", "attributes", "categories")
    return {name: [name_of(row) for row in rows] for name, rows in zip(names, _known(), strict=True)}


def _names() -> Mapping[str, Mapping[str, str]]:
    """What each code in a row means, by the name of its column."""
    rules, attributes, categories = _known()
    return {
        "warranty_keys": {row.key: name_of(row) for row in rules},
        "attributes": {row.code: name_of(row) for row in attributes},
        "categories": {row.code: name_of(row) for row in categories},
    }

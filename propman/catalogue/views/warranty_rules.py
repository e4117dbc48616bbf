"""Warranty rules: the least that the law gives for each kind of work, and what it was before."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.catalogue import operations, queries
from propman.catalogue.forms.works import WarrantyRuleForm
from propman.catalogue.models import WarrantyRule
from propman.catalogue.views import blueprint
from propman.catalogue.views.acting import Answer, asked, begin_today, by_whom, kept, today
from propman.db import db
from propman.errors import NotFound
from propman.roles import Permission
from propman.web import requires
from propman.web.filters import name_of

RULE = "/admin/catalogue/warranties/<key>"


@blueprint.get("/admin/catalogue/warranties")
@requires(Permission.ADMINISTER)
def warranty_rules() -> str:
    """The rules in force today, in their order."""
    session, on = db.session(), today()
    return render_template(
        "catalogue/warranty_rules.html",
        rules=queries.warranty_rules(session, on).values(),
        at_rest=queries.at_rest(session, WarrantyRule, on),
    )


@blueprint.get(RULE)
@requires(Permission.ADMINISTER)
def warranty_rule(key: str) -> str:
    """One rule: the row in force, those before and those to come."""
    versions = _versions(key)
    standing = queries.warranty_rules(db.session(), today()).get(key)
    return render_template("catalogue/warranty_rule.html", versions=versions, standing=standing, latest=versions[0])


@blueprint.route(f"{RULE}/change", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def change_warranty_rule(key: str) -> Answer | Response:
    """Say otherwise of a rule, from a day on."""
    latest = _versions(key)[0]
    form, above = WarrantyRuleForm(latest), f"{key} {name_of(latest)}"
    begin_today(form)

    def act() -> str:
        return operations.change_warranty_rule(db.session(), key=key, facts=form.facts(), **by_whom()).key

    return kept(form, act, _page_of(key)) or asked(
        form,
        title=_("Say otherwise from a day on"),
        send=_("Keep the change"),
        above=above,
        back=_page_of(key),
        lead=_("Work accepted from that day on is guaranteed by the new row."),
    )


def _versions(key: str) -> tuple[WarrantyRule, ...]:
    """Every row of a rule, the latest first. Raises `NotFound` where there is none."""
    found = queries.versions(db.session(), WarrantyRule, WarrantyRule.key == key)
    if not found:
        raise NotFound()
    return found


def _page_of(key: str) -> str:
    return url_for("catalogue.warranty_rule", key=key)

"""Reminders and escalations: the rules in force, one with all its rows, adding one, saying otherwise from a day on."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.catalogue import operations, queries
from propman.catalogue.forms.works import EscalationRuleForm
from propman.catalogue.models import EscalationRule
from propman.catalogue.views import blueprint
from propman.catalogue.views.acting import Answer, asked, begin_today, by_whom, kept, today
from propman.db import db
from propman.errors import NotFound
from propman.roles import Permission
from propman.web import act_once, answer_refusals, requires
from propman.web.filters import name_of

RULE = "/admin/catalogue/escalations/<code>"


@blueprint.get("/admin/catalogue/escalations")
@requires(Permission.ADMINISTER)
def escalation_rules() -> str:
    """The rules in force today, in their order, and those out of use."""
    session, on = db.session(), today()
    rules, at_rest = queries.escalation_rules(session, on).values(), queries.at_rest(session, EscalationRule, on)
    return render_template("catalogue/escalation_rules.html", rules=rules, at_rest=at_rest)


@blueprint.get(RULE)
@requires(Permission.ADMINISTER)
def escalation_rule(code: str) -> str:
    """One rule: the row in force, those before and those to come."""
    versions = _versions(code)
    standing = queries.escalation_rules(db.session(), today()).get(code)
    return render_template("catalogue/escalation_rule.html", versions=versions, standing=standing, latest=versions[0])


@blueprint.route("/admin/catalogue/escalations/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_escalation_rule() -> Answer | Response:
    """Add a rule."""
    form = EscalationRuleForm()
    begin_today(form)

    def act() -> str:
        facts = form.facts()
        return operations.add_escalation_rule(db.session(), code=form.code.data, facts=facts, **by_whom()).code

    if form.validate_on_submit():
        with answer_refusals(form):
            added = act_once(form, act)["id"]
            db.session.commit()
            flash(_("%(name)s is added.", name=added), "success")
            return redirect(_page_of(added), code=303)
    return asked(form, title=_("Add a rule"), send=_("Add"), above=_("Reminders and escalations"),
                 back=url_for("catalogue.escalation_rules"))  # fmt: skip


@blueprint.route(f"{RULE}/change", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def change_escalation_rule(code: str) -> Answer | Response:
    """Say otherwise of a rule, from a day on."""
    latest = _versions(code)[0]
    form, above = EscalationRuleForm(row=latest), f"{code} {name_of(latest)}"
    begin_today(form)

    def act() -> str:
        return operations.change_escalation_rule(db.session(), code=code, facts=form.facts(), **by_whom()).code

    return kept(form, act, _page_of(code)) or asked(
        form, title=_("Say otherwise from a day on"), send=_("Keep the change"), above=above, back=_page_of(code)
    )


def _versions(code: str) -> tuple[EscalationRule, ...]:
    """Every row of a rule, the latest first. Raises `NotFound` where there is none."""
    found = queries.versions(db.session(), EscalationRule, EscalationRule.code == code)
    if not found:
        raise NotFound()
    return found


def _page_of(code: str) -> str:
    return url_for("catalogue.escalation_rule", code=code)

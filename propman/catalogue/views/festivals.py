"""Writing down a holiday as the yearly notice gives it: days off from one day to another, weekend days worked."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.catalogue import operations
from propman.catalogue.forms.festivals import HolidayForm
from propman.catalogue.views import blueprint
from propman.catalogue.views.acting import Answer, asked, begin_today, by_whom
from propman.db import db
from propman.roles import Permission
from propman.web import act_once, answer_refusals, requires


@blueprint.route("/admin/rules/days/holiday", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_holiday() -> Answer | Response:
    """Write down the days off of one holiday and the weekend days that are worked for it."""
    form = HolidayForm()
    begin_today(form)

    def act() -> int:
        return operations.add_holiday(db.session(), **form.said_days(), **by_whom())[0].id

    if form.validate_on_submit():
        with answer_refusals(form):
            target = url_for("catalogue.rules", kind="days", year=form.first_on.data.year)
            act_once(form, act)
            db.session.commit()
            flash(_("The holiday is kept."), "success")
            return redirect(target, code=303)
    return asked(form, title=_("Write down a holiday"), send=_("Keep it"), above=_("Holidays"),
                 back=url_for("catalogue.rules", kind="days"))  # fmt: skip

"""The retention money of a work item: kept back, deducted from, released."""

from __future__ import annotations

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.communities.views.acting import Answer, asked, by_whom
from propman.db import db
from propman.projects import operations
from propman.projects.forms.work_items import DeductionForm, ReleaseForm, RetentionForm
from propman.projects.views import blueprint
from propman.projects.views.loading import KEEPS, load_item, page_of_item, title_of_item
from propman.projects.views.work_items import ITEM
from propman.web import act_once, answer_refusals, requires
from propman.web.filters import yuan


@blueprint.route(f"{ITEM}/retention", methods=["GET", "POST"])
@requires(KEEPS)
def set_retention(work_item_id: int) -> Answer | Response:
    """Say how much is kept back, and when it is due."""
    found = load_item(work_item_id)
    form = RetentionForm(data={"retention_fen": found.retention_fen or None, "due_on": found.retention_due_on})
    above = title_of_item(found)

    def act() -> int:
        said = {"retention_fen": form.retention_fen.data, "due_on": form.due_on.data}
        return operations.set_retention(db.session(), work_item_id=work_item_id, **said, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The retention money is kept."), "success")
            return redirect(page_of_item(work_item_id), code=303)
    return asked(form, title=_("Retention money"), send=_("Keep it"), above=above, back=page_of_item(work_item_id),
                 lead=_("Kept back from the contractor until its day. It runs on a clock of its own, not that of "
                        "the warranty."))  # fmt: skip


@blueprint.route(f"{ITEM}/deduction", methods=["GET", "POST"])
@requires(KEEPS)
def deduct(work_item_id: int) -> Answer | Response:
    """Deduct from the retention money what defects cost."""
    found = load_item(work_item_id)
    reason = found.deduction_reason.body if found.deduction_reason else None
    form = DeductionForm(data={"deducted_fen": found.deducted_fen or None, "reason": reason})
    above, lead = title_of_item(found), _("%(amount)s are kept back.", amount=yuan(found.retention_fen))

    def act() -> int:
        said = {"deducted_fen": form.deducted_fen.data, "reason": form.reason.data}
        return operations.deduct(db.session(), work_item_id=work_item_id, **said, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The deduction is kept."), "success")
            return redirect(page_of_item(work_item_id), code=303)
    return asked(form, title=_("Deduct for defects"), send=_("Keep it"), above=above, lead=lead,
                 back=page_of_item(work_item_id))  # fmt: skip


@blueprint.route(f"{ITEM}/release", methods=["GET", "POST"])
@requires(KEEPS)
def release_retention(work_item_id: int) -> Answer | Response:
    """Write down that the retention money was paid out."""
    found, form = load_item(work_item_id), ReleaseForm()
    above = title_of_item(found)
    lead = _("To be paid out: %(amount)s.", amount=yuan(found.retention_fen - found.deducted_fen))

    def act() -> int:
        on = form.released_on.data
        return operations.release_retention(db.session(), work_item_id=work_item_id, released_on=on, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The release is kept."), "success")
            return redirect(page_of_item(work_item_id), code=303)
    return asked(form, title=_("Release the retention money"), send=_("Keep it"), above=above, lead=lead,
                 back=page_of_item(work_item_id))  # fmt: skip

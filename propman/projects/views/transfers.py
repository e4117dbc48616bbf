"""The next step of a work item on its way to a utility."""

from __future__ import annotations

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.communities.views.acting import Answer, asked, by_whom
from propman.db import db
from propman.projects import operations, queries
from propman.projects.forms.work_items import TransferForm
from propman.projects.models import NEXT_STEPS, TransferStatus
from propman.projects.views import blueprint
from propman.projects.views.loading import KEEPS, load_item, page_of_item, title_of_item, today
from propman.projects.views.work_items import ITEM
from propman.web import act_once, answer_refusals, requires


@blueprint.route(f"{ITEM}/transfer", methods=["GET", "POST"])
@requires(KEEPS)
def record_transfer(work_item_id: int) -> Answer | Response:
    """Write down what happened next."""
    session, found = db.session(), load_item(work_item_id)
    last = queries.last_transfers(session, [found.id]).get(found.id)
    status = last.status if last else TransferStatus.NOT_TRANSFERRED
    form, above = TransferForm(), title_of_item(found)
    lead = last.utility.name if last else None
    utilities = queries.by_name(session, queries.utilities(found.project.community, today()))
    form.offer([step for step in TransferStatus if step in NEXT_STEPS[status]], utilities)

    def act() -> int:
        return operations.record_transfer(
            db.session(), work_item_id=work_item_id, **form.said(), **by_whom()
        ).id  # fmt: skip

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The step is kept."), "success")
            return redirect(page_of_item(work_item_id), code=303)
    return asked(form, title=_("Transfer to a utility"), send=_("Keep it"), above=above, lead=lead,
                 back=page_of_item(work_item_id))  # fmt: skip

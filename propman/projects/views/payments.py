"""What a project owes and what it has paid."""

from __future__ import annotations

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import money
from propman.communities.forms import ActForm
from propman.communities.views.acting import ID, Answer, asked, by_whom
from propman.db import db
from propman.projects import operations, queries
from propman.projects.forms.projects import PaidForm, PaymentForm
from propman.projects.models import Payment
from propman.projects.views import blueprint
from propman.projects.views.loading import KEEPS, load_payment, load_project, page_of, title_of, today
from propman.projects.views.projects import PROJECT
from propman.web import act_once, answer_refusals, requires
from propman.web.filters import day, yuan

PAYMENT = f"/projects/payments/<{ID}:payment_id>"


@blueprint.route(f"{PROJECT}/payments/new", methods=["GET", "POST"])
@requires(KEEPS)
def add_payment(project_id: int) -> Answer | Response:
    """Write down that the project owes somebody money."""
    session, found = db.session(), load_project(project_id)
    form, above = PaymentForm(), title_of(found)
    payees = queries.by_name(session, queries.payees(found.community, today()))
    form.offer(payees, queries.items_of(session, found.id))

    def act() -> int:
        said = form.payload()
        return operations.add_payment(db.session(), project_id=project_id, **said, **by_whom()).id  # type: ignore[arg-type]

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The payment is kept."), "success")
            return redirect(page_of(project_id), code=303)
    return asked(form, title=_("Add a payment"), send=_("Add"), above=above, back=page_of(project_id))


@blueprint.route(f"{PAYMENT}/paid", methods=["GET", "POST"])
@requires(KEEPS)
def record_paid(payment_id: int) -> Answer | Response:
    """Write down that a payment was made, or correct what was written."""
    found = load_payment(payment_id)
    form = PaidForm(data={"paid_on": found.paid_on, "paid_fen": found.paid_fen or found.due_fen})
    above, project_id = _in_words(found), found.project_id

    def act() -> int:
        return operations.record_paid(db.session(), payment_id=payment_id, paid_on=form.paid_on.data,
                                      paid_fen=form.paid_fen.data, **by_whom()).id  # fmt: skip

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("%(amount)s yuan are recorded as paid.", amount=money.text(form.paid_fen.data)), "success")
            return redirect(page_of(project_id), code=303)
    return asked(form, title=_("Record it as paid"), send=_("Keep it"), above=above, back=page_of(project_id))


@blueprint.route(f"{PAYMENT}/withdraw", methods=["GET", "POST"])
@requires(KEEPS)
def withdraw_payment(payment_id: int) -> Answer | Response:
    """Take back a payment that was written down by mistake."""
    found, form = load_payment(payment_id), ActForm()
    above, project_id = _in_words(found), found.project_id

    def act() -> int:
        return operations.withdraw_payment(db.session(), payment_id=payment_id, **by_whom())

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The payment is withdrawn."), "success")
            return redirect(page_of(project_id), code=303)
    return asked(form, title=_("Withdraw a payment"), send=_("Withdraw"), above=above, back=page_of(project_id),
                 lead=_("It was entered by mistake. The history keeps it."))  # fmt: skip


def _in_words(payment: Payment) -> str:
    return f"{payment.payee.name} · {payment.purpose} · {day(payment.due_on)} · {yuan(payment.due_fen)}"

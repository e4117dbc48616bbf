"""What a project pays: due to somebody on a day, and what was paid of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock, money
from propman.communities.operations.guards import no_slip
from propman.db import ID_LIMIT, held
from propman.errors import NotFound, Refused
from propman.projects.models import Payment, Project, WorkItem
from propman.projects.operations import guards
from propman.projects.operations.history import note
from propman.projects.queries import payees
from propman.text import N_

LONGEST_PURPOSE = 120


def add_payment(
    session: Session,
    *,
    project_id: int,
    payee_id: int,
    purpose: str,
    due_on: date,
    due_fen: int,
    work_item_id: int | None = None,
    actor_id: int | None,
    now: datetime,
) -> Payment:
    """Write down that a project owes somebody money on a day; for one of its work items, if said.

    Raises `Refused` for a payee who takes no part here, a work item of another project, and where all that is due
    would be more than the project costs.
    """
    project, today = held(session, Project, project_id), clock.local_date(now)
    purpose = guards.needed(purpose, field="purpose", most=LONGEST_PURPOSE)
    guards.amount(due_fen, field="due_fen", least=1)
    no_slip(due_on, today, field="due_on")
    sentence = N_("Choose a contractor, utility or company of this city.")
    guards.belongs(session, payee_id, payees(project.community, today), sentence, field="payee_id")
    _refuse_foreign_item(session, project, work_item_id)
    _refuse_beyond_cost(session, project, due_fen)
    payment = Payment(project_id=project.id, payee_id=payee_id, purpose=purpose, due_on=due_on, due_fen=due_fen)
    payment.work_item_id = work_item_id
    session.add(payment)
    session.flush()
    note(session, project, "payment", None, _in_words(payment), actor_id, now)
    return payment


def record_paid(
    session: Session, *, payment_id: int, paid_on: date, paid_fen: int, actor_id: int | None, now: datetime
) -> Payment:
    """Write down that a payment was made, whole or in part; given again, day and amount are corrected.

    Raises `Refused` for a day yet to come and for more than is due.
    """
    payment = _held(session, payment_id)
    guards.happened(paid_on, clock.local_date(now), field="paid_on")
    guards.amount(paid_fen, field="paid_fen", least=1)
    if paid_fen > payment.due_fen:
        sentence = N_("Only %(due)s yuan are due.")
        raise Refused(sentence, field="paid_fen", due=money.text(payment.due_fen))
    old = _in_words(payment) if payment.paid_on else None
    payment.paid_on, payment.paid_fen = paid_on, paid_fen
    session.flush()
    note(session, payment.project, "paid", old, _in_words(payment), actor_id, now)
    return payment


def withdraw_payment(session: Session, *, payment_id: int, actor_id: int | None, now: datetime) -> int:
    """Take back a payment that was written down by mistake; gives its project. Raises `Refused` once it is paid."""
    payment = _held(session, payment_id)
    if payment.paid_on is not None:
        raise Refused(N_("It has been paid. What was paid stays on record."), status=409)
    project = payment.project
    note(session, project, "payment", _in_words(payment), None, actor_id, now)
    session.delete(payment)
    session.flush()
    return project.id


def _held(session: Session, payment_id: int) -> Payment:
    """The payment, while its project is held, so that what is due cannot change meanwhile."""
    payment = session.get(Payment, payment_id) if 0 < payment_id < ID_LIMIT else None
    if payment is None:
        raise NotFound()
    held(session, Project, payment.project_id)
    return held(session, Payment, payment_id)


def _refuse_foreign_item(session: Session, project: Project, work_item_id: int | None) -> None:
    own = select(WorkItem.id).where(WorkItem.project_id == project.id, WorkItem.id == work_item_id)
    if work_item_id is not None and (work_item_id >= ID_LIMIT or session.scalar(own) is None):
        raise Refused(N_("Choose a work item of this project."), field="work_item_id")


def _refuse_beyond_cost(session: Session, project: Project, more_fen: int) -> None:
    due = session.scalar(select(func.sum(Payment.due_fen)).where(Payment.project_id == project.id)) or 0
    if int(due) + more_fen > project.cost_fen:
        raise Refused(
            N_("With it %(due)s yuan would be due, more than the project costs: %(cost)s yuan."),
            field="due_fen",
            due=money.text(int(due) + more_fen),
            cost=money.text(project.cost_fen),
        )


def _in_words(payment: Payment) -> str:
    """A payment as the history tells it: to whom, what for, due, paid."""
    due = f"{payment.payee.name}, {payment.purpose}: {payment.due_on.isoformat()} {money.text(payment.due_fen)}"
    if payment.paid_on is None or payment.paid_fen is None:
        return due
    return f"{due} → {payment.paid_on.isoformat()} {money.text(payment.paid_fen)}"

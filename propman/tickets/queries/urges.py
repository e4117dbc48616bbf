"""What officials urge: the urges that wait for an answer, and those whose day has passed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from propman.tickets.models import Ticket, Urge
from propman.tickets.queries.rows import AnyTicket


def open_urge(session: Session, ticket: AnyTicket) -> Urge | None:
    """The urge of `ticket` that waits for an answer."""
    return session.scalars(select(Urge).where(Urge.ticket_id == ticket.id, Urge.ended_at.is_(None))).one_or_none()


def urge_that_ended(session: Session, ticket: Ticket, at: datetime) -> Urge | None:
    """The urge of `ticket` that ended at the moment `at`."""
    query = select(Urge).where(Urge.ticket_id == ticket.id, Urge.ended_at == at).order_by(Urge.id.desc())
    return session.scalars(query.limit(1)).first()


def is_urged(*, late_on: date | None = None) -> ColumnElement[bool]:
    """Whether a ticket is urged, as a condition; `late_on`: whether on that day the answer is overdue."""
    urges = select(Urge.ticket_id).where(Urge.ended_at.is_(None))
    return Ticket.id.in_(urges if late_on is None else urges.where(Urge.answer_by_on < late_on))


def urges_overdue(session: Session, on: date) -> list[int]:
    """The ids of the urges whose day has passed on `on`, and of which that was not told yet."""
    query = select(Urge.id).where(Urge.ended_at.is_(None), Urge.answer_by_on < on, Urge.overdue_told_at.is_(None))
    return list(session.scalars(query.order_by(Urge.id)))

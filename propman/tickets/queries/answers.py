"""What was answered to the questions of a category."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman.catalogue.models import CategoryQuestion
from propman.tickets.models import TicketAnswer
from propman.tickets.queries.rows import AnyTicket


def answers_of(session: Session, tickets: Sequence[AnyTicket]) -> dict[int, list[TicketAnswer]]:
    """By the ids of `tickets` what was answered, in the order of the form, with question and words. One SELECT."""
    found: dict[int, list[TicketAnswer]] = {ticket.id: [] for ticket in tickets}
    if not tickets:
        return found
    query = (
        select(TicketAnswer)
        .join(CategoryQuestion, CategoryQuestion.id == TicketAnswer.question_id)
        .where(TicketAnswer.ticket_id.in_(found))
        .options(joinedload(TicketAnswer.question), joinedload(TicketAnswer.text))
        .order_by(CategoryQuestion.position, TicketAnswer.id)
    )
    for answer in session.scalars(query):
        found[answer.ticket_id].append(answer)
    return found

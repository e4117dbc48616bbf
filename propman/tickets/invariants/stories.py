"""The tickets with their histories, read once for every promise that replays them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.tickets.models import Ticket, TicketEvent

Story = tuple[Ticket, list[TicketEvent]]


def stories_of_all(session: Session) -> Iterator[Story]:
    """Every ticket with its events, both in their order."""
    events = session.scalars(select(TicketEvent).order_by(TicketEvent.ticket_id, TicketEvent.version))
    by_ticket = {ticket_id: list(rows) for ticket_id, rows in groupby(events, lambda event: event.ticket_id)}
    for ticket in session.scalars(select(Ticket).order_by(Ticket.id)):
        yield ticket, by_ticket.get(ticket.id, [])

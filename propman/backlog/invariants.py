"""The promise about what was taken over from other systems (T03)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from propman.invariants import Finding, Promises
from propman.tickets.models import Channel, ImportedTicket, Ticket, TicketEvent
from propman.tickets.workflow import State


def promises(session: Session) -> Promises:
    """What is promised of it, counted afresh when it is called; writes nothing."""
    return {"T03": lambda: claims_and_nothing_else(session)}


def claims_and_nothing_else(session: Session) -> Finding:
    """T03: what was taken over names one row of its source, whose times it has, and the other way round; it enters no
    month, and is merged with nothing.
    """
    query = select(Ticket, ImportedTicket).outerjoin(ImportedTicket, ImportedTicket.ticket_id == Ticket.id)
    rows = session.execute(query.where((Ticket.channel == Channel.IMPORTED) | ImportedTicket.id.is_not(None))).all()
    broken = [f"ticket {ticket.id} {fault}" for ticket, row in rows for fault in _faults(ticket, row)]
    counted = select(TicketEvent.id).join(Ticket, Ticket.id == TicketEvent.ticket_id)
    counted = counted.where(Ticket.channel == Channel.IMPORTED, TicketEvent.month.is_not(None))
    broken += [f"event {event_id} of what was taken over counts in a month" for event_id in session.scalars(counted)]
    lead = aliased(Ticket)
    joined = select(Ticket.id).join(lead, lead.id == Ticket.lead_id)
    merged = joined.where((Ticket.channel == Channel.IMPORTED) | (lead.channel == Channel.IMPORTED))
    broken += [
        f"ticket {ticket_id} is merged, and one of the two was taken over" for ticket_id in session.scalars(merged)
    ]
    return Finding("T03", len(rows), tuple(broken))


def _faults(ticket: Ticket, row: ImportedTicket | None) -> Iterator[str]:
    if row is None or ticket.channel is not Channel.IMPORTED:
        yield "was taken over and names no row of its source, or the other way round"
        return
    if ticket.submitted_at != row.opened_at:
        yield "was not reported when its source says"
    closed_there = ticket.state is State.CONFIRMED and ticket.completed_at is None
    if closed_there != (row.closed_at is not None) or (closed_there and ticket.confirmed_at != row.closed_at):
        yield "is not closed as its source says"

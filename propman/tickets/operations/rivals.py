"""Who moves the same ticket at the same moment, or moved it since somebody looked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import TALK, Action


def overtaken(session: Session, ticket: Ticket, action: Action, seen_version: int) -> bool:
    """Whether somebody moved after what the person saw. Talk is never too late, and notes, which not everybody reads,
    overtake nobody.
    """
    if action in TALK:
        wait_for_rivals(session, ticket)
    if seen_version >= ticket.version or action in TALK:
        return seen_version > ticket.version
    since = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.version > seen_version, TicketEvent.action != Action.NOTE
    )
    return session.scalars(since.limit(1)).first() is not None


def wait_for_rivals(session: Session, ticket: Ticket) -> None:
    """Let whoever moves `ticket` at this moment end, and read it as it stands then; rivals wait for this transaction.

    With it nobody is refused because of a rival: of two who speak at once both are heard. Flushes.
    """
    session.flush()
    session.execute(select(Ticket.id).where(Ticket.id == ticket.id).with_for_update(key_share=True))
    session.refresh(ticket)


def is_yesterday(session: Session, ticket: Ticket, now: datetime) -> bool:
    """Whether `ticket` was moved on a later day than that of `now`: who began before midnight comes too late after it,
    since rights follow the day.
    """
    return clock.local_date(last_at(session, ticket)) > clock.local_date(now)


def last_at(session: Session, ticket: Ticket) -> datetime:
    """When `ticket` was moved last."""
    query = select(TicketEvent.at).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.version.desc())
    return session.scalars(query.limit(1)).first() or ticket.submitted_at

"""What waits for somebody's answer beside the state of a ticket, and what ends it without one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman.tickets import queries
from propman.tickets.models import ObjectionEnd, Ticket, UrgeEnd
from propman.tickets.workflow import FINAL, Party, State


def let_lapse(session: Session, *, ticket: Ticket, had: tuple[int, int | None], at: datetime) -> None:
    """What the end of a report, or its passing on, takes with it: nobody waits, nobody comes.

    `had` is the organisation that had it, and the person sent. An urge stays through a change of hands: whoever follows
    answers it.
    """
    held_by, sent = had
    over = ticket.state in {*FINAL, State.COMPLETED}
    if ticket.state in FINAL:
        ticket.asked_at = None
    urge = queries.open_urge(session, ticket) if over else None
    if urge is not None and urge.ended_at is None:
        urge.ended_at, urge.end_kind = at, UrgeEnd.CLOSED if ticket.state in FINAL else UrgeEnd.REPAIRED
    passes_on = ticket.organisation_id != held_by
    if over or passes_on:
        ticket.appointed_from = ticket.appointed_until = None
        ticket.extension_until_on = ticket.extension_by_id = None
    if over or passes_on or ticket.assignee_id != sent:
        _end_objection(session, ticket, at, everybodys=over or passes_on)


def _end_objection(session: Session, ticket: Ticket, at: datetime, *, everybodys: bool) -> None:
    """Nobody decides any more on an objection that is open: on anybody's, or on that of the person who was sent."""
    objection = queries.open_objection(session, ticket)
    if objection is None or objection.ended_at is not None:  # decided on with this very move
        return
    if everybodys or objection.party is Party.ASSIGNEE:
        objection.ended_at, objection.end_kind = at, ObjectionEnd.LAPSED

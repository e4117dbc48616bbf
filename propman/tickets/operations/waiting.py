"""What waits for somebody's answer beside the state of a ticket, and what ends it without one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman.tickets import queries
from propman.tickets.models import Ticket, UrgeEnd
from propman.tickets.workflow import FINAL, State


def let_lapse(session: Session, *, ticket: Ticket, held_by: int, at: datetime) -> None:
    """What the end of a report, or its passing on from `held_by`, takes with it: nobody waits, nobody comes.

    An urge stays through a change of hands: whoever follows answers it.
    """
    if ticket.state in FINAL:
        ticket.asked_at = None
    if ticket.state in {*FINAL, State.COMPLETED}:
        urge = queries.open_urge(session, ticket)
        if urge is not None:
            urge.ended_at = at
            urge.end_kind = UrgeEnd.REPAIRED if ticket.state is State.COMPLETED else UrgeEnd.CLOSED
    if ticket.state in {*FINAL, State.COMPLETED} or ticket.organisation_id != held_by:
        ticket.appointed_from = ticket.appointed_until = None
        ticket.extension_until_on = ticket.extension_by_id = None

"""What there is beside the row of a ticket. Most have no referral, no objection, no photograph: one look with it
says so, and nobody asks for what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from propman.tickets.models import (
    Attachment,
    Escalation,
    Objection,
    Referral,
    Ticket,
    TicketAnswer,
    Urge,
    WorkRecord,
)


@dataclass(frozen=True)
class Beside:
    """Whether there is anything of each kind, also what is over; where nobody has looked, there may be."""

    answers: bool = True
    attachments: bool = True
    escalations: bool = True
    merged: bool = True  # reports that it leads
    objections: bool = True
    referrals: bool = True
    urges: bool = True
    work: bool = True


ANYTHING = Beside()
_FOLLOWER = aliased(Ticket)
_OF: dict[str, Any] = {
    "answers": TicketAnswer.ticket_id, "attachments": Attachment.ticket_id, "escalations": Escalation.ticket_id,
    "merged": _FOLLOWER.lead_id, "objections": Objection.ticket_id, "referrals": Referral.ticket_id,
    "urges": Urge.ticket_id, "work": WorkRecord.ticket_id,
}  # fmt: skip
LOOK: tuple[ColumnElement[bool], ...] = tuple(exists().where(_OF[each.name] == Ticket.id) for each in fields(Beside))
"""The columns that fill a `Beside`, in its order."""

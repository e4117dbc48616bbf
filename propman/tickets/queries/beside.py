"""What there is beside the row of a ticket. Most have no referral, no objection, no photograph: one look with it
says so, and nobody asks for what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from propman.communities.models import Engagement
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
from propman.tickets.queries.rows import PayerRow, VerdictRow


@dataclass(frozen=True)
class Beside:
    """Whether there is anything of each kind, also what is over; where nobody has looked, there may be."""

    verdict: VerdictRow | None = None  # on its warranty, the last one
    payer: PayerRow | None = None  # the last one
    answers: bool = True
    attachments: bool = True
    escalations: bool = True
    merged: bool = True  # reports that it leads
    objections: bool = True
    referrals: bool = True
    urges: bool = True
    work: bool = True
    held_by_manager: bool = False  # whoever holds it is in charge today as the manager of its community


ANYTHING = Beside()
_FOLLOWER = aliased(Ticket)
_OF: dict[str, Any] = {
    "answers": TicketAnswer.ticket_id, "attachments": Attachment.ticket_id, "escalations": Escalation.ticket_id,
    "merged": _FOLLOWER.lead_id, "objections": Objection.ticket_id, "referrals": Referral.ticket_id,
    "urges": Urge.ticket_id, "work": WorkRecord.ticket_id,
}  # fmt: skip


def there(on: date) -> tuple[ColumnElement[bool], ...]:
    """What a statement for tickets asks to fill a `Beside` on the day `on`, in its order, after verdict and payer."""
    managed = exists().where(
        Engagement.community_id == Ticket.community_id, Engagement.organisation_id == Ticket.organisation_id,
        Engagement.in_force(on), Ticket.placed_with_id.is_(None),
    )  # fmt: skip
    return (*(exists().where(_OF[each.name] == Ticket.id) for each in fields(Beside) if each.name in _OF), managed)

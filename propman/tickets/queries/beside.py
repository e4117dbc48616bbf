"""What there is beside the row of a ticket. Most have no referral, no objection, no photograph: one look with it
says so, and nobody asks for what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from propman.communities.models import Engagement
from propman.tickets.models import (
    Attachment,
    Escalation,
    Objection,
    Referral,
    Ticket,
    TicketAnswer,
    TicketPayer,
    TicketVerdict,
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
    held_by_manager: bool = False  # whoever holds it is in charge today as the manager of its community
    verdict: TicketVerdict | None = None  # on its warranty, the last one
    payer: TicketPayer | None = None  # the last one


ANYTHING = Beside()
_FOLLOWER = aliased(Ticket)
_OF: dict[str, Any] = {
    "answers": TicketAnswer.ticket_id, "attachments": Attachment.ticket_id, "escalations": Escalation.ticket_id,
    "merged": _FOLLOWER.lead_id, "objections": Objection.ticket_id, "referrals": Referral.ticket_id,
    "urges": Urge.ticket_id, "work": WorkRecord.ticket_id,
}  # fmt: skip


Last = TypeVar("Last", TicketVerdict, TicketPayer)


def look(query: Select[Any], on: date) -> Select[Any]:
    """`query` for tickets, with what fills a `Beside` on the day `on`, in its order."""
    there = tuple(exists().where(_OF[each.name] == Ticket.id) for each in fields(Beside) if each.name in _OF)
    managed = exists().where(
        Engagement.community_id == Ticket.community_id, Engagement.organisation_id == Ticket.organisation_id,
        Engagement.in_force(on), Ticket.placed_with_id.is_(None),
    )  # fmt: skip
    query = (
        query.select_from(Ticket)
        .outerjoin(TicketVerdict, _last(TicketVerdict))
        .outerjoin(TicketPayer, _last(TicketPayer))
    )
    return query.add_columns(*there, managed, TicketVerdict, TicketPayer)


def _last(model: type[Last]) -> ColumnElement[bool]:
    """The condition that a verdict or payer is the one of its ticket that counts."""
    other = aliased(model)
    latest = select(func.max(other.run)).where(other.ticket_id == Ticket.id).scalar_subquery()
    return and_(model.ticket_id == Ticket.id, model.run == latest)

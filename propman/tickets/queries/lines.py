"""What a line of a list shows of a ticket: one statement that stands ready, whatever the number of lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Row, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from propman.accounts.models import User
from propman.communities.models import Organisation, Place
from propman.tickets.models import Objection, Referral, Ticket, TicketVerdict, Urge
from propman.tickets.queries.recourse import flagged

Shown = Row[*tuple[Any, ...]]
"""The columns of `_LINES`, by name."""

_follower, _concerns = aliased(Ticket), aliased(Organisation)
_households = select(1 + func.count()).where(_follower.lead_id == Ticket.id).scalar_subquery()
_verdict = (
    select(TicketVerdict.verdict).where(TicketVerdict.ticket_id == Ticket.id)
    .order_by(TicketVerdict.run.desc()).limit(1).scalar_subquery()
)  # fmt: skip

_LINES = (
    select(
        Ticket.id, Ticket.number, Ticket.version, Ticket.category, Ticket.priority, Ticket.state, Ticket.stars,
        Ticket.due_at, Ticket.due_kind, Ticket.hold_until_on, Ticket.hold_reason, Ticket.submitted_at, Ticket.asked_at,
        Ticket.reopened, Ticket.assignee_id, Ticket.place_id, Place.path, Organisation.name.label("organisation"),
        User.name.label("assignee"), _households.label("households"), _verdict.label("verdict"),
        flagged().label("flagged"), Referral.id.label("referral_id"), Referral.accepted_at, Referral.answer_due_at,
        Urge.answer_by_on, Objection.objected_at, _concerns.name.label("concerns"),
    )
    .join(Place, Place.id == Ticket.place_id)
    .join(Organisation, Organisation.id == Ticket.organisation_id)
    .outerjoin(User, User.id == Ticket.assignee_id)
    .outerjoin(Referral, (Referral.ticket_id == Ticket.id) & Referral.ended_at.is_(None))
    .outerjoin(Urge, (Urge.ticket_id == Ticket.id) & Urge.ended_at.is_(None))
    .outerjoin(Objection, (Objection.ticket_id == Ticket.id) & Objection.ended_at.is_(None))
    .outerjoin(_concerns, _concerns.id == Objection.concerns_id)
    .where(Ticket.id.in_(bindparam("ids", type_=BigInteger, expanding=True)))
)  # fmt: skip


def lines_of(session: Session, ids: Sequence[int]) -> list[Shown]:
    """The tickets with these `ids`, in their order, with place, holder, and what is open beside them.

    Whoever may see them was asked before: the ids come from a list in scope.
    """
    rows: dict[int, Shown] = {row.id: row for row in session.execute(_LINES, {"ids": list(ids)})} if ids else {}
    return [rows[each] for each in ids if each in rows]

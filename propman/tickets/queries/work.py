"""What repairs took: of one ticket, completion by completion, and of a part, all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from propman.roles import Role, Viewer
from propman.tickets.models import Ticket, WorkPart, WorkRecord
from propman.tickets.queries.scope import former_days, staff_scope

SEES_WORK = frozenset(
    {
        Role.DISPATCHER, Role.COMPANY_MANAGER, Role.WORKER, Role.STREET_OFFICE, Role.OFFICIAL, Role.READONLY_OFFICIAL,
        Role.AUDITOR,
    }
)  # fmt: skip
"""Who reads what a repair took: those who do it, pay for it or watch over it. Never the public."""


@dataclass(frozen=True)
class WorkSum:
    """How many completions said what they took, and what that comes to."""

    completions: int
    minutes: int
    cost_fen: int


def work_of(session: Session, ticket: Ticket) -> Sequence[WorkRecord]:
    """What the completions of `ticket` took, in order, with their parts."""
    query = select(WorkRecord).where(WorkRecord.ticket_id == ticket.id).order_by(WorkRecord.id)
    return session.scalars(query.options(selectinload(WorkRecord.parts).joinedload(WorkPart.what))).all()


def work_of_part(session: Session, asset_id: int, viewer: Viewer, now: datetime) -> WorkSum | None:
    """What the repairs of a part took, as far as `viewer` sees them and may read it; None without any."""
    if not viewer.roles & SEES_WORK:
        return None
    scope = staff_scope(viewer, now, former_days=former_days(session, viewer, now)).where(Ticket.asset_id == asset_id)
    mine = select(WorkRecord).where(WorkRecord.ticket_id.in_(scope.with_only_columns(Ticket.id)))
    records = session.scalars(mine.options(selectinload(WorkRecord.parts))).all()
    if not records:
        return None
    return WorkSum(
        completions=len(records), minutes=sum(record.minutes or 0 for record in records),
        cost_fen=sum(record.cost_fen for record in records),
    )  # fmt: skip

"""What repairs took: of one ticket, completion by completion, and of a part, all together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, selectinload

from propman import clock
from propman.roles import Role, Viewer
from propman.tickets.models import Ticket, TicketEvent, WorkPart, WorkRecord
from propman.tickets.queries.rows import AnyTicket
from propman.tickets.queries.scope import queue_scope

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


def work_of(session: Session, ticket: AnyTicket) -> Sequence[WorkRecord]:
    """What the completions of `ticket` took, in order, with their parts."""
    query = select(WorkRecord).where(WorkRecord.ticket_id == ticket.id).order_by(WorkRecord.id)
    return session.scalars(query.options(selectinload(WorkRecord.parts).joinedload(WorkPart.what))).all()


def work_of_part(session: Session, asset_id: int, viewer: Viewer, now: datetime) -> WorkSum | None:
    """What the repairs of a part took, as far as `viewer` sees them and may read it; None without any."""
    records = [record for record, _at in _of_part(session, asset_id, viewer, now)]
    return _sum(records) if records else None


def work_by_year(session: Session, asset_id: int, viewer: Viewer, now: datetime) -> dict[int, WorkSum]:
    """The same by the year in which they were completed, the latest first."""
    found: dict[int, list[WorkRecord]] = defaultdict(list)
    for record, at in _of_part(session, asset_id, viewer, now):
        found[clock.local_date(at).year].append(record)
    return {year: _sum(found[year]) for year in sorted(found, reverse=True)}


def _of_part(session: Session, asset_id: int, viewer: Viewer, now: datetime) -> Sequence[Row[WorkRecord, datetime]]:
    """What was said of each repair of a part that `viewer` sees and of which they may read it, and when it was done."""
    if not viewer.roles & SEES_WORK:
        return ()
    scope = queue_scope(session, viewer, now).where(Ticket.asset_id == asset_id)
    mine = select(WorkRecord, TicketEvent.at).join(TicketEvent, TicketEvent.id == WorkRecord.event_id)
    mine = mine.where(WorkRecord.ticket_id.in_(scope.with_only_columns(Ticket.id)))
    return session.execute(mine.options(selectinload(WorkRecord.parts))).all()


def _sum(records: Sequence[WorkRecord]) -> WorkSum:
    return WorkSum(
        completions=len(records), minutes=sum(record.minutes or 0 for record in records),
        cost_fen=sum(record.cost_fen for record in records),
    )  # fmt: skip

"""One time axis of a part: reported and repaired, inspected, found in which condition, guaranteed from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset, AssetCondition
from propman.inspections.models import Duty, Plan, Target
from propman.inspections.queries.listed import BY_RULE
from propman.inspections.queries.scope import visible_to
from propman.inspections.schedule import End
from propman.roles import Viewer
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.queries import queue_scope
from propman.tickets.workflow import Action

MOST = 60  # of a kind; the latest


class Kind(StrEnum):
    """What a point of the axis tells of."""

    REPORTED = "reported"
    REPAIRED = "repaired"
    INSPECTED = "inspected"
    CONDITION = "condition"
    ACCEPTED = "accepted"
    WARRANTY_END = "warranty_end"
    REMOVED = "removed"


@dataclass(frozen=True)
class Happening:
    """One point: the day, what it tells of, and what that was: a ticket, a duty with its template and end, a score."""

    on: date
    kind: Kind
    number: str | None = None
    category: str | None = None
    duty_id: int | None = None
    template: str | None = None
    ended_as: End | None = None
    score: int | None = None


def axis(session: Session, part: Asset, viewer: Viewer, now: datetime) -> Sequence[Happening]:
    """What happened to a part, the latest day first, as far as `viewer` sees it. Four queries."""
    found = [*_own(part), *_tickets(session, part, viewer, now), *_duties(session, part, viewer, now),
             *_conditions(session, part)]  # fmt: skip
    return sorted(found, key=lambda point: point.on, reverse=True)


def _own(part: Asset) -> Iterator[Happening]:
    """What the papers say."""
    accepted_on = part.accepted_on or (part.work_item.accepted_on if part.work_item else None)
    if accepted_on is not None:
        yield Happening(accepted_on, Kind.ACCEPTED)
    if part.warranty_last_on is not None:
        yield Happening(part.warranty_last_on, Kind.WARRANTY_END)
    if part.removed_on is not None:
        yield Happening(part.removed_on, Kind.REMOVED)


def _tickets(session: Session, part: Asset, viewer: Viewer, now: datetime) -> Iterator[Happening]:
    scope = queue_scope(session, viewer, now).where(Ticket.asset_id == part.id).with_only_columns(Ticket.id)
    query = (
        select(TicketEvent.action, TicketEvent.at, Ticket.number, Ticket.category)
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
        .where(TicketEvent.ticket_id.in_(scope), TicketEvent.action.in_((Action.SUBMIT, Action.COMPLETE)))
        .order_by(TicketEvent.at.desc(), TicketEvent.id.desc())
    )
    for action, at, number, category in session.execute(query.limit(MOST)):
        kind = Kind.REPAIRED if action is Action.COMPLETE else Kind.REPORTED
        yield Happening(clock.local_date(at), kind, number=number, category=category)


def _duties(session: Session, part: Asset, viewer: Viewer, now: datetime) -> Iterator[Happening]:
    query = (
        select(Duty.id, Duty.due_on, Duty.done_on, Duty.ended_as, Plan.template)
        .join(Target, Target.id == Duty.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .where(Target.asset_id == part.id, Duty.ended_as.is_not(None), *BY_RULE, visible_to(viewer, now))
        .order_by(Duty.due_on.desc(), Duty.id.desc())
    )
    for duty_id, due_on, done_on, ended_as, template in session.execute(query.limit(MOST)):
        yield Happening(done_on or due_on, Kind.INSPECTED, duty_id=duty_id, template=template, ended_as=ended_as)


def _conditions(session: Session, part: Asset) -> Iterator[Happening]:
    query = select(AssetCondition.found_on, AssetCondition.score).where(AssetCondition.asset_id == part.id)
    for found_on, score in session.execute(query.order_by(AssetCondition.found_on.desc()).limit(MOST)):
        yield Happening(found_on, Kind.CONDITION, score=score)

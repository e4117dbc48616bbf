"""What the system does by itself: close what stayed unanswered, hand over what changed hands. Safe to repeat.

Jobs select by state, not by "since last run", so that a missed night heals itself; a savepoint per ticket, so that one
bad ticket is logged and the rest go on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.queries import number_setting
from propman.tickets import queries
from propman.tickets.models import ClockKind, ReferralEnd, Ticket, TicketClock
from propman.tickets.operations.moving import Brought, settle_holder, step
from propman.tickets.operations.referring import end
from propman.tickets.workflow import Action, Party, State, legal

log = logging.getLogger(__name__)


def close_unanswered(session: Session, *, now: datetime) -> int:
    """Close what was completed long ago and never answered; how many. Counted as neither solved nor satisfied."""
    days = number_setting(session, "close_unanswered_after_days", clock.local_date(now))
    waiting = select(Ticket.id).where(
        Ticket.state == State.COMPLETED, Ticket.completed_at <= now - timedelta(days=days)
    )
    due = list(session.scalars(waiting.order_by(Ticket.id)))
    return _for_each(session, due, lambda ticket: _close(session, ticket, now))


def hand_over_due(session: Session, *, now: datetime) -> int:
    """Hand over the open tickets whose holder no longer manages their community; how many."""
    due = list(session.scalars(queries.held_by_another(now)))

    def hand_over(ticket: Ticket) -> bool:
        holder = queries.holder_today(session, ticket, now)
        return settle_holder(session, ticket=ticket, now=now, holder=holder) is not None

    return _for_each(session, due, hand_over)


def _close(session: Session, ticket: Ticket, now: datetime) -> bool:
    row = legal(Action.CLOSED_BY_SYSTEM, ticket.state)
    if row is None:
        return False

    def close(_clocks: dict[ClockKind, TicketClock], at: datetime) -> None:
        ticket.confirmed_at = at

    event = step(session, ticket=ticket, row=row, party=Party.SYSTEM, actor_id=None, now=now, brought=Brought(),
                 effect=close)  # fmt: skip
    end(session, ticket=ticket, kind=ReferralEnd.PROVEN, at=event.at)
    return True


def _for_each(session: Session, ticket_ids: list[int], act: Callable[[Ticket], bool]) -> int:
    done = 0
    for ticket_id in ticket_ids:
        try:
            with session.begin_nested():
                done += act(session.get_one(Ticket, ticket_id))
        except Exception:
            log.exception("ticket %s could not be moved by the system", ticket_id)
    return done

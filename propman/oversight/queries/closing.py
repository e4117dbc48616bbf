"""Which month is to be closed next."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.oversight import rules
from propman.oversight.models import ClosedMonth
from propman.oversight.queries import counting
from propman.oversight.queries.counting import of
from propman.tickets.models import TicketEvent


def next_to_close(session: Session, now: datetime) -> date | None:
    """The month that is to be closed now, the earliest first; None while there is none."""
    last = session.scalar(select(func.max(ClosedMonth.month)))
    if last is not None:
        month: date | None = rules.following(last)
    else:
        move = of(TicketEvent)
        month = session.scalar(select(func.min(move.month)).where(counting.in_months(move, date.min, date.max)))
    return month if month is not None and rules.closable(month, now) else None

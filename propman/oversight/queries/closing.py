"""Which months are closed, and which is to be closed next."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.catalogue import kept
from propman.oversight import rules
from propman.oversight.models import ClosedMonth
from propman.oversight.queries import counting, inspected
from propman.oversight.queries.counting import of
from propman.tickets.models import TicketEvent

_MONTH = of(ClosedMonth).month
_CLOSED_MONTHS = select(func.min(_MONTH), func.max(_MONTH))


def closed_months(session: Session) -> tuple[date, date] | None:
    """The first and the last month that are closed, with all between; None while none is.

    Kept with the rules: whoever closes a month draws them a new word.
    """

    def read() -> tuple[date, date] | None:
        ends: Any = session.execute(_CLOSED_MONTHS).one()
        return (ends[0], ends[1]) if ends[0] is not None else None

    return kept.rules(session).once(ClosedMonth, read)


def next_to_close(session: Session, now: datetime) -> date | None:
    """The month that is to be closed now, the earliest first; None while there is none."""
    last = session.scalar(select(func.max(ClosedMonth.month)))
    if last is not None:
        month: date | None = rules.following(last)
    else:
        move = of(TicketEvent)
        moved = session.scalar(select(func.min(move.month)).where(counting.in_months(move, date.min, date.max)))
        month = min((first for first in (moved, inspected.first_month(session)) if first is not None), default=None)
    return month if month is not None and rules.closable(month, now) else None

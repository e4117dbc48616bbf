"""What each person has to do today: one statement over the open jobs in a viewer's scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from propman import clock
from propman.roles import Viewer
from propman.tickets.models import Ticket
from propman.tickets.queries.scope import staff_scope
from propman.tickets.workflow import State

AT_HAND = (State.ASSIGNED, State.UNDERWAY, State.ON_HOLD)


@dataclass(frozen=True)
class Load:
    """The jobs of one person now. `today` are due before the end of the day and not late yet; `open` is all of them."""

    open: int = 0
    underway: int = 0
    on_hold: int = 0
    today: int = 0
    late: int = 0
    next_at: datetime | None = None  # when the next appointment begins


def loads(session: Session, viewer: Viewer, now: datetime) -> Mapping[int, Load]:
    """The jobs in the scope of `viewer` by the id of the person who has them."""
    _begins, tonight = clock.day_span(clock.local_date(now))
    counts = (
        func.count(),
        _how_many(Ticket.state == State.UNDERWAY),
        _how_many(Ticket.state == State.ON_HOLD),
        _how_many((Ticket.due_at >= now) & (Ticket.due_at < tonight)),
        _how_many(Ticket.due_at < now),
        func.min(Ticket.appointed_from).filter(Ticket.appointed_from >= now),
    )
    jobs = staff_scope(viewer, now).where(Ticket.assignee_id.is_not(None), Ticket.state.in_(AT_HAND))
    query = jobs.with_only_columns(Ticket.assignee_id, *counts, maintain_column_froms=True)
    found = session.execute(query.group_by(Ticket.assignee_id)).all()
    return {row[0]: Load(*row[1:]) for row in found}  # type: ignore[misc]


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)

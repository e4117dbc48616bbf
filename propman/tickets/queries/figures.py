"""How many tickets stand how, in the scope of a viewer: the figures of the home pages, each with a list behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.roles import Viewer
from propman.tickets.models import Ticket
from propman.tickets.queries.narrowing import added_after_closing, closed_by_system
from propman.tickets.queries.objections import is_objected
from propman.tickets.queries.scope import queue_scope
from propman.tickets.queries.urges import is_urged
from propman.tickets.workflow import HoldReason, State


@dataclass(frozen=True)
class Figures:
    """Counts over one scope, now. `late` are open ones past the deadline that presses; what is on hold is open too."""

    open: int
    late: int
    unassigned: int
    on_hold: int
    waiting: int  # completed, and the reporter has not answered
    urged: int
    objected: int  # to be decided on
    urge_late: int  # urged, and the day of the answer has passed

    @property
    def at_work(self) -> int:
        """The open ones without those on hold."""
        return self.open - self.on_hold


@dataclass(frozen=True)
class Outcomes:
    """Counts over all reports of one scope, closed ones too: of several about one fault the lead, the others apart.
    What was taken over from another system is among none of them.
    """

    all: int
    merged: int
    reopened: int
    closed_by_system: int
    added: int  # closed ones to which something was added since, of which nobody has noted anything yet


def figures(session: Session, viewer: Viewer, now: datetime) -> Figures:
    """What is open in the queue of `viewer`: one statement over the open tickets."""
    counts = (
        func.count(),
        _how_many(Ticket.due_at < now),
        _how_many(Ticket.state == State.SUBMITTED),
        _how_many(Ticket.state == State.ON_HOLD),
        _how_many(Ticket.state == State.COMPLETED),
        _how_many(is_urged()),
        _how_many(is_objected(viewer)),
        _how_many(is_urged(late_on=clock.local_date(now))),
    )
    scope = queue_scope(session, viewer, now).where(Ticket.is_open())
    row: tuple[int, ...] = tuple(session.execute(scope.with_only_columns(*counts, maintain_column_froms=True)).one())
    return Figures(*row)


def holds(session: Session, viewer: Viewer, now: datetime) -> dict[HoldReason, int]:
    """How many in the queue of `viewer` are on hold for each reason that some wait for."""
    scope = queue_scope(session, viewer, now)
    query = scope.where(Ticket.state == State.ON_HOLD).with_only_columns(Ticket.hold_reason, func.count())
    counts = dict(session.execute(query.group_by(Ticket.hold_reason)).all())
    return {reason: counts[reason] for reason in HoldReason if reason in counts}


def added_count(session: Session, viewer: Viewer, now: datetime) -> int:
    """`Outcomes.added` alone."""
    return session.scalar(_added(queue_scope(session, viewer, now))) or 0


def outcomes(session: Session, viewer: Viewer, now: datetime) -> Outcomes:
    """What became of all reports in the queue of `viewer`: one statement over all of them."""
    merged = Ticket.state == State.MERGED
    scope = queue_scope(session, viewer, now)
    taken_over = scope.where(Ticket.is_imported()).with_only_columns(func.count(), maintain_column_froms=True)
    own = _how_many(~merged) - taken_over.correlate(None).scalar_subquery()
    counts = (own, _how_many(merged), _how_many(Ticket.reopened > 0), _how_many(closed_by_system()),
              _added(scope).correlate(None).scalar_subquery())  # fmt: skip
    return Outcomes(*session.execute(scope.with_only_columns(*counts, maintain_column_froms=True)).one())


def jobs_count(session: Session, viewer: Viewer) -> int:
    """How many jobs are given to `viewer` that still have to be done."""
    query = select(func.count()).where(
        Ticket.assignee_id == viewer.user_id, Ticket.state.in_((State.ASSIGNED, State.UNDERWAY, State.ON_HOLD))
    )
    return session.scalar(query) or 0


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _added(scope: Select[Ticket]) -> Select[int]:
    """Counted by itself: it is found from what was added, and not by reading every closed report."""
    return scope.where(added_after_closing()).with_only_columns(func.count(), maintain_column_froms=True)

"""The two clocks of a ticket in the database: start, pause, resume, stop. What they mean, `tickets.sla` says."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.calendar import WorkCalendar
from propman.limits import Limit
from propman.tickets import sla
from propman.tickets.models import ClockKind, Ticket, TicketClock


def start_clock(
    session: Session, *, ticket: Ticket, kind: ClockKind, limit: str, calendar: WorkCalendar, now: datetime
) -> TicketClock:
    """Begin the next run of the `kind` clock of `ticket` at full length. `limit` as the catalogue writes it."""
    due = sla.deadline(Limit.parse(limit), priority=ticket.priority, start_at=now, calendar=calendar)
    last = select(func.max(TicketClock.run)).where(TicketClock.ticket_id == ticket.id, TicketClock.kind == kind)
    run = TicketClock(
        ticket_id=ticket.id,
        kind=kind,
        run=(session.scalar(last) or 0) + 1,
        limit=limit,
        started_at=now,
        due_at=due.due_at,
        calendar=due.calendar_version,
    )
    session.add(run)
    return run


def running(session: Session, ticket: Ticket) -> dict[ClockKind, TicketClock]:
    """The runs of `ticket` that have not stopped: at most one of each kind."""
    query = select(TicketClock).where(TicketClock.ticket_id == ticket.id, TicketClock.stopped_at.is_(None))
    return {run.kind: run for run in session.scalars(query)}


def stop(run: TicketClock | None, *, answered: bool, now: datetime) -> None:
    """Stop `run` for good; `answered` says whether it got what it waits for. None changes nothing."""
    if run is not None:
        run.paused_at, run.stopped_at, run.answered = None, now, answered


def pause(run: TicketClock | None, *, now: datetime) -> None:
    """Pause `run` from `now`."""
    if run is not None:
        run.paused_at = now


def unpause(run: TicketClock | None, *, priority: str, calendar: WorkCalendar, now: datetime) -> None:
    """Go on after a pause: the deadline moves by what the pause took from it."""
    if run is None or run.paused_at is None:
        return
    moved = sla.extend_by_pause(
        Limit.parse(run.limit), priority=priority, due_at=run.due_at, paused_from=run.paused_at, paused_until=now,
        calendar=calendar,
    )  # fmt: skip
    run.due_at, run.calendar, run.paused_at = moved.due_at, moved.calendar_version, None

"""The clocks of a ticket in the database: start, pause, resume, stop. What they mean, `tickets.sla` says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.calendar import WorkCalendar
from propman.catalogue.queries import clock_rule, work_calendar
from propman.db import fresh
from propman.limits import Limit
from propman.tickets import sla
from propman.tickets.models import STAND_STILL, TWO_CLOCKS, ClockKind, Ticket, TicketClock


def start_clock(
    session: Session, *, ticket: Ticket, kind: ClockKind, limit: str, calendar: WorkCalendar, now: datetime
) -> TicketClock:
    """Begin the next run of the `kind` clock of `ticket` at full length. `limit` as the catalogue writes it."""
    last = select(func.max(TicketClock.run)).where(TicketClock.ticket_id == ticket.id, TicketClock.kind == kind)
    run = _run(ticket, kind, limit, calendar, now, number=(session.scalar(last) or 0) + 1)
    session.add(run)
    return run


def _run(
    ticket: Ticket, kind: ClockKind, limit: str, calendar: WorkCalendar, now: datetime, *, number: int
) -> TicketClock:
    due_at = sla.due(Limit.parse(limit), priority=ticket.priority, start_at=now, calendar=calendar)
    return fresh(
        TicketClock,
        ticket_id=ticket.id,
        kind=kind,
        run=number,
        limit=limit,
        priority=ticket.priority,
        started_at=now,
        due_at=due_at,
        calendar=calendar.version,
    )


def running(session: Session, ticket: Ticket) -> dict[ClockKind, TicketClock]:
    """The runs of `ticket` that have not stopped: at most one of each kind."""
    query = select(TicketClock).where(TicketClock.ticket_id == ticket.id, TicketClock.stopped_at.is_(None))
    return {run.kind: run for run in session.scalars(query)}


def start_clocks(session: Session, *, ticket: Ticket, now: datetime) -> None:
    """Begin a run of both clocks, and of each milestone that a rule of the day sets, at full length."""
    calendar = work_calendar(session, clock.local_date(now))
    for kind, limit in _limits(session, ticket, now):
        start_clock(session, ticket=ticket, kind=kind, limit=limit, calendar=calendar, now=now)


def first_runs(session: Session, *, ticket: Ticket, now: datetime) -> list[TicketClock]:
    """As `start_clocks`, for a ticket without a row: the first runs, not yet in the session and without its id."""
    calendar = work_calendar(session, clock.local_date(now))
    return [_run(ticket, kind, limit, calendar, now, number=1) for kind, limit in _limits(session, ticket, now)]


def _limits(session: Session, ticket: Ticket, now: datetime) -> list[tuple[ClockKind, str]]:
    """Both clocks, and each milestone that a rule of the day sets, with their limits."""
    today = clock.local_date(now)
    rule = clock_rule(session, ticket.category, ticket.priority, today)
    limits = {
        ClockKind.RESPOND: rule.respond, ClockKind.ON_SITE: rule.on_site, ClockKind.MAKE_SAFE: rule.make_safe,
        ClockKind.RESOLVE: rule.resolve,
    }  # fmt: skip
    return [(kind, limit) for kind, limit in limits.items() if kind in TWO_CLOCKS or Limit.parse(limit).sets_a_time]


def run_on(session: Session, *, ticket: Ticket) -> None:
    """Let the clocks go on that ended unanswered: in runs with the same start and deadline, as if none had ended."""
    last: dict[ClockKind, TicketClock] = {}
    query = select(TicketClock).where(TicketClock.ticket_id == ticket.id).order_by(TicketClock.run)
    for run in session.scalars(query):
        last[run.kind] = run
    for run in last.values():
        if run.answered is False:
            session.add(TicketClock(
                ticket_id=ticket.id, kind=run.kind, run=run.run + 1, limit=run.limit, priority=run.priority,
                started_at=run.started_at, due_at=run.due_at, calendar=run.calendar, extended_on=run.extended_on,
            ))  # fmt: skip


def stop(run: TicketClock | None, *, answered: bool, now: datetime) -> None:
    """Stop `run` for good; `answered` says whether it got what it waits for. None changes nothing."""
    if run is not None:
        run.paused_at, run.stopped_at, run.answered = None, now, answered


Clocks = Mapping[ClockKind, TicketClock]
"""The running ones of a ticket."""


def pause(clocks: Clocks, *, now: datetime) -> None:
    """Pause from `now` what a hold pauses."""
    for kind in STAND_STILL:
        if kind in clocks:
            clocks[kind].paused_at = now


def unpause(clocks: Clocks, *, calendar: WorkCalendar, now: datetime) -> None:
    """Go on after a pause: each deadline moves by what the pause took from it."""
    for run in clocks.values():
        if run.paused_at is not None:
            _go_on(run, run.paused_at, calendar, now)


def unpause_all(session: Session, clocks: Clocks, *, now: datetime) -> None:
    """As `unpause`, by the calendar of the day, which is asked for only where something is paused."""
    if any(run.paused_at for run in clocks.values()):
        unpause(clocks, calendar=work_calendar(session, clock.local_date(now)), now=now)


def _go_on(run: TicketClock, paused_at: datetime, calendar: WorkCalendar, now: datetime) -> None:
    moved = sla.extend_by_pause(
        Limit.parse(run.limit), priority=run.priority, due_at=run.due_at, paused_from=paused_at, paused_until=now,
        calendar=calendar,
    )  # fmt: skip
    run.due_at, run.calendar, run.paused_at = moved.due_at, moved.calendar_version, None


def replace(
    session: Session, *, ticket: Ticket, run: TicketClock, due_at: datetime | None, limit: str, calendar: str,
    at: datetime, extended_on: date | None = None,
) -> TicketClock:  # fmt: skip
    """Put another run in the place of `run`: with the same start, the same pause, the same stop, and this deadline.

    The old one stays beside it, stopped at `at` if it still ran.
    """
    fresh = TicketClock(
        ticket_id=ticket.id, kind=run.kind, run=run.run + 1, limit=limit, priority=ticket.priority,
        started_at=run.started_at, due_at=due_at, calendar=calendar, extended_on=extended_on, paused_at=run.paused_at,
        stopped_at=run.stopped_at, answered=run.answered,
    )  # fmt: skip
    if run.stopped_at is None:
        stop(run, answered=False, now=at)
    session.add(fresh)
    return fresh

"""The clocks that run, and what was told of them already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from propman.calendar import WorkCalendar
from propman.catalogue.models import EscalationRule
from propman.catalogue.queries import escalation_rules, work_calendar
from propman.data.escalation import Level
from propman.tickets.escalation import Running
from propman.tickets.models import Escalation, Ticket, TicketClock
from propman.tickets.queries.rows import AnyTicket

Due = tuple[int, int, list[EscalationRule]]
"""A ticket, a run of one of its clocks, and the rules that this has reached and that were not told yet."""


def escalations_of(session: Session, ticket: AnyTicket) -> Sequence[Escalation]:
    """What was reminded of and escalated about `ticket`, in order, with rules and clocks; one statement."""
    query = select(Escalation).where(Escalation.ticket_id == ticket.id).order_by(Escalation.id)
    return session.scalars(query.options(joinedload(Escalation.rule), joinedload(Escalation.clock))).all()


def running(*, of: int | None = None) -> tuple[ColumnElement[bool], ...]:
    """The conditions for the clocks of open tickets (one of them: `of`) that run towards a deadline or past it."""
    ticks = (
        TicketClock.ticket_id == Ticket.id, Ticket.is_open(), TicketClock.stopped_at.is_(None),
        TicketClock.paused_at.is_(None), TicketClock.due_at.is_not(None),
    )  # fmt: skip
    return ticks if of is None else (*ticks, Ticket.id == of)


@dataclass(frozen=True)
class Grounds:
    """The rules that speak, and the calendar that they count by, as they are known on one day."""

    rules: Sequence[EscalationRule]
    calendar: WorkCalendar

    @classmethod
    def on(cls, session: Session, day: date) -> Grounds:
        """What is known on `day`."""
        return cls(tuple(escalation_rules(session, day).values()), work_calendar(session, day))


def escalations_due(session: Session, grounds: Grounds, now: datetime, *, of: int | None = None) -> Iterator[Due]:
    """What is to be told at `now`: clock by clock, the rules it has reached; of the ticket `of` alone if given."""
    ticks = running(of=of)
    told: dict[int, set[tuple[str, Level]]] = defaultdict(set)
    spoken = select(Escalation.clock_id, Escalation.code, Escalation.level)
    spoken = spoken.join(TicketClock, TicketClock.id == Escalation.clock_id)
    for clock_id, code, level in session.execute(spoken.join(Ticket, Ticket.id == Escalation.ticket_id).where(*ticks)):
        told[clock_id].add((code, level))
    columns = (TicketClock.ticket_id, TicketClock.id, TicketClock.kind, TicketClock.limit, TicketClock.started_at,
               TicketClock.due_at, Ticket.priority)  # fmt: skip
    for row in session.execute(select(*columns).where(*ticks).order_by(TicketClock.ticket_id, TicketClock.id)).all():
        run = Running(row.kind.value, row.limit, row.priority, row.started_at, row.due_at, grounds.calendar)
        reached = [
            rule for rule in grounds.rules if (rule.code, rule.level) not in told[row.id] and run.reached(rule, now)
        ]
        if reached:
            yield row.ticket_id, row.id, reached

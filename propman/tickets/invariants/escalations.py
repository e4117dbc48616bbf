"""The promise about reminders and escalations (I13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock, heartbeat
from propman.invariants import Finding
from propman.notify import queries as notify
from propman.tickets.escalation import JOB
from propman.tickets.models import Escalation, TicketClock, TicketEvent
from propman.tickets.operations.upkeep import MOST_AT_ONCE
from propman.tickets.queries import Grounds, escalations_due

UNSEEN = timedelta(seconds=60)  # a move of that moment may have been committed after the job looked, or spoke


def every_escalation_once(session: Session) -> Finding:
    """I13: each rule spoke once of each run of a clock, while that ran, with the notices it promised; and of what had
    been reached when the job last ran, none is missing.
    """
    spoken = session.execute(select(Escalation, TicketClock).join(Escalation.clock).order_by(Escalation.id)).all()
    written = notify.told(session)
    times = Counter((one.clock_id, one.code, one.level) for one, _run in spoken)
    broken = [f"{code} spoke {n} times of clock {clock_id} to {level}" for (clock_id, code, level), n in times.items()
              if n > 1]  # fmt: skip
    for one, run in spoken:
        if one.ticket_id != run.ticket_id:
            broken.append(f"escalation {one.id} is of another ticket than its clock")
        if one.at < run.started_at or (run.stopped_at is not None and one.at > run.stopped_at + UNSEEN):
            broken.append(f"escalation {one.id} was told while its clock did not run")
        if written[one.event_ref] != one.notices:
            broken.append(f"escalation {one.id} promised {one.notices} notices, {written[one.event_ref]} are there")
    broken += _missing(session)
    runs = session.scalar(select(func.count()).select_from(TicketClock)) or 0
    return Finding("I13", runs, tuple(broken))


def _missing(session: Session) -> Iterator[str]:
    """What the last run of the job left out. A move since, or a rule of that very day, was not yet its business."""
    last = heartbeat.last(session, JOB)
    if last is None or last.beaten_at is None or last.fault is not None or last.done >= MOST_AT_ONCE:
        return
    on = clock.local_date(last.beaten_at)
    grounds = Grounds.on(session, on)
    old = {rule.id for rule in Grounds.on(session, on - timedelta(days=1)).rules}
    grounds = Grounds([rule for rule in grounds.rules if rule.id in old], grounds.calendar)
    moved = select(TicketEvent.ticket_id, func.max(TicketEvent.at)).group_by(TicketEvent.ticket_id)
    moved_at = dict(session.execute(moved).all())
    for ticket_id, clock_id, rules in escalations_due(session, grounds, last.beaten_at):
        if moved_at[ticket_id] < last.beaten_at - UNSEEN:
            yield f"ticket {ticket_id}: {', '.join(rule.code for rule in rules)} did not speak of clock {clock_id}"

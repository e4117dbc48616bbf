"""The promise about reminders (E02). Reads only."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.inspections.models import Digest, Duty, Reminder
from propman.inspections.reminding import Level
from propman.inspections.schedule import End
from propman.invariants import Finding
from propman.notify import queries as notify


def every_reminder_once(session: Session) -> Finding:
    """E02: each organisation was told of its duties once a day, with the notices it promised; of what is said to be
    missed, each was.
    """
    written, broken = notify.told(session), list[str]()
    found = session.scalars(select(Digest).order_by(Digest.id)).all()
    for one in found:
        if written[one.event_ref] != one.notices:
            broken.append(f"reminder {one.id} promised {one.notices} notices, {written[one.event_ref]} are there")
    missed = select(Duty.id, Duty.ended_as).join(Reminder, Reminder.duty_id == Duty.id)
    told = missed.where(Reminder.level.in_([Level.MISSED, Level.OFFICE])).order_by(Duty.id)
    broken += [f"duty {duty_id} was told of as missed, and is {ended}" for duty_id, ended in session.execute(told)
               if ended is not End.MISSED]  # fmt: skip
    return Finding("E02", len(found), tuple(broken))

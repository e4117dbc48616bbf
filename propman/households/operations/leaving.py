"""Moving out ends it; the row stays on record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.audit.operations import record
from propman.db import held
from propman.households.models import JoinWish, Occupant
from propman.personal import erase


def move_out(session: Session, *, occupant: Occupant, actor_id: int | None, now: datetime) -> None:
    """Somebody moves out today; the row stays on record. A second time changes nothing. Flushes."""
    occupant, today = held(session, Occupant, occupant.id), clock.local_date(now)
    if not occupant.lasts_beyond(today):
        return
    occupant.ends_on = max(today, occupant.starts_on)
    session.flush()
    record(session, act="moved_out", subject_kind="user", subject_id=occupant.user_id, actor_id=actor_id, now=now)


def forget_person(session: Session, person: User, now: datetime) -> None:
    """Of a person who is erased: moves out everywhere today, and what was typed in wishes is emptied. Flushes."""
    today = clock.local_date(now)
    for occupant in session.scalars(
        select(Occupant).where(Occupant.user_id == person.id, Occupant.lasts_beyond(today))
    ):
        occupant.ends_on = max(today, occupant.starts_on)
    for wish in session.scalars(select(JoinWish).where(JoinWish.user_id == person.id)):
        erase(wish.flat, now=now)
        if wish.answered_at is None:
            wish.answered_at, wish.granted = now, False
    session.flush()

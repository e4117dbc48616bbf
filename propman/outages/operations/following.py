"""Who wants to be told of an outage without living there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from propman.accounts.models import User
from propman.db import insert_if_absent
from propman.outages.models import OutageFollower


def follow(session: Session, *, outage_id: int, user_id: int, now: datetime) -> None:
    """Let that person be told when the outage is moved or ends; a second time changes nothing."""
    values = {"outage_id": outage_id, "user_id": user_id, "since": now}
    insert_if_absent(session, OutageFollower, values)


def forget_person(session: Session, person: User, _now: datetime) -> None:
    """Somebody who is erased follows nothing any more."""
    session.execute(delete(OutageFollower).where(OutageFollower.user_id == person.id))

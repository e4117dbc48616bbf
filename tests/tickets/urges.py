"""Urging repairs of the small world, by the moves of the program; each flushes and gives the ticket."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.tickets import operations
from propman.tickets.models import Ticket
from tests.world import viewer


def urge(session: Session, world: Any, ticket: Ticket, *, by: User | None = None, now: datetime | None = None,
         on: date | None = None) -> Ticket:  # fmt: skip
    """official_qian wants an answer by tomorrow."""
    now = now or clock.now()
    operations.urge(session, ticket=ticket, viewer=viewer(session, by or world.official_qian, now=now), now=now,
                    seen_version=ticket.version, answer_by_on=on or clock.local_date(now) + timedelta(days=1),
                    note="三天未见人，请说明")  # fmt: skip
    return ticket


def answer(session: Session, world: Any, ticket: Ticket, *, by: User | None = None,
           now: datetime | None = None) -> Ticket:  # fmt: skip
    """dispatcher_mei answers."""
    now = now or clock.now()
    operations.answer_urge(session, ticket=ticket, viewer=viewer(session, by or world.dispatcher_mei, now=now),
                           now=now, seen_version=ticket.version, note="今天下午修好")  # fmt: skip
    return ticket

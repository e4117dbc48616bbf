"""Coming to a fault of the small world, by the moves of the program; each flushes and gives the ticket."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.tickets import operations
from propman.tickets.models import Ticket
from tests.world import World, viewer


def appoint(session: Session, world: World, ticket: Ticket, *, by: User | None = None, now: datetime | None = None,
            on: date | None = None, begins: time = time(9), ends: time = time(11)) -> Ticket:  # fmt: skip
    """dispatcher_mei agrees on the next day, from 9 to 11."""
    now = now or clock.now()
    operations.appoint(session, ticket=ticket, viewer=viewer(session, by or world.dispatcher_mei, now=now), now=now,
                       seen_version=ticket.version, on=on or clock.local_date(now) + timedelta(days=1), begins=begins,
                       ends=ends)  # fmt: skip
    return ticket


def arrive(session: Session, world: World, ticket: Ticket, *, by: User | None = None,
           now: datetime | None = None) -> Ticket:  # fmt: skip
    """worker_zhao is there."""
    now = now or clock.now()
    operations.arrive(session, ticket=ticket, viewer=viewer(session, by or world.worker_zhao, now=now), now=now,
                      seen_version=ticket.version)  # fmt: skip
    return ticket


def make_safe(session: Session, world: World, ticket: Ticket, *, by: User | None = None,
              now: datetime | None = None, note: str | None = "设了围挡") -> Ticket:  # fmt: skip
    """worker_zhao averts the danger."""
    now = now or clock.now()
    operations.make_safe(session, ticket=ticket, viewer=viewer(session, by or world.worker_zhao, now=now), now=now,
                         seen_version=ticket.version, note=note)  # fmt: skip
    return ticket


def safe(session: Session, world: World, ticket: Ticket, *, now: datetime | None = None) -> Ticket:
    """Agreed, arrived, made safe."""
    return make_safe(session, world, arrive(session, world, appoint(session, world, ticket, now=now), now=now), now=now)

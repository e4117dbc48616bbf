"""Later deadlines for repairs of the small world, by the moves of the program; each flushes and gives the ticket."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.tickets import operations
from propman.tickets.models import Ticket
from propman.tickets.operations import Correction
from tests import stories
from tests.world import World, viewer


def request(session: Session, world: World, ticket: Ticket, *, by: User | None = None, now: datetime | None = None,
            on: date | None = None) -> Ticket:  # fmt: skip
    """worker_zhao, who was sent, asks for ninety days."""
    now = now or clock.now()
    stories.assign(session, world, ticket, now=now)
    operations.request_extension(
        session, ticket=ticket, viewer=viewer(session, by or world.worker_zhao, now=now), now=now, note="等配件",
        seen_version=ticket.version, until_on=on or clock.local_date(now) + timedelta(days=90),
    )  # fmt: skip
    return ticket


def grant(session: Session, world: World, ticket: Ticket, *, now: datetime | None = None) -> Ticket:
    """As `request`, and dispatcher_mei grants it."""
    now = now or clock.now()
    request(session, world, ticket, now=now)
    operations.grant_extension(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=now), now=now,
                               seen_version=ticket.version, note="属实")  # fmt: skip
    return ticket


def correct(session: Session, world: World, ticket: Ticket, *, now: datetime | None = None) -> Ticket:
    """dispatcher_mei finds that it is about water, and more urgent."""
    now = now or clock.now()
    is_now = Correction("water", "P1", ticket.place_id, ticket.asset_id)
    operations.correct(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=now), now=now,
                       seen_version=ticket.version, correction=is_now, note="是爆管")  # fmt: skip
    return ticket

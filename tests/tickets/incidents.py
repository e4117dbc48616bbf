"""Several reports of one fault in the small world, by the moves of the program; each flushes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.roles import Viewer
from propman.tickets import operations
from propman.tickets.models import Ticket, TicketEvent
from tests import stories
from tests.world import World, viewer


def burst(
    session: Session, world: World, reports: int = 3, *, now: datetime | None = None, **words: Any
) -> list[Ticket]:
    """So many reports of a burst pipe, in both entrances of the building by turns; the first one leads."""
    places = (world.entrance, world.other_entrance)
    told = {"category": "water", "description": "水管爆了", "apart": False, **words}
    return [stories.report(session, world, now=now, **{"place": places[each % 2], **told}) for each in range(reports)]


def merge(session: Session, world: World, ticket: Ticket, lead: Ticket, *, now: datetime | None = None,
          by: User | None = None, note: str | None = None) -> TicketEvent:  # fmt: skip
    """dispatcher_mei merges `ticket` with `lead`."""
    now = now or clock.now()
    mei = viewer(session, by or world.dispatcher_mei, now=now)
    return operations.merge(session, ticket=ticket, viewer=mei, now=now, seen_version=ticket.version,
                            number=lead.number, note=note)  # fmt: skip


def separate(session: Session, world: World, ticket: Ticket, *, now: datetime | None = None,
             by: Viewer | None = None, note: str | None = None) -> TicketEvent:  # fmt: skip
    """dispatcher_mei, or whoever is looking, separates `ticket`."""
    now = now or clock.now()
    return operations.separate(session, ticket=ticket, now=now, seen_version=ticket.version, note=note,
                               viewer=by or viewer(session, world.dispatcher_mei, now=now))  # fmt: skip


def follower(session: Session, world: World, ticket: Ticket, *, now: datetime | None = None) -> Ticket:
    """A second household reports the fault of `ticket`, which leads; gives the second report."""
    second = stories.report(session, world, place=ticket.place, category=ticket.category, now=now)
    merge(session, world, second, ticket, now=now)
    return second

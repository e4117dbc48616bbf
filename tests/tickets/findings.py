"""What inspections find in the small world, and re-checks of it; each flushes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Place
from propman.tickets import operations
from propman.tickets.models import Ticket, TicketEvent, TicketFinding
from propman.tickets.operations import Failed
from tests import stories
from tests.world import World, viewer


def find(session: Session, world: World, source: str = "round 1, item 1", *, by: User | None = None,
         now: datetime | None = None, **words: Any) -> Ticket:  # fmt: skip
    """worker_sun finds the light of the entrance out; `words` as in `Failed`."""
    now = now or clock.now()
    told = {"place": world.entrance, "category": "lights", "words": "楼道灯不亮", **words}
    return operations.open_finding(session, failed=Failed(source, **told), now=now, store=world.store,
                                   viewer=viewer(session, by or world.worker_sun, now=now))  # fmt: skip


def look_again(session: Session, world: World, ticket: Ticket, *, passed: bool = True, by: User | None = None,
               now: datetime | None = None, note: str = "看过了") -> TicketEvent:  # fmt: skip
    """manager_han looks again at what was repaired."""
    now = now or clock.now()
    operation = operations.pass_recheck if passed else operations.fail_recheck
    return operation(session, ticket=ticket, seen_version=ticket.version, now=now, note=note,
                     viewer=viewer(session, by or world.manager_han, now=now))  # fmt: skip


def repaired(session: Session, world: World, _report: Ticket | None = None) -> Ticket:
    """What was found at a place of its own, repaired by worker_zhao: it waits for its re-check."""
    place = next(spot for spot in (world.other_entrance, world.building, world.community) if _is_free(session, spot))
    return stories.complete(session, world, find(session, world, f"at {place.id}", place=place, category="power"))


def _is_free(session: Session, place: Place) -> bool:
    """Whether nothing was found there by `repaired` before."""
    return session.scalars(select(TicketFinding).where(TicketFinding.source == f"at {place.id}")).first() is None

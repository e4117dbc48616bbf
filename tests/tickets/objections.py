"""Objecting to dispatches of the small world, by the moves of the program; each flushes and gives the ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Organisation
from propman.tickets import operations
from propman.tickets.models import Ticket
from tests.world import viewer


def object_to(session: Session, world: Any, ticket: Ticket, *, by: User | None = None, now: datetime | None = None,
              concerns: Organisation | None = None) -> Ticket:  # fmt: skip
    """dispatcher_mei says that it is not her company's."""
    now = now or clock.now()
    operations.object_to_dispatch(
        session, ticket=ticket, viewer=viewer(session, by or world.dispatcher_mei, now=now), now=now,
        seen_version=ticket.version, note="不在合同范围内", organisation_id=concerns.id if concerns else None,
    )  # fmt: skip
    return ticket


def uphold(session: Session, world: Any, ticket: Ticket, *, by: User | None = None, now: datetime | None = None,
           to: Organisation | None = None) -> Ticket:  # fmt: skip
    """clerk_jie of the street office agrees."""
    now = now or clock.now()
    operations.uphold_objection(
        session, ticket=ticket, viewer=viewer(session, by or world.clerk_jie, now=now), now=now, note="属实",
        seen_version=ticket.version, organisation_id=to.id if to else None,
    )  # fmt: skip
    return ticket


def reject(session: Session, world: Any, ticket: Ticket, *, by: User | None = None,
           now: datetime | None = None) -> Ticket:  # fmt: skip
    """clerk_jie of the street office does not."""
    now = now or clock.now()
    operations.reject_objection(session, ticket=ticket, viewer=viewer(session, by or world.clerk_jie, now=now),
                                now=now, seen_version=ticket.version, note="合同第三条包含")  # fmt: skip
    return ticket

"""What happens to referred tickets in the small world, by the moves of the program; each flushes.

ticket = refer(session, world, leak(session, world))
accept(session, world, ticket)
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from propman.accounts.models import User
from propman.communities.models import Organisation
from propman.files.operations import Upload
from propman.tickets import operations, queries
from propman.tickets.models import Referral, Ticket
from tests import stories
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Harbin, a workday


def leak(session: Session, world: World, *, now: datetime = TUESDAY, **words: Any) -> Ticket:
    """A report that the roof leaks, at the entrance."""
    told = {"category": "leak", "description": "屋顶漏水", **words}
    return stories.report(session, world, now=now, **told)


def refer(session: Session, world: World, ticket: Ticket, *, to: Organisation | None = None, by: User | None = None,
          note: str | None = None, now: datetime = TUESDAY) -> Ticket:  # fmt: skip
    """Refer it to the contractor."""
    operations.refer(session, ticket=ticket, viewer=viewer(session, by or world.dispatcher_mei, now=now),
                     seen_version=ticket.version, now=now, organisation_id=(to or world.contractor).id,
                     note=note)  # fmt: skip
    return ticket


def accept(session: Session, world: World, ticket: Ticket, *, by: User | None = None,
           now: datetime = TUESDAY) -> Ticket:  # fmt: skip
    """Let the contractor accept it."""
    operations.accept(session, ticket=ticket, viewer=viewer(session, by or world.contractor_deng, now=now),
                      seen_version=ticket.version, now=now)  # fmt: skip
    return ticket


def refuse(session: Session, world: World, ticket: Ticket, *, by: User | None = None, note: str = "不属于保修范围",
           now: datetime = TUESDAY) -> Ticket:  # fmt: skip
    """Let the contractor refuse it."""
    operations.refuse(session, ticket=ticket, viewer=viewer(session, by or world.contractor_deng, now=now),
                      seen_version=ticket.version, now=now, note=note)  # fmt: skip
    return ticket


def take_back(session: Session, world: World, ticket: Ticket, *, by: User | None = None,
              now: datetime = TUESDAY) -> Ticket:  # fmt: skip
    """Let the dispatcher take it back."""
    operations.take_back(session, ticket=ticket, viewer=viewer(session, by or world.dispatcher_mei, now=now),
                         seen_version=ticket.version, now=now)  # fmt: skip
    return ticket


def start(session: Session, world: World, ticket: Ticket, *, by: User | None = None, now: datetime = TUESDAY) -> Ticket:
    """Let the contractor begin."""
    operations.start(session, ticket=ticket, viewer=viewer(session, by or world.contractor_deng, now=now),
                     seen_version=ticket.version, now=now, store=world.store)  # fmt: skip
    return ticket


def prove(session: Session, world: World, ticket: Ticket, *, by: User | None = None, now: datetime = TUESDAY,
          photos: int = 1) -> Ticket:  # fmt: skip
    """Let the contractor complete it, with a photograph."""
    pictures = [Upload(stories.picture("green"), "后.jpg")] * photos
    operations.complete(session, ticket=ticket, viewer=viewer(session, by or world.contractor_deng, now=now),
                        seen_version=ticket.version, now=now, note="重做防水", store=world.store,
                        after=pictures)  # fmt: skip
    return ticket


def confirm(session: Session, ticket: Ticket, *, now: datetime = TUESDAY) -> Ticket:
    """The holder of the link says that it is fixed."""
    operations.confirm(session, ticket=ticket, viewer=stories.holder(ticket), seen_version=ticket.version, now=now,
                       stars=5)  # fmt: skip
    return ticket


def reopen(session: Session, world: World, ticket: Ticket, *, now: datetime = TUESDAY) -> Ticket:
    """The holder of the link says that it is not."""
    operations.reopen(session, ticket=ticket, viewer=stories.holder(ticket), seen_version=ticket.version, now=now,
                      note="还漏", store=world.store)  # fmt: skip
    return ticket


def proven(session: Session, world: World, ticket: Ticket, *, now: datetime = TUESDAY) -> Ticket:
    """Refer, accept, begin and complete it."""
    for step in (refer, accept, start, prove):
        step(session, world, ticket, now=now)
    return ticket


def referrals(session: Session, ticket: Ticket) -> list[Referral]:
    """Every referral of `ticket`."""
    return list(queries.referrals_of(session, ticket))

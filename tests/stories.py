"""What happens to tickets in the small world of `tests/world.py`, by the moves of the program; each flushes.

ticket = report(session, world, category="lights", description="楼道灯不亮")
complete(session, world, ticket)
"""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Place
from propman.db import settle
from propman.roles import NOBODY, Viewer
from propman.tickets import operations
from propman.tickets.models import Channel, Ticket
from propman.tickets.workflow import HoldReason
from tests.world import World, viewer

KEY_ID = "t1"  # of Settings.for_tests


def holder(ticket: Ticket) -> Viewer:
    """Whoever holds the secret link of `ticket`, without an account."""
    return Viewer(held_ticket_id=ticket.id)


def report(
    session: Session, world: World, *, place: Place | None = None, by: User | None = None, now: datetime | None = None,
    channel: Channel | None = None, **words: Any,
) -> Ticket:  # fmt: skip
    """A report about `place` (the entrance): from its code, or by the account of `by`; `words` as in `Report`.

    Each is about a fault of its own, unless `apart` is false.
    """
    told = {"category": "lights", "description": "楼道灯不亮", "apart": True, **words}
    ticket = operations.open_ticket(
        session, report=operations.Report(**told), place=place or world.entrance,
        channel=channel or (Channel.ACCOUNT if by else Channel.CODE),
        viewer=viewer(session, by, now=now) if by else NOBODY, tracking_key_id=KEY_ID, store=world.store,
        now=now or clock.now(),
    )  # fmt: skip
    settle(session, ticket)
    return ticket


def assign(session: Session, world: World, ticket: Ticket, *, to: User | None = None, by: User | None = None,
           now: datetime | None = None) -> Ticket:  # fmt: skip
    """Send `to` (worker_zhao)."""
    now = now or clock.now()
    operations.assign(session, ticket=ticket, viewer=viewer(session, by or world.dispatcher_mei, now=now),
                      seen_version=ticket.version, now=now, assignee_id=(to or world.worker_zhao).id)  # fmt: skip
    return ticket


def start(session: Session, world: World, ticket: Ticket, *, by: User | None = None,
          now: datetime | None = None) -> Ticket:  # fmt: skip
    """Send worker_zhao and let them begin."""
    now, worker = now or clock.now(), by or world.worker_zhao
    assign(session, world, ticket, to=worker, now=now)
    operations.start(session, ticket=ticket, viewer=viewer(session, worker, now=now), seen_version=ticket.version,
                     now=now, store=world.store)  # fmt: skip
    return ticket


def complete(session: Session, world: World, ticket: Ticket, *, by: User | None = None, now: datetime | None = None,
             note: str = "换了灯泡") -> Ticket:  # fmt: skip
    """Send worker_zhao, let them begin and complete."""
    now, worker = now or clock.now(), by or world.worker_zhao
    start(session, world, ticket, by=worker, now=now)
    operations.complete(session, ticket=ticket, viewer=viewer(session, worker, now=now), seen_version=ticket.version,
                        now=now, note=note, store=world.store)  # fmt: skip
    return ticket


def confirm(session: Session, world: World, ticket: Ticket, *, now: datetime | None = None, stars: int = 5,
            note: str | None = None) -> Ticket:  # fmt: skip
    """Complete as `complete`, then let the holder of the link say that it is fixed."""
    return say_fixed(session, complete(session, world, ticket, now=now), now=now, stars=stars, note=note)


def say_fixed(session: Session, ticket: Ticket, *, now: datetime | None = None, stars: int = 5,
              note: str | None = None, contacted_in_time: bool | None = None) -> Ticket:  # fmt: skip
    """The holder of the link says that what was completed is fixed."""
    operations.confirm(session, ticket=ticket, viewer=holder(ticket), seen_version=ticket.version,
                       now=now or clock.now(), stars=stars, note=note, contacted_in_time=contacted_in_time)  # fmt: skip
    return ticket


def say_broken(session: Session, world: World, ticket: Ticket, *, now: datetime | None = None,
               contacted_in_time: bool | None = None) -> Ticket:  # fmt: skip
    """The holder of the link reopens it."""
    operations.reopen(session, ticket=ticket, viewer=holder(ticket), seen_version=ticket.version,
                      now=now or clock.now(), note="还是坏的", store=world.store,
                      contacted_in_time=contacted_in_time)  # fmt: skip
    return ticket


def repair_again(session: Session, world: World, ticket: Ticket, *, now: datetime | None = None) -> Ticket:
    """worker_zhao, to whom a reopened report went back, begins and completes."""
    return finish(session, world, ticket, by=world.worker_zhao, now=now)


def finish(session: Session, world: World, ticket: Ticket, *, by: User, now: datetime | None = None) -> Ticket:
    """Whoever was sent begins and completes."""
    now, worker = now or clock.now(), by
    operations.start(session, ticket=ticket, viewer=viewer(session, worker, now=now), seen_version=ticket.version,
                     now=now, store=world.store)  # fmt: skip
    operations.complete(session, ticket=ticket, viewer=viewer(session, worker, now=now), seen_version=ticket.version,
                        now=now, note="又修好了", store=world.store)  # fmt: skip
    return ticket


def hold(session: Session, world: World, ticket: Ticket, *, until_on: date | None = None, note: str = "等材料",
         cause: HoldReason = HoldReason.PARTS, now: datetime | None = None) -> Ticket:  # fmt: skip
    """Let the dispatcher put it on hold, until in a week."""
    now = now or clock.now()
    operations.hold(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=now),
                    seen_version=ticket.version, now=now, note=note, cause=cause,
                    until_on=until_on or clock.local_date(now) + timedelta(days=7))  # fmt: skip
    return ticket


def picture(colour: str = "red", size: tuple[int, int] = (64, 48), form: str = "JPEG") -> bytes:
    """A small photograph of one colour."""
    held = io.BytesIO()
    Image.new("RGB", size, colour).save(held, form)
    return held.getvalue()

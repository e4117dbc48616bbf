"""Calls in the small world, by the operations of the program; each flushes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from propman.accounts.models import User
from propman.callbacks import operations
from propman.callbacks.rules import Result
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import CallOutcome
from tests import stories
from tests.world import World, viewer

PHONE = "13912345678"


def completed(session: Session, world: World, *, now: datetime, **words: Any) -> Ticket:
    """A report with a telephone number, completed by worker_zhao."""
    told = {"name": "王奶奶", "phone": PHONE, **words}
    return stories.complete(session, world, stories.report(session, world, now=now, **told), now=now)


def call(session: Session, world: World, ticket: Ticket, outcome: str, *, now: datetime, by: User | None = None,
         **answers: Any) -> TicketEvent:  # fmt: skip
    """dispatcher_mei calls."""
    caller = viewer(session, by or world.dispatcher_mei, now=now)
    result = Result(CallOutcome(outcome), **answers)
    return operations.record(session, ticket=ticket, viewer=caller, seen_version=ticket.version, now=now,
                             result=result, store=world.store)  # fmt: skip


def give_up(session: Session, world: World, ticket: Ticket, *, now: datetime) -> TicketEvent:
    """dispatcher_mei says "not reached"."""
    caller = viewer(session, world.dispatcher_mei, now=now)
    return operations.give_up(session, ticket=ticket, viewer=caller, seen_version=ticket.version, now=now)

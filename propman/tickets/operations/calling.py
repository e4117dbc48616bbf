"""Calling the reporter of what was completed: an attempt is a move of its own. What follows, callbacks knows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman.roles import Viewer
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.moving import move
from propman.tickets.workflow import Action, CallOutcome


def call(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, outcome: CallOutcome | None,
    note: str | None = None,
) -> TicketEvent:  # fmt: skip
    """Write down how an attempt went. Raises `Refused` as `moving.move`."""
    return move(session, ticket=ticket, action=Action.CALL, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note, outcome=outcome))  # fmt: skip

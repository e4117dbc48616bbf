"""Coming to a fault: an appointment, being there, averting the danger before it is repaired. No state changes."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy.orm import Session

from propman import clock
from propman.roles import Viewer
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.operations import clocks as clock_runs
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.moving import move
from propman.tickets.workflow import Action

Clocks = dict[ClockKind, TicketClock]


def appoint(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, on: date | None,
    begins: time | None, ends: time | None, note: str | None = None,
) -> TicketEvent:  # fmt: skip
    """Write down what was agreed: the local day `on`, from `begins` to `ends`. It replaces the one before.

    Raises `Refused` as `moving.move`, and 422 for what lies in the past, too far ahead, or ends before it begins.
    """
    whole = None if on is None or begins is None or ends is None else (
        clock.at_local(on, begins), clock.at_local(on, ends)
    )  # fmt: skip

    def agree(_clocks: Clocks, _at: datetime) -> None:
        if whole is not None:
            ticket.appointed_from, ticket.appointed_until = whole

    return move(session, ticket=ticket, action=Action.APPOINT, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note, appointment=whole), effect=agree)  # fmt: skip


def arrive(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None = None
) -> TicketEvent:
    """The person sent is there: stops the time to be on site."""
    return _reach(session, Action.ARRIVE, ClockKind.ON_SITE, ticket, viewer, seen_version, now, note)


def make_safe(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None = None
) -> TicketEvent:
    """The danger is averted, the repair still to come: stops the time to make it safe."""
    return _reach(session, Action.MAKE_SAFE, ClockKind.MAKE_SAFE, ticket, viewer, seen_version, now, note)


def _reach(
    session: Session, action: Action, milestone: ClockKind, ticket: Ticket, viewer: Viewer, seen_version: int,
    now: datetime, note: str | None,
) -> TicketEvent:  # fmt: skip
    def stop(clocks: Clocks, at: datetime) -> None:
        clock_runs.stop(clocks.get(milestone), answered=True, now=at)

    return move(session, ticket=ticket, action=action, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note), effect=stop)  # fmt: skip

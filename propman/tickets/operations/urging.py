"""Urging (督办): an official wants to know by a day what is done about a repair; whoever dispatches it answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.roles import Viewer
from propman.tickets import queries
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent, Urge, UrgeEnd
from propman.tickets.notices import tell_of_overdue_urge
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.moving import move
from propman.tickets.workflow import Action

Clocks = dict[ClockKind, TicketClock]


def urge(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, answer_by_on: date | None,
    note: str | None,
) -> TicketEvent:  # fmt: skip
    """Urge the repair, and ask for an answer by the end of the day `answer_by_on`. The clocks run on.

    Raises `Refused` as `moving.move`.
    """
    event = move(session, ticket=ticket, action=Action.URGE, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note, answer_by_on=answer_by_on))  # fmt: skip
    session.add(Urge(ticket_id=ticket.id, by_id=viewer.user_id, answer_by_on=answer_by_on, urged_at=event.at))
    session.flush()
    return event


def answer_urge(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None
) -> TicketEvent:
    """Answer the urge that waits, in words. Who urged is told."""

    def settle(_clocks: Clocks, at: datetime) -> None:
        waiting = queries.open_urge(session, ticket)
        if waiting is not None:
            waiting.ended_at, waiting.end_kind = at, UrgeEnd.ANSWERED

    return move(session, ticket=ticket, action=Action.ANSWER_URGE, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note), effect=settle)  # fmt: skip


def tell_overdue(session: Session, *, urge_id: int, now: datetime) -> bool:
    """Tell once, whoever urged and whoever is to answer, that the day of an urge has passed; whether it was now."""
    waiting = session.get_one(Urge, urge_id, with_for_update=True, populate_existing=True)
    if waiting.ended_at or waiting.overdue_told_at or waiting.answer_by_on >= clock.local_date(now):
        return False
    waiting.overdue_told_at = now
    tell_of_overdue_urge(session, urge=waiting, now=now)
    session.flush()
    return True

"""Moves of the reporter alone: withdraw, confirm with stars, reopen with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.queries import clock_rule, work_calendar
from propman.files.operations import Upload
from propman.files.store import FileStore
from propman.roles import Viewer
from propman.tickets import queries
from propman.tickets.models import ClockKind, Stage, Ticket, TicketClock, TicketEvent
from propman.tickets.operations import clocks as clock_runs
from propman.tickets.operations.moving import Brought, move
from propman.tickets.operations.photos import attach
from propman.tickets.workflow import Action

Clocks = dict[ClockKind, TicketClock]


def withdraw(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None = None
) -> TicketEvent:
    """The reporter takes the report back: both clocks end unanswered."""

    def stop(clocks: Clocks, at: datetime) -> None:
        for run in clocks.values():
            clock_runs.stop(run, answered=False, now=at)

    return move(session, ticket=ticket, action=Action.WITHDRAW, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note), effect=stop)  # fmt: skip


def confirm(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, stars: int | None,
    note: str | None = None,
) -> TicketEvent:  # fmt: skip
    """It is fixed, says the reporter, with 1 to 5 stars."""

    def close(_clocks: Clocks, at: datetime) -> None:
        ticket.stars, ticket.confirmed_at = stars, at

    return move(session, ticket=ticket, action=Action.CONFIRM, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note, stars=stars), effect=close)  # fmt: skip


def reopen(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None,
    store: FileStore, photos: Sequence[Upload] = (),
) -> TicketEvent:  # fmt: skip
    """It is not fixed: back to the person who did it, or to the queue of whoever is in charge now.

    Starts a new resolve run of full length; the verdict of the first run stays, and so does the first completion
    in the events.
    """
    today = clock.local_date(now)
    holder = queries.holder_today(session, ticket, now)
    stands = queries.person_stands(session, ticket, now, holder)

    def begin_again(_clocks: Clocks, at: datetime) -> None:
        ticket.reopened += 1
        ticket.completed_at = ticket.confirmed_at = ticket.stars = None
        ticket.organisation_id = holder.id
        if not stands:
            ticket.assignee_id = None
        rule = clock_rule(session, ticket.category, ticket.priority, today)
        clock_runs.start_clock(session, ticket=ticket, kind=ClockKind.RESOLVE, limit=rule.resolve,
                               calendar=work_calendar(session, today), now=at)  # fmt: skip

    event = move(session, ticket=ticket, action=Action.REOPEN, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note), effect=begin_again, holder=holder)  # fmt: skip
    attach(session, ticket=ticket, event=event, stage=Stage.REPORT, uploads=photos, store=store)
    return event

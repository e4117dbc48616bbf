"""Moves of the company (or, while there is none, of the street office): assign, start, hold, complete, decline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import eligible_assignees
from propman.catalogue.queries import work_calendar
from propman.errors import Refused
from propman.files.operations import Upload
from propman.files.store import FileStore
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import queries
from propman.tickets.models import ClockKind, Stage, Ticket, TicketClock, TicketEvent
from propman.tickets.operations import clocks as clock_runs
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.moving import move
from propman.tickets.operations.photos import attach
from propman.tickets.operations.working import NOTHING_SAID, Work, check_work, record_work
from propman.tickets.workflow import Action, HoldReason

Clocks = dict[ClockKind, TicketClock]


def assign(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, assignee_id: int | None,
    note: str | None = None,
) -> TicketEvent:  # fmt: skip
    """Send a person for the first time in this round: stops the respond clock. Raises `Refused` as `moving.move`."""
    return _send(session, Action.ASSIGN, ticket, viewer, seen_version, now, assignee_id, note)


def reassign(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, assignee_id: int | None,
    note: str | None = None,
) -> TicketEvent:  # fmt: skip
    """Send somebody else. Raises `Refused` as `moving.move`."""
    return _send(session, Action.REASSIGN, ticket, viewer, seen_version, now, assignee_id, note)


def start(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, store: FileStore,
    photos: Sequence[Upload] = (), note: str | None = None,
) -> TicketEvent:  # fmt: skip
    """The person sent begins, and so is on site; photographs show how it was before."""

    def stop(clocks: Clocks, at: datetime) -> None:
        clock_runs.stop(clocks.get(ClockKind.ON_SITE), answered=True, now=at)

    event = move(session, ticket=ticket, action=Action.START, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note), effect=stop)  # fmt: skip
    attach(session, ticket=ticket, event=event, stage=Stage.BEFORE, uploads=photos, store=store)
    return event


def hold(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, until_on: date | None,
    cause: HoldReason | None, note: str | None,
) -> TicketEvent:  # fmt: skip
    """Wait, with a reason, until a day, with which it goes on by itself: pauses what `STAND_STILL` names.

    Refused for P0.
    """

    def pause(clocks: Clocks, at: datetime) -> None:
        clock_runs.pause(clocks, now=at)

    brought = Brought(note=note, until_on=until_on, cause=cause)
    return move(session, ticket=ticket, action=Action.HOLD, viewer=viewer, seen_version=seen_version, now=now,
                brought=brought, effect=pause)  # fmt: skip


def resume(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None = None
) -> TicketEvent:
    """Go on after a hold: back to the person who was sent, or to the queue if nobody is."""

    def unpause(clocks: Clocks, at: datetime) -> None:
        calendar = work_calendar(session, clock.local_date(at))
        clock_runs.unpause(clocks, calendar=calendar, now=at)

    return move(session, ticket=ticket, action=Action.RESUME, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note), effect=unpause)  # fmt: skip


def complete(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None,
    store: FileStore, before: Sequence[Upload] = (), after: Sequence[Upload] = (), work: Work = NOTHING_SAID,
) -> TicketEvent:  # fmt: skip
    """The repair is done, says who did it: stops every clock. Only the reporter can confirm it.

    One that is referred is proven with a photograph. `work` is what it took; the first thing wrong with it is refused.
    """
    check_work(session, work, now)

    def stop(clocks: Clocks, at: datetime) -> None:
        for kind in (ClockKind.ON_SITE, ClockKind.MAKE_SAFE, ClockKind.RESOLVE):
            clock_runs.stop(clocks.get(kind), answered=True, now=at)
        ticket.completed_at = at

    event = move(session, ticket=ticket, action=Action.COMPLETE, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note, photos=len(after)), effect=stop)  # fmt: skip
    attach(session, ticket=ticket, event=event, stage=Stage.BEFORE, uploads=before, store=store)
    attach(session, ticket=ticket, event=event, stage=Stage.AFTER, uploads=after, store=store)
    record_work(session, event=event, work=work)
    return event


def decline(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None
) -> TicketEvent:
    """Say no, with the reason: answers the respond clock and ends the others unanswered."""

    def stop(clocks: Clocks, at: datetime) -> None:
        for kind, run in clocks.items():
            clock_runs.stop(run, answered=kind is ClockKind.RESPOND, now=at)
        ticket.assignee_id = None

    return move(session, ticket=ticket, action=Action.DECLINE, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note), effect=stop)  # fmt: skip


def _send(
    session: Session, action: Action, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime,
    assignee_id: int | None, note: str | None,
) -> TicketEvent:  # fmt: skip
    holder = queries.holder_today(session, ticket, now)
    if assignee_id is not None:
        people = eligible_assignees(session, organisation_id=holder.id, on=clock.local_date(now))
        if assignee_id not in {person.id for person in people}:
            raise Refused(N_("This person cannot be sent from here."), field="assignee_id")

    def send(clocks: Clocks, at: datetime) -> None:
        clock_runs.stop(clocks.get(ClockKind.RESPOND), answered=True, now=at)
        ticket.assignee_id, ticket.organisation_id = assignee_id, holder.id

    brought = Brought(assignee_id=assignee_id, note=note)
    return move(session, ticket=ticket, action=action, viewer=viewer, seen_version=seen_version, now=now,
                brought=brought, effect=send, holder=holder)  # fmt: skip

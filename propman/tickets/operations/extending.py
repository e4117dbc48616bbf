"""A later deadline for a repair: asked for with a day and a reason, granted or refused by somebody else."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.queries import work_calendar
from propman.errors import Refused
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import sla
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.operations import clocks as clock_runs
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.moving import move
from propman.tickets.workflow import Action

Clocks = dict[ClockKind, TicketClock]


def request_extension(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, until_on: date | None,
    note: str | None,
) -> TicketEvent:  # fmt: skip
    """Ask for a later deadline: to the end of the day `until_on`, with the reason.

    Raises `Refused` as `moving.move`, and 422 where there is no deadline, or none before that day.
    """
    run = clock_runs.running(session, ticket).get(ClockKind.RESOLVE)
    due_at = run.due_at if run else None
    if until_on is not None and (due_at is None or sla.end_of(until_on) <= due_at):
        sentence = N_("There is no deadline to extend.") if due_at is None else N_(
            "The day must lie after the deadline that stands."
        )  # fmt: skip
        raise Refused(sentence, field="until_on")

    def wait(_clocks: Clocks, _at: datetime) -> None:
        ticket.extension_until_on, ticket.extension_by_id = until_on, viewer.user_id

    return move(session, ticket=ticket, action=Action.REQUEST_EXTENSION, viewer=viewer, seen_version=seen_version,
                now=now, brought=Brought(note=note, until_on=until_on, extension_on=until_on), effect=wait)  # fmt: skip


def grant_extension(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None
) -> TicketEvent:
    """Grant what was asked for: another run of the resolve clock takes the place of the one that ran."""
    until_on = ticket.extension_until_on

    def extend(clocks: Clocks, at: datetime) -> None:
        ticket.extension_until_on = ticket.extension_by_id = None
        run = clocks.get(ClockKind.RESOLVE)
        if run is not None and until_on is not None:
            clock_runs.replace(
                session, ticket=ticket, run=run, due_at=sla.end_of(until_on), limit=run.limit, at=at,
                calendar=work_calendar(session, clock.local_date(at)).version, extended_on=until_on,
            )  # fmt: skip

    return move(session, ticket=ticket, action=Action.GRANT_EXTENSION, viewer=viewer, seen_version=seen_version,
                now=now, brought=Brought(note=note, extension_on=until_on), effect=extend)  # fmt: skip


def refuse_extension(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None
) -> TicketEvent:
    """The deadline stands."""
    until_on = ticket.extension_until_on

    def settle(_clocks: Clocks, _at: datetime) -> None:
        ticket.extension_until_on = ticket.extension_by_id = None

    return move(session, ticket=ticket, action=Action.REFUSE_EXTENSION, viewer=viewer, seen_version=seen_version,
                now=now, brought=Brought(note=note, extension_on=until_on), effect=settle)  # fmt: skip

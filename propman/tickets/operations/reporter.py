"""Moves of the reporter: withdraw, confirm with stars, reopen with a reason.

Who calls makes the last two for them, `acting_as` caller: that needs a call, and is no way in for somebody who
dispatches and happens to hold the link.
"""

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
from propman.tickets.models import ClockKind, ReferralEnd, Ticket, TicketClock, TicketEvent
from propman.tickets.operations import clocks as clock_runs
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.joining import keep_leading
from propman.tickets.operations.moving import move
from propman.tickets.operations.photos import attach
from propman.tickets.operations.referring import end, open_again
from propman.tickets.workflow import Action, Party
from propman.voice.operations import Spoken

Clocks = dict[ClockKind, TicketClock]


def withdraw(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None = None
) -> TicketEvent:
    """The reporter takes the report back: every clock ends unanswered. Refused while others are merged with it."""
    keep_leading(session, ticket=ticket)

    def stop(clocks: Clocks, at: datetime) -> None:
        for run in clocks.values():
            clock_runs.stop(run, answered=False, now=at)

    event = move(session, ticket=ticket, action=Action.WITHDRAW, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note), effect=stop)  # fmt: skip
    end(session, ticket=ticket, kind=ReferralEnd.WITHDRAWN, at=event.at)
    return event


def confirm(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, stars: int | None,
    note: str | None = None, contacted_in_time: bool | None = None, acting_as: Party = Party.REPORTER,
) -> TicketEvent:  # fmt: skip
    """It is fixed, says the reporter, with 1 to 5 stars; and whether somebody was in touch in time, if they say.

    Where a re-check is to come that is their answer, and the report stays completed.
    """

    def close(_clocks: Clocks, at: datetime) -> None:
        ticket.stars, ticket.confirmed_at = stars, None if ticket.recheck else at

    event = move(session, ticket=ticket, action=Action.CONFIRM, viewer=viewer, seen_version=seen_version, now=now,
                 effect=close, acting_as=acting_as,
                 brought=Brought(note=note, stars=stars, contacted_in_time=contacted_in_time))  # fmt: skip
    if not ticket.recheck:
        end(session, ticket=ticket, kind=ReferralEnd.PROVEN, at=event.at)
    return event


def reopen(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None,
    store: FileStore, photos: Sequence[Upload] = (), voice: Spoken | None = None,
    contacted_in_time: bool | None = None, acting_as: Party = Party.REPORTER,
) -> TicketEvent:  # fmt: skip
    """It is not fixed: back to the person who did it, or to the queue of whoever is in charge now.

    Starts a new resolve run of full length; the verdict of the first run stays, and so does the first completion
    in the events. What was repaired under a referral goes back to the organisation that repaired it.
    """
    brought = Brought(note=note, voice=voice is not None, contacted_in_time=contacted_in_time)
    event = send_back(session, ticket=ticket, action=Action.REOPEN, viewer=viewer, seen_version=seen_version, now=now,
                      brought=brought, acting_as=acting_as)  # fmt: skip
    attach(session, ticket=ticket, event=event, uploads=photos, voice=voice, store=store)
    return event


def send_back(
    session: Session, *, ticket: Ticket, action: Action, viewer: Viewer, seen_version: int, now: datetime,
    brought: Brought, acting_as: Party,
) -> TicketEvent:  # fmt: skip
    """As `reopen`, by the reporter or by a re-check that failed. Raises `Refused` as `moving.move`."""
    today = clock.local_date(now)
    referral = queries.open_referral(session, ticket)
    proven = queries.proven_before(session, ticket, today) if referral is None else None
    taken_up = referral or proven
    in_charge = queries.holder_today(session, ticket, now)
    holder = taken_up.organisation if taken_up else in_charge
    stands = queries.person_stands(session, ticket, now, in_charge)

    def begin_again(_clocks: Clocks, at: datetime) -> None:
        ticket.reopened += 1
        ticket.completed_at = ticket.confirmed_at = ticket.stars = None
        ticket.organisation_id = holder.id
        if not stands:
            ticket.assignee_id = None
        if ticket.timed:
            _run_again(session, ticket, at)

    event = move(session, ticket=ticket, action=action, viewer=viewer, seen_version=seen_version, now=now,
                 brought=brought, effect=begin_again, holder=in_charge, acting_as=acting_as)  # fmt: skip
    if proven is not None:
        open_again(session, ticket=ticket, proven=proven, at=event.at)
    return event


def _run_again(session: Session, ticket: Ticket, at: datetime) -> None:
    """Start the resolve clock anew, by the rules of the day."""
    today = clock.local_date(at)
    rule = clock_rule(session, ticket.category, ticket.priority, today)
    clock_runs.start_clock(session, ticket=ticket, kind=ClockKind.RESOLVE, limit=rule.resolve,
                           calendar=work_calendar(session, today), now=at)  # fmt: skip

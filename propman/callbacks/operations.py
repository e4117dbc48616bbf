"""Calling: taking a call-back on, writing down what came of it, ending it. Keyword-only; flushes; callers commit.

The reporter's own answer on the page of the report ends a call-back by itself: there is nothing left to call about.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.callbacks import queries, rules
from propman.callbacks.models import CallAttempt, CallBack
from propman.callbacks.rules import Ending, Result
from propman.db import held, insert_if_absent
from propman.errors import Refused
from propman.files.store import FileStore
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import operations as tickets
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import CallOutcome, Party, State


def claim(session: Session, *, ticket: Ticket, viewer: Viewer, now: datetime) -> CallBack:
    """Take the call on for ten minutes: others are told who is calling.

    Raises `Refused` as `queries.refused`, and 409 while somebody else is calling or once it has ended.
    """
    row = _ready(session, ticket, viewer, now)
    row.claimed_by_id, row.claimed_until = viewer.user_id, now + rules.CLAIMED_FOR
    session.flush()
    return row


def release(session: Session, *, ticket: Ticket, viewer: Viewer, now: datetime) -> None:
    """Not now after all. Somebody else's claim stays. Raises as `claim`."""
    row = _ready(session, ticket, viewer, now)
    row.claimed_by_id = row.claimed_until = None
    session.flush()


def record(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, result: Result,
    store: FileStore,
) -> TicketEvent:  # fmt: skip
    """Write down an attempt and what follows from it; gives its move.

    Solved, with stars, confirms the report; not solved reopens it with the reporter's words. After the system has
    closed it, "solved" is kept as the answer and the report stays closed by the system.
    Raises `Refused` as `claim`, 422 for an incomplete `result`, and as the moves do.
    """
    missing = rules.incomplete(result, now)
    if missing is not None:
        raise missing
    row = _ready(session, ticket, viewer, now)
    confirms = result.solved is True and result.stars is not None and ticket.state is State.COMPLETED
    follows = confirms or result.solved is False
    event = tickets.call(session, ticket=ticket, viewer=viewer, seen_version=seen_version, now=now,
                         outcome=result.outcome, note=None if follows else result.words)  # fmt: skip
    _note_attempt(session, row, event, viewer, result)
    if confirms:
        tickets.confirm(session, ticket=ticket, viewer=viewer, seen_version=ticket.version, now=now,
                        stars=result.stars, note=result.words, contacted_in_time=result.contacted_in_time,
                        acting_as=Party.CALLER)  # fmt: skip
    elif result.solved is False:
        tickets.reopen(session, ticket=ticket, viewer=viewer, seen_version=ticket.version, now=now,
                       note=result.words, store=store, contacted_in_time=result.contacted_in_time,
                       acting_as=Party.CALLER)  # fmt: skip
    return event


def give_up(session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime) -> TicketEvent:
    """End the call-back: not reached. Raises `Refused` as `claim`, and 422 as `rules.too_early`."""
    row = _ready(session, ticket, viewer, now)
    early = rules.too_early([attempt.facts for attempt in queries.attempts_of(session, row)])
    if early is not None:
        raise early
    event = tickets.call(session, ticket=ticket, viewer=viewer, seen_version=seen_version, now=now,
                         outcome=CallOutcome.NOT_REACHED)  # fmt: skip
    row.ending, row.ended_at = Ending.NOT_REACHED, event.at
    row.claimed_by_id = row.claimed_until = None
    session.flush()
    return event


def _note_attempt(session: Session, row: CallBack, event: TicketEvent, viewer: Viewer, result: Result) -> None:
    """The attempt's row, and the call-back as it stands after it."""
    outcome = event.outcome or CallOutcome.NO_ANSWER
    session.add(
        CallAttempt(
            call_back_id=row.id, event_id=event.id, outcome=outcome, later_at=result.later_at,
            organisation_id=queries.calls_for(session, row.ticket, viewer, event.at),
        )
    )  # fmt: skip
    session.flush()
    facts = [attempt.facts for attempt in queries.attempts_of(session, row)]
    with session.no_autoflush:
        row.attempts, row.days, row.later_at = len(facts), rules.days_of(facts), result.later_at
        row.claimed_by_id = row.claimed_until = None
        row.ending = rules.ENDS.get(outcome)
        row.ended_at = event.at if row.ending else None
        row.contacted_in_time, row.solved, row.stars = result.contacted_in_time, result.solved, result.stars
    session.flush()


def _ready(session: Session, ticket: Ticket, viewer: Viewer, now: datetime) -> CallBack:
    """The call-back about the last completion of `ticket`, held against rivals, if `viewer` may call about it now."""
    refused = queries.refused(session, ticket, viewer, now)
    completion = queries.last_completion(session, ticket)
    if refused is not None or completion is None:
        raise refused or Refused(N_("Nothing was completed: there is nothing to call about."), status=409)
    fresh = {"ticket_id": ticket.id, "completion_id": completion.id, "attempts": 0, "days": 0}
    insert_if_absent(session, CallBack, fresh)
    found = session.scalars(select(CallBack.id).where(CallBack.completion_id == completion.id)).one()
    row = held(session, CallBack, found)
    if row.ending is not None:
        raise Refused(N_("This call-back has ended already."), status=409)
    if row.claimed(now) and row.claimed_by_id != viewer.user_id and row.claimed_until is not None:
        raise Refused(N_("%(person)s is calling already, until %(at)s at most."), status=409,
                      person=(row.claimed_by.name if row.claimed_by else None) or "–",
                      at=f"{clock.local(row.claimed_until):%H:%M}")  # fmt: skip
    return row

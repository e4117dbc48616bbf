"""Correcting what a report is about: category, place, part, priority. The clocks are counted anew from their starts.

docs/decisions/corrected-deadlines.md says what becomes of the deadlines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.assets.warranty import Reason
from propman.calendar import WorkCalendar
from propman.catalogue.models import Category, ClockRule
from propman.catalogue.queries import category, clock_rule, work_calendar
from propman.communities.models import Place
from propman.errors import Refused
from propman.limits import Limit, Priority
from propman.outages.queries import concerns
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import explain, queries
from propman.tickets.models import STAND_STILL, TWO_CLOCKS, ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.operations import clocks as clock_runs
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.finding import keep_findable
from propman.tickets.operations.moving import move
from propman.tickets.operations.recourse import Judged, judged_anew, record_anew
from propman.tickets.workflow import Action, State

STOPS = {ClockKind.ON_SITE: (Action.ARRIVE, Action.START, Action.COMPLETE),
         ClockKind.MAKE_SAFE: (Action.MAKE_SAFE, Action.COMPLETE)}  # fmt: skip
"""What reaches a milestone that nobody counted before."""


@dataclass(frozen=True)
class Correction:
    """What a report is about, as whoever dispatches it knows better: all of it, also what was right."""

    category: str
    priority: str
    place_id: int
    asset_id: int | None


@dataclass(frozen=True)
class Found:
    """The correction with what it names, and what it makes different: name -> old and new."""

    kind: Category
    priority: str
    place: Place
    judged: Judged | None  # None where neither category, place nor part changes
    asset_id: int | None
    changes: dict[str, Any]


def correct(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, correction: Correction,
    note: str | None,
) -> TicketEvent:  # fmt: skip
    """Put right what `ticket` is about. Flushes.

    Category and priority count the clocks anew; category, place and part judge the warranty and the payer anew.
    Raises `Refused` as `moving.move`, and 422 naming the field that is wrong, or where nothing is different.
    """
    found = looked_up(session, ticket=ticket, correction=correction, now=now)
    if not found.changes:
        raise Refused(N_("Nothing of this is different from what stands there."))

    def become(_clocks: dict[ClockKind, TicketClock], at: datetime) -> None:
        put_right(session, ticket=ticket, found=found, at=at)

    brought = Brought(note=note, changes=found.changes)
    event = move(session, ticket=ticket, action=Action.CORRECT, viewer=viewer, seen_version=seen_version, now=now,
                 brought=brought, effect=become)  # fmt: skip
    judge_anew(session, ticket=ticket, found=found, viewer=viewer, now=now)
    return event


def put_right(session: Session, *, ticket: Ticket, found: Found, at: datetime) -> None:
    """Let `ticket` be about what was `found`, at the moment `at` of a move whose event brings the changes."""
    if "category" in found.changes:
        ticket.category, ticket.private = found.kind.code, found.kind.private
    ticket.priority, ticket.place_id, ticket.place = found.priority, found.place.id, found.place
    ticket.asset_id = found.asset_id
    if ticket.outage is not None and not concerns(ticket.outage, found.place, found.kind.code):
        ticket.outage = None
    ticket.extension_until_on = ticket.extension_by_id = None
    if ticket.timed and {"category", "priority"} & set(found.changes):
        _count_anew(session, ticket, at)


def judge_anew(session: Session, *, ticket: Ticket, found: Found, viewer: Viewer, now: datetime) -> None:
    """Record the verdict on the warranty for what `ticket` is about now, if that is something else, and let it be found
    by that. Flushes.
    """
    if {"category", "place"} & set(found.changes):
        keep_findable(session, ticket_ids=[ticket.id])
    if found.judged is not None:
        record_anew(session, ticket=ticket, judged=found.judged, viewer=viewer, now=now)


def looked_up(session: Session, *, ticket: Ticket, correction: Correction, now: datetime) -> Found:
    """What `correction` names. Raises `Refused` (422) naming the field that is wrong."""
    today = clock.local_date(now)
    kind = category(session, correction.category, today)
    if kind is None:
        raise Refused(N_("Please choose what is broken."), field="category")
    if correction.priority not in {*Priority}:
        raise Refused(N_("Please choose how urgent it is."), field="priority")
    if correction.priority == Priority.P0 and ticket.state is State.ON_HOLD:
        raise Refused(N_("An emergency cannot be on hold. Let it go on first."), field="priority")
    place = session.get(Place, correction.place_id)
    if place is None or not place.path.startswith(ticket.community.path) or place.closed_on is not None:
        raise Refused(N_("Please choose where it is."), field="place")
    named = correction.asset_id
    if place.id != ticket.place_id and named == ticket.asset_id:  # it was the part of another place
        named = None
    same = (kind.code, place.id, named) == (ticket.category, ticket.place_id, ticket.asset_id)
    judged = None if same else judged_anew(session, ticket, category=kind.code, place=place, asset_id=named, on=today,
                                           misuse=_misused(session, ticket, named))  # fmt: skip
    known = ticket.asset_id if judged is None else judged.known_part
    return Found(kind, correction.priority, place, judged, known, _changes(ticket, correction, known))


def _misused(session: Session, ticket: Ticket, asset_id: int | None) -> bool:
    """Whether misuse of this very part was found before."""
    before = queries.verdict_of(session, ticket)
    return before is not None and before.reason is Reason.MISUSE and before.asset_id == asset_id


def _changes(ticket: Ticket, correction: Correction, part_id: int | None) -> dict[str, Any]:
    """Name -> old and new, of what becomes another."""
    pairs: dict[str, list[Any]] = {
        "category": [ticket.category, correction.category], "priority": [ticket.priority, correction.priority],
        "place": [ticket.place_id, correction.place_id], "part": [ticket.asset_id, part_id],
    }  # fmt: skip
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _count_anew(session: Session, ticket: Ticket, at: datetime) -> None:
    """Count every clock of `ticket` anew from its start, by the rule of that day for what it is now."""
    events = queries.timeline(session, ticket)
    last = {run.kind: run for run in queries.clocks_of(session, ticket)}
    calendar_at = partial(_calendar_at, session)
    for kind in ClockKind:
        run = last.get(kind)
        start_at = run.started_at if run else ticket.submitted_at
        limit = _limit(clock_rule(session, ticket.category, ticket.priority, clock.local_date(start_at)), kind)
        if run is None:
            if Limit.parse(limit).sets_a_time:
                _begin_late(session, ticket, kind, limit, events, calendar_at(start_at))
        elif (run.limit, run.priority, run.extended_on) != (limit, ticket.priority, None):
            pauses = explain.pauses((event.action, event.at) for event in events) if kind in STAND_STILL else ()
            due_at, _steps = explain.counted(
                explain.Run(limit, ticket.priority, start_at, run.stopped_at, None, pauses), calendar_at
            )
            clock_runs.replace(session, ticket=ticket, run=run, due_at=due_at, limit=limit, at=at,
                               calendar=calendar_at(start_at).version)  # fmt: skip


def _begin_late(
    session: Session, ticket: Ticket, kind: ClockKind, limit: str, events: Iterable[TicketEvent],
    calendar: WorkCalendar,
) -> None:  # fmt: skip
    """Begin a milestone that no rule set before, as if it had run from the report; stopped if it was reached."""
    if kind in TWO_CLOCKS:
        return
    run = clock_runs.start_clock(session, ticket=ticket, kind=kind, limit=limit, calendar=calendar,
                                 now=ticket.submitted_at)  # fmt: skip
    reached = next((event.at for event in events if event.action in STOPS[kind]), None)
    if reached is not None:
        clock_runs.stop(run, answered=True, now=reached)


def _limit(rule: ClockRule, kind: ClockKind) -> str:
    limit: str = getattr(rule, kind.value)
    return limit


def _calendar_at(session: Session, at: datetime) -> WorkCalendar:
    return work_calendar(session, clock.local_date(at))

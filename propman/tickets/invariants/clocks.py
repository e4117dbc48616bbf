"""The promise about the clocks of a ticket (I11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.invariants import Finding
from propman.tickets import sla
from propman.tickets.explain import ENDS_A_HOLD
from propman.tickets.invariants.stories import Story
from propman.tickets.models import STAND_STILL, TWO_CLOCKS, ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.workflow import Action, State

REPLACES = frozenset({Action.CORRECT, Action.GRANT_EXTENSION})
"""Moves that put another run of a clock in the place of one, with the same start."""
NEW_RUN = REPLACES | {Action.REOPEN, Action.RECHECK_FAIL, Action.SEPARATE}


def _end_of_asked(event: TicketEvent) -> datetime | None:
    """The deadline that an extension must have given."""
    return sla.end_of(event.extension_until_on) if event.extension_until_on else None


def clocks_follow_events(session: Session, stories: Sequence[Story]) -> Finding:
    """I11: pauses are disjoint and inside the ticket's life, only a move changes a deadline, runs follow each other,
    and what presses on a ticket is the deadline of its running clock.
    """
    query = select(TicketClock).order_by(TicketClock.ticket_id, TicketClock.kind, TicketClock.run)
    runs = {ticket_id: list(rows) for ticket_id, rows in groupby(session.scalars(query), lambda run: run.ticket_id)}
    broken: list[str] = []
    for ticket, events in stories:
        own = runs.get(ticket.id, [])
        broken += [f"ticket {ticket.id}: {fault}" for fault in _clock_faults(ticket, events, own)]
    return Finding("I11", sum(len(rows) for rows in runs.values()), tuple(broken))


def _clock_faults(ticket: Ticket, events: list[TicketEvent], runs: list[TicketClock]) -> Iterator[str]:
    last = {run.kind: run for run in runs}
    if events and last.get(ClockKind.RESPOND) and events[-1].respond_due_at != last[ClockKind.RESPOND].due_at:
        yield "its respond deadline is not the one of its last event"
    if events and last.get(ClockKind.RESOLVE) and events[-1].resolve_due_at != last[ClockKind.RESOLVE].due_at:
        yield "its resolve deadline is not the one of its last event"
    yield from _moved_faults(events)
    yield from _run_faults(events, runs)
    for run in runs:
        stands_still = ticket.state is State.ON_HOLD and run.kind in STAND_STILL
        if run.stopped_at is None and stands_still is (run.paused_at is None):
            yield f"its {run.kind} run {run.run} is paused and not on hold, or on hold and not paused"
    both = [run for run in runs if run.kind in TWO_CLOCKS]
    pressing = [run.due_at for run in both if run.stopped_at is None and run.paused_at is None and run.due_at]
    if (ticket.due_at is None) != (not pressing) or (pressing and ticket.due_at not in pressing):
        yield "what presses on it is not the deadline of a running clock"


def _moved_faults(events: list[TicketEvent]) -> Iterator[str]:
    for before, after in pairwise(events):
        goes_on = after.action in ENDS_A_HOLD and after.from_state is State.ON_HOLD
        if before.resolve_due_at != after.resolve_due_at and not (goes_on or _counts_anew(after)):
            yield f"event {after.id} {after.action} moved the resolve deadline"
        earlier = after.resolve_due_at and before.resolve_due_at and after.resolve_due_at < before.resolve_due_at
        if earlier and goes_on:
            yield f"event {after.id} moved the resolve deadline back"
        granted = after.action is Action.GRANT_EXTENSION and before.resolve_due_at and after.resolve_due_at
        if granted and after.resolve_due_at != _end_of_asked(after):
            yield f"event {after.id} extended to another day than was asked for"
        counted = after.changes or after.action is Action.SEPARATE
        if before.respond_due_at != after.respond_due_at and not counted:
            yield f"event {after.id} moved the respond deadline"


def _counts_anew(event: TicketEvent) -> bool:
    """Whether another run of a clock may begin with `event`: an upheld objection may correct as well."""
    return event.action in NEW_RUN or bool(event.changes)


def _run_faults(events: list[TicketEvent], runs: list[TicketClock]) -> Iterator[str]:
    for run in runs:
        if events and run.started_at < events[0].at:
            yield f"its {run.kind} run {run.run} began before it"
    for one, two in pairwise(runs):
        if one.kind is not two.kind:
            continue
        if one.started_at == two.started_at:
            if not any(_counts_anew(event) and event.at >= (one.stopped_at or event.at) for event in events):
                yield f"its {one.kind} run {one.run} was replaced by no move"
        elif one.stopped_at is None or one.stopped_at > two.started_at:
            yield f"its {one.kind} runs {one.run} and {two.run} overlap"

"""Promises about call-backs: attempts are moves, "not reached" comes after enough of them, nobody judges own work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman.callbacks import rules
from propman.callbacks.models import CallAttempt, CallBack
from propman.callbacks.rules import Ending
from propman.invariants import Finding, Promises
from propman.tickets.models import TicketEvent
from propman.tickets.workflow import Action, CallOutcome


def promises(session: Session) -> Promises:
    """What is promised of call-backs, each counted afresh when it is called; writes nothing."""
    return {
        "C01": lambda: attempts_are_moves(session),
        "C02": lambda: endings_follow_attempts(session),
        "C03": lambda: nobody_judges_own_work(session),
    }


def attempts_are_moves(session: Session) -> Finding:
    """C01: every call that was made is one attempt of a call-back about that ticket, told alike, and every attempt such
    a move; a call-back is about a completion of its ticket.
    """
    attempts = session.scalars(select(CallAttempt).options(joinedload(CallAttempt.call_back))).all()
    by_event = {attempt.event_id: attempt for attempt in attempts}
    made = select(TicketEvent).where(TicketEvent.action == Action.CALL)
    events = {event.id: event for event in session.scalars(made)}
    broken = []
    for event in events.values():
        attempt = by_event.get(event.id)
        ended = event.outcome is CallOutcome.NOT_REACHED
        told = attempt is None if ended else (
            attempt is not None and (attempt.outcome, attempt.call_back.ticket_id) == (event.outcome, event.ticket_id)
        )  # fmt: skip
        broken += [] if told else [f"event {event.id} is a call that its call-back tells otherwise"]
    broken += [f"attempt {one.id} is no call" for one in attempts if one.event_id not in events]
    for row in session.scalars(select(CallBack).options(joinedload(CallBack.completion))):
        if row.completion.action is not Action.COMPLETE or row.completion.ticket_id != row.ticket_id:
            broken.append(f"call-back {row.id} is about no completion of its ticket")
    return Finding("C01", len(events), tuple(broken))


def endings_follow_attempts(session: Session) -> Finding:
    """C02: a call-back counts its attempts and days, and ends as they went; "not reached" comes after enough."""
    query = select(CallAttempt).options(joinedload(CallAttempt.event)).order_by(CallAttempt.id)
    attempts = defaultdict(list)
    for attempt in session.scalars(query):
        attempts[attempt.call_back_id].append(attempt.facts)
    rows = session.scalars(select(CallBack)).all()
    broken = [f"call-back {row.id} {fault}" for row in rows for fault in _faults(row, attempts[row.id])]
    return Finding("C02", len(rows), tuple(broken))


def _faults(row: CallBack, attempts: list[rules.Attempt]) -> Iterator[str]:
    if (row.attempts, row.days) != (len(attempts), rules.days_of(attempts)):
        yield f"counts {row.attempts} attempts on {row.days} days"
    by_attempt = rules.ENDS.get(attempts[-1].outcome) if attempts else None
    if row.ending is Ending.NOT_REACHED:
        if by_attempt is not None or rules.too_early(attempts) is not None:
            yield "says “not reached” too early"
    elif row.ending is not by_attempt:
        yield f"ended {row.ending}, by its attempts {by_attempt}"


def nobody_judges_own_work(session: Session) -> Finding:
    """C03: nobody who was sent for a ticket before a call, or had completed it, made that call."""
    events = select(TicketEvent).order_by(TicketEvent.ticket_id, TicketEvent.version)
    repaired: dict[int, set[int | None]] = defaultdict(set)
    calls, broken = 0, []
    for event in session.scalars(events):
        if event.action is Action.CALL:
            calls += 1
            if event.actor_id is None or event.actor_id in repaired[event.ticket_id]:
                broken.append(f"event {event.id} was made by one who repaired it")
        repaired[event.ticket_id].add(event.assignee_id)
        if event.action is Action.COMPLETE:
            repaired[event.ticket_id].add(event.actor_id)
    return Finding("C03", calls, tuple(broken))

"""The promise about what inspections found (T04): nothing but a re-check by another than the repairer confirms it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.invariants import Finding
from propman.tickets.invariants.stories import Story
from propman.tickets.models import Channel, Ticket, TicketEvent, TicketFinding
from propman.tickets.workflow import Action, Party, State


def only_rechecks_confirm(session: Session, stories: Sequence[Story]) -> Finding:
    """T04: a report needs a re-check if and only if a finding opened or joined it, each finding being one of its moves;
    and it is confirmed by a passing re-check of its last repair alone, made by another than whoever repaired it.
    """
    named = {row.event_id: row.ticket_id for row in session.scalars(select(TicketFinding))}
    broken = [f"ticket {ticket.id}: {fault}" for ticket, events in stories for fault in _faults(ticket, events, named)]
    moves = {event.id for ticket, events in stories for event in _found(ticket, events)}
    broken += [f"finding of event {event_id} is no move" for event_id in named if event_id not in moves]
    return Finding("T04", sum(ticket.recheck for ticket, _events in stories), tuple(broken))


def _faults(ticket: Ticket, events: Sequence[TicketEvent], named: Mapping[int, int]) -> Iterator[str]:
    found = _found(ticket, events)
    if ticket.recheck is not bool(found):
        yield "it needs a re-check and nothing was found, or was found and needs none"
    if any(named.get(event.id) != ticket.id for event in found):
        yield "a finding of its moves is on no record"
    if ticket.recheck and ticket.state is State.CONFIRMED and not _cured(events):
        yield "it is confirmed without a passing re-check by another than its repairer"


def _found(ticket: Ticket, events: Sequence[TicketEvent]) -> list[TicketEvent]:
    """The moves with which an inspection opened `ticket` or joined it."""
    opened = ticket.channel is Channel.INSPECTION
    return [event for event in events if event.action is Action.FINDING or (opened and event.version == 1)]


def _cured(events: Sequence[TicketEvent]) -> bool:
    """Whether the last repair passed a re-check by another than whoever did it, and nothing has undone that."""
    repairs = [event for event in events if event.action is Action.COMPLETE]
    passed = [event for event in events if event.to_state is State.CONFIRMED and event.from_state is State.COMPLETED]
    if not repairs or not passed:
        return False
    done, by = repairs[-1], passed[-1]
    repaired = {done.actor_id, done.assignee_id}
    checked = by.action is Action.RECHECK_PASS and by.party is Party.INSPECTOR and by.completion_id == done.id
    return checked and by.actor_id is not None and by.actor_id not in repaired

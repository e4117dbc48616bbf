"""The promise about what waits for somebody's answer (I14): urges and objections are those of the moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.invariants import Finding
from propman.tickets.invariants.stories import Story
from propman.tickets.models import Objection, ObjectionEnd, Ticket, TicketEvent, Urge, UrgeEnd
from propman.tickets.workflow import FINAL, Action, State

DECIDED = {ObjectionEnd.UPHELD: Action.UPHOLD_OBJECTION, ObjectionEnd.REJECTED: Action.REJECT_OBJECTION}


def what_waits_follows_moves(session: Session, stories: Sequence[Story]) -> Finding:
    """I14: every urge and every objection began with its move; an answer, an upholding and a rejection ended one each;
    nothing waits on a report that is repaired or closed.
    """
    urged = session.scalars(select(Urge).order_by(Urge.ticket_id, Urge.id)).all()
    urges = {ticket_id: list(own) for ticket_id, own in groupby(urged, lambda row: row.ticket_id)}
    objected = session.scalars(select(Objection).order_by(Objection.ticket_id, Objection.id)).all()
    objections = {ticket_id: list(own) for ticket_id, own in groupby(objected, lambda row: row.ticket_id)}
    broken: list[str] = []
    for ticket, events in stories:
        faults = [*_urge_faults(ticket, events, urges.get(ticket.id, [])),
                  *_objection_faults(ticket, events, objections.get(ticket.id, []))]  # fmt: skip
        broken += [f"ticket {ticket.id}: {fault}" for fault in faults]
    return Finding("I14", len(stories), tuple(broken))


def _urge_faults(ticket: Ticket, events: Sequence[TicketEvent], urges: Sequence[Urge]) -> Iterator[str]:
    did = Counter(event.action for event in events)
    if [event.at for event in events if event.action is Action.URGE] != [urge.urged_at for urge in urges]:
        yield "its urges are not those of its moves"
    if did[Action.ANSWER_URGE] != sum(urge.end_kind is UrgeEnd.ANSWERED for urge in urges):
        yield "its answered urges are not those of its moves"
    if _over(ticket) and any(urge.ended_at is None for urge in urges):
        yield "it is urged, and over"


def _objection_faults(ticket: Ticket, events: Sequence[TicketEvent], objections: Sequence[Objection]) -> Iterator[str]:
    did, ended = Counter(event.action for event in events), Counter(row.end_kind for row in objections)
    if [event.at for event in events if event.action is Action.OBJECT] != [row.objected_at for row in objections]:
        yield "its objections are not those of its moves"
    for kind, action in DECIDED.items():
        if did[action] != ended[kind]:
            yield f"{ended[kind]} objections are {kind}, by its moves {did[action]}"
    if _over(ticket) and ended[None]:
        yield "it is objected to, and over"


def _over(ticket: Ticket) -> bool:
    return ticket.state in {*FINAL, State.COMPLETED}

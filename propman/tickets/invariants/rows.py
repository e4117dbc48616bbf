"""Promises about the rows of a ticket: keys, numbers, and what is committed together (I02, I04, I07)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.communities.codes import well_formed
from propman.communities.models import PlaceCode
from propman.idempotency import IdempotencyKey
from propman.invariants import Finding
from propman.notify import queries as notify
from propman.tickets.invariants.stories import Story
from propman.tickets.models import TWO_CLOCKS, ClockKind, Ticket, TicketClock
from propman.tickets.tracking import NUMBER
from propman.tickets.workflow import Action

FIRST = frozenset({Action.SUBMIT, Action.IMPORTED})
"""What a history begins with."""


def one_key_one_ticket(session: Session) -> Finding:
    """I02: a key that made a ticket names exactly one, and no two keys name the same."""
    answers = [
        (f"{row.principal} {row.key_hash[:6]}…", row.answer["ticket_id"])
        for row in session.scalars(select(IdempotencyKey))
        if "ticket_id" in row.answer
    ]
    known = set(session.scalars(select(Ticket.id)))
    named: dict[int, str] = {}
    broken = []
    for who, ticket_id in answers:
        if ticket_id not in known:
            broken.append(f"{who} names ticket {ticket_id}, which is not there")
        elif ticket_id in named:
            broken.append(f"{who} and {named[ticket_id]} name the same ticket {ticket_id}")
        named[ticket_id] = who
    return Finding("I02", len(answers), tuple(broken))


def committed_together(session: Session, stories: Sequence[Story]) -> Finding:
    """I04: each ticket has exactly one first event, both clocks, and with each event the outbox rows it promised. One
    that was taken over from another system has no clock at all, and its first event told nobody.
    """
    clocks = set(session.execute(select(TicketClock.ticket_id, TicketClock.kind).where(TicketClock.run == 1)))
    told = notify.told(session)
    broken = []
    for ticket, events in stories:
        firsts = sum(event.action in FIRST for event in events)
        if firsts != 1:
            broken.append(f"ticket {ticket.id} has {firsts} first events")
        kinds = [kind for kind in ClockKind if (ticket.id, kind) in clocks]
        if ticket.timed:
            broken += [f"ticket {ticket.id} has no {kind} clock" for kind in TWO_CLOCKS if kind not in kinds]
        else:
            broken += [f"ticket {ticket.id} was imported and has a {kind} clock" for kind in kinds]
            told_of = [event for event in events if event.action is Action.IMPORTED and event.notices]
            broken += [f"event {event.id} took a ticket over and told somebody" for event in told_of]
        for event in events:
            written = told[f"ticket_event:{event.id}"]
            if written != event.notices:
                broken.append(f"event {event.id} promised {event.notices} notices, {written} are there or forgotten")
    return Finding("I04", len(stories), tuple(broken))


def numbers_unique(session: Session) -> Finding:
    """I07: numbers have their form and are unique; place codes are 13 random letters, and never serve two places."""
    numbers = list(session.scalars(select(Ticket.number)))
    codes = list(session.scalars(select(PlaceCode.code)))
    broken = [f"number {number!r} has not its form" for number in numbers if not NUMBER.fullmatch(number)]
    broken += ["numbers repeat"] if len(set(numbers)) < len(numbers) else []
    broken += [f"code {code!r} has not its form" for code in codes if not well_formed(code)]
    return Finding("I07", len(numbers) + len(codes), tuple(broken))

"""Sending one person to several reports at once: each is a move of its own, and one that is refused stops no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from propman.errors import Refused
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import operations, queries
from propman.tickets.models import Ticket
from propman.tickets.workflow import State

MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Outcome:
    """What became of one report: sent, or the sentence that refused it."""

    number: str
    refused: str | None = None


def send_many(
    session: Session, *, picked: Mapping[str, int], viewer: Viewer, assignee_id: int, now: datetime
) -> list[Outcome]:
    """Send `assignee_id` to the reports `picked`: number -> the version that was seen. Flushes.

    In the order of their numbers, so that two who send at once do not wait for each other crosswise; each in a
    savepoint. Raises `Refused` (422) for none and for too many; what `moving.move` refuses of one is its outcome.
    """
    if not picked:
        raise Refused(N_("Tick the reports to which somebody is to go."))
    if len(picked) > MOST_AT_ONCE:
        raise Refused(N_("At most %(most)s reports at once."), most=MOST_AT_ONCE)
    return [_send(session, number, picked[number], viewer, assignee_id, now) for number in sorted(picked)]


def _send(session: Session, number: str, version: int, viewer: Viewer, assignee_id: int, now: datetime) -> Outcome:
    try:
        ticket = queries.load(session, number, viewer, now, as_staff=True)
        _refuse_needless(ticket, assignee_id)
        send = operations.assign if _waits(session, ticket, now) else operations.reassign
        with session.begin_nested():
            send(session, ticket=ticket, viewer=viewer, seen_version=version, now=now, assignee_id=assignee_id)
    except Refused as refusal:
        return Outcome(number, refusal.sentence)
    return Outcome(number)


def _waits(session: Session, ticket: Ticket, now: datetime) -> bool:
    """Whether nobody is sent yet, or whoever was belonged to the company before."""
    holder = queries.holder_today(session, ticket, now)
    return queries.standing(session, ticket, now, holder).state is State.SUBMITTED


def _refuse_needless(ticket: Ticket, assignee_id: int) -> None:
    if ticket.assignee_id == assignee_id and ticket.state in {State.ASSIGNED, State.UNDERWAY}:
        raise Refused(N_("This person has it already."), status=409)

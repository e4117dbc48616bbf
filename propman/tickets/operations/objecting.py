"""Objecting to a dispatch (派单异议): this is not ours. Decided on by whoever stands above who objects."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman.communities.models import Organisation
from propman.errors import Refused
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import queries
from propman.tickets.models import ClockKind, Objection, ObjectionEnd, Ticket, TicketClock, TicketEvent
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.moving import move
from propman.tickets.operations.referring import refer_as_decided
from propman.tickets.workflow import Action, Party

Clocks = dict[ClockKind, TicketClock]


def object_to_dispatch(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None,
    organisation_id: int | None = None,
) -> TicketEvent:  # fmt: skip
    """Say why a dispatch is wrong, and, if that is known, whom it concerns. Everything goes on meanwhile.

    Raises `Refused` as `moving.move`, and 422 for an organisation that it cannot go to.
    """
    concerns = _taker(session, ticket, organisation_id, now)
    event = move(session, ticket=ticket, action=Action.OBJECT, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note))  # fmt: skip
    session.add(
        Objection(
            ticket_id=ticket.id, organisation_id=ticket.organisation_id, party=event.party, round=ticket.reopened,
            by_id=viewer.user_id, concerns_id=concerns.id if concerns else None, objected_at=event.at,
        )
    )  # fmt: skip
    session.flush()
    return event


def uphold_objection(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None,
    organisation_id: int | None = None,
) -> TicketEvent:  # fmt: skip
    """The dispatch was wrong: nobody is sent any more, and the ticket goes to the organisation named.

    Only where the person sent objected, it may stay with the company, which sends somebody else. Raises `Refused` as
    `moving.move`, and 422 for no organisation, or one that it cannot go to.
    """
    objection, taker = queries.open_objection(session, ticket), _taker(session, ticket, organisation_id, now)
    if objection is not None and objection.party is Party.DISPATCHER and taker is None:
        raise Refused(N_("Please say whom it goes to."), field="organisation_id")
    takes_over = taker is not None and taker.kind in queries.TAKES_OVER
    if takes_over and objection is not None and objection.party is Party.ASSIGNEE:  # nobody gives away what is theirs
        raise Refused(N_("Object yourself: the street office decides who has it then."), field="organisation_id")

    def pass_on(_clocks: Clocks, at: datetime) -> None:
        if objection is not None:
            objection.ended_at, objection.end_kind = at, ObjectionEnd.UPHELD
        ticket.assignee_id = None
        if taker is not None and takes_over:
            ticket.organisation_id = ticket.placed_with_id = taker.id

    event = move(session, ticket=ticket, action=Action.UPHOLD_OBJECTION, viewer=viewer, seen_version=seen_version,
                 now=now, brought=Brought(note=note), effect=pass_on)  # fmt: skip
    if taker is not None and not takes_over:
        refer_as_decided(session, ticket=ticket, to=taker, actor_id=viewer.user_id, now=now)
    return event


def reject_objection(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None
) -> TicketEvent:
    """The dispatch stands, with the reason."""
    objection = queries.open_objection(session, ticket)

    def settle(_clocks: Clocks, at: datetime) -> None:
        if objection is not None:
            objection.ended_at, objection.end_kind = at, ObjectionEnd.REJECTED

    return move(session, ticket=ticket, action=Action.REJECT_OBJECTION, viewer=viewer, seen_version=seen_version,
                now=now, brought=Brought(note=note), effect=settle)  # fmt: skip


def _taker(session: Session, ticket: Ticket, organisation_id: int | None, now: datetime) -> Organisation | None:
    if organisation_id is None:
        return None
    found = next((each for each in queries.takers(session, ticket, now) if each.id == organisation_id), None)
    if found is None:
        raise Refused(N_("It cannot go to this organisation."), field="organisation_id")
    return found

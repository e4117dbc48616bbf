"""Objecting to a dispatch (派单异议): this is not ours. Decided on by whoever stands above who objects."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.queries import category
from propman.communities.models import Organisation
from propman.errors import Refused
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import queries
from propman.tickets.models import ClockKind, Objection, ObjectionEnd, Ticket, TicketClock, TicketEvent
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.correcting import Correction, Found, judge_anew, looked_up, put_right
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
    organisation_id: int | None = None, category: str | None = None, place_id: int | None = None,
) -> TicketEvent:  # fmt: skip
    """The dispatch was wrong: nobody is sent any more, and the ticket goes to the organisation named.

    Only where the person sent objected, it may stay with the company, which sends somebody else. Another `category`,
    with its urgency, and another place are corrected with it, as `correcting.correct` does. Raises `Refused` as
    `moving.move`, and 422 for no organisation, one that it cannot go to, and a category or place that there is not.
    """
    found = _corrected(session, ticket, category, place_id, now)
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
        if found is not None:
            put_right(session, ticket=ticket, found=found, at=at)

    event = move(session, ticket=ticket, action=Action.UPHOLD_OBJECTION, viewer=viewer, seen_version=seen_version,
                 now=now, brought=Brought(note=note, changes=found.changes if found else None),
                 effect=pass_on)  # fmt: skip
    if found is not None:
        judge_anew(session, ticket=ticket, found=found, viewer=viewer, now=now)
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


def _corrected(session: Session, ticket: Ticket, code: str | None, place_id: int | None, now: datetime) -> Found | None:
    """What the decision puts right, or None where all of it stands."""
    kind = category(session, code, clock.local_date(now)) if code and code != ticket.category else None
    if kind is None and code in {None, ticket.category} and place_id in {None, ticket.place_id}:
        return None
    meant = Correction(code or ticket.category, kind.priority if kind else ticket.priority,
                       place_id or ticket.place_id, ticket.asset_id)  # fmt: skip
    return looked_up(session, ticket=ticket, correction=meant, now=now)


def _taker(session: Session, ticket: Ticket, organisation_id: int | None, now: datetime) -> Organisation | None:
    if organisation_id is None:
        return None
    found = next((each for each in queries.takers(session, ticket, now) if each.id == organisation_id), None)
    if found is None:
        raise Refused(N_("It cannot go to this organisation."), field="organisation_id")
    return found

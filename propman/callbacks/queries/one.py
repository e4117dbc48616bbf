"""The call-back about one report: its completion, its attempts, who may call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman.callbacks.models import CallAttempt, CallBack
from propman.errors import Refused
from propman.roles import Viewer
from propman.tickets import queries as tickets
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import Action
from propman.tickets.workflow import refusal as workflow_refusal


def last_completion(session: Session, ticket: Ticket) -> TicketEvent | None:
    """The move by which `ticket` was last completed."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.action == Action.COMPLETE)
    whole = (joinedload(TicketEvent.note), joinedload(TicketEvent.actor), joinedload(TicketEvent.organisation))
    return session.scalars(query.options(*whole).order_by(TicketEvent.version.desc()).limit(1)).first()


def call_back_of(session: Session, ticket: Ticket) -> CallBack | None:
    """The call-back about the last completion of `ticket`, once somebody has set out to call."""
    completion = last_completion(session, ticket)
    if completion is None:
        return None
    query = select(CallBack).where(CallBack.completion_id == completion.id).options(joinedload(CallBack.claimed_by))
    return session.scalars(query).one_or_none()


def attempts_of(session: Session, call_back: CallBack) -> Sequence[CallAttempt]:
    """The attempts of `call_back` in their order, with who called for whom."""
    query = select(CallAttempt).where(CallAttempt.call_back_id == call_back.id)
    whole = (joinedload(CallAttempt.event).joinedload(TicketEvent.actor), joinedload(CallAttempt.organisation))
    return session.scalars(query.options(*whole).order_by(CallAttempt.id)).all()


def refused(session: Session, ticket: Ticket, viewer: Viewer, now: datetime) -> Refused | None:
    """Why `viewer` may not call about `ticket` now, as the table of moves says; None if they may."""
    holder = tickets.holder_today(session, ticket, now)
    parties = tickets.parties_of(session, ticket, viewer, holder)
    standing = tickets.standing(session, ticket, now, holder, viewer)
    return workflow_refusal(Action.CALL, standing=standing, parties=parties, now=now)


def calls_for(session: Session, ticket: Ticket, viewer: Viewer, now: datetime) -> int | None:
    """The organisation for which `viewer` calls about `ticket`."""
    in_charge = tickets.in_charge_of(ticket, tickets.holder_today(session, ticket, now))
    post = tickets.calling_post(session, ticket, viewer, in_charge)
    return post.organisation_id if post else None


def phone_of(ticket: Ticket) -> str | None:
    """The telephone of whoever reported: the one left with the report, else that of the account; None for none."""
    if ticket.caller_phone is not None:
        return ticket.caller_phone.body
    return ticket.reporter.phone if ticket.reporter else None

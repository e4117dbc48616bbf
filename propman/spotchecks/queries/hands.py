"""Who had a hand in what is looked at again, and how it stands: what the rules must know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from propman.communities.kinds import OrganisationKind
from propman.communities.models import Organisation
from propman.spotchecks.models import SpotCheck
from propman.spotchecks.rules import Checked
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import Action, State

ENDS = (Action.COMPLETE, Action.CONFIRM, Action.RECHECK_PASS)


def checked_of(session: Session, checks: Collection[SpotCheck]) -> Mapping[int, Checked]:
    """By the id of each of `checks` who had a hand in it, whose people do not judge it, and how it stands.

    In a repair: whoever was sent, completed it, or said that it is done. People of a street office judge each other's
    work: there is no other nearby.
    """
    tickets = {check.ticket_id for check in checks if check.ticket_id is not None}
    hands, last = _hands(session, tickets), _last(session, tickets)
    outside = _outside(session, {check.organisation_id for check in checks if check.organisation_id is not None})
    return {
        check.id: Checked(
            frozenset({check.person_id, *hands[check.ticket_id or 0]}),
            frozenset(one for one in outside if one == check.organisation_id),
            reopened=check.ticket_id is not None and last.get(check.ticket_id) != check.completion_id,
        )
        for check in checks
    }  # fmt: skip


def _hands(session: Session, tickets: Collection[int]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    if not tickets:
        return found
    query = select(TicketEvent.ticket_id, TicketEvent.action, TicketEvent.actor_id, TicketEvent.assignee_id).where(
        TicketEvent.ticket_id.in_(tickets), or_(TicketEvent.action.in_(ENDS), TicketEvent.assignee_id.is_not(None))
    )
    for ticket_id, action, actor_id, assignee_id in session.execute(query):
        found[ticket_id] |= {one for one in (assignee_id, actor_id if action in ENDS else None) if one is not None}
    return found


def _last(session: Session, tickets: Collection[int]) -> Mapping[int, int]:
    """The last completion of those that are closed still."""
    if not tickets:
        return {}
    query = (
        select(TicketEvent.ticket_id, func.max(TicketEvent.id))
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
        .where(Ticket.id.in_(tickets), Ticket.state == State.CONFIRMED, TicketEvent.action == Action.COMPLETE)
        .group_by(TicketEvent.ticket_id)
    )
    return {ticket_id: event_id for ticket_id, event_id in session.execute(query)}  # noqa: C416 - as `dict()` has no types


def _outside(session: Session, organisations: Collection[int]) -> frozenset[int]:
    if not organisations:
        return frozenset()
    query = select(Organisation.id).where(
        Organisation.id.in_(organisations), Organisation.kind != OrganisationKind.STREET_OFFICE
    )
    return frozenset(session.scalars(query))

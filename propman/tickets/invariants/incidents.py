"""The promises about incidents (T01) and about what planned outages explain (T02)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from propman.communities.models import Place
from propman.invariants import Finding
from propman.outages.models import OutagePlace
from propman.tickets.invariants.stories import Story
from propman.tickets.models import Ticket
from propman.tickets.workflow import Action, State


def leads_lead(stories: Sequence[Story]) -> Finding:
    """T01: a merged report lies in the community of its lead, which is not merged itself and was not withdrawn; and the
    stars of a report are those of its own household.
    """
    tickets = {ticket.id: ticket for ticket, _events in stories}
    broken = []
    for ticket in (ticket for ticket in tickets.values() if ticket.lead_id is not None):
        lead = tickets.get(ticket.lead_id or 0)
        if lead is None or lead.community_id != ticket.community_id:
            broken.append(f"ticket {ticket.id} has its lead in another community")
        elif lead.state in {State.MERGED, State.CANCELLED}:
            broken.append(f"ticket {ticket.id} has a lead that is {lead.state} itself")
    for ticket, events in stories:
        own = [event.stars for event in events if event.action in {Action.AGREE, Action.CONFIRM}]
        if ticket.stars is not None and (not own or own[-1] != ticket.stars):
            broken.append(f"ticket {ticket.id} has stars that its household did not give")
    return Finding("T01", len(stories), tuple(broken))


def outages_explain(session: Session) -> Finding:
    """T02: a report that a planned outage explains lies at one of its places."""
    at, affected = aliased(Place), aliased(Place)
    there = (
        select(OutagePlace.place_id)
        .join(affected, affected.id == OutagePlace.place_id)
        .where(OutagePlace.outage_id == Ticket.outage_id, at.path.startswith(affected.path))
    )
    query = select(Ticket.id, Ticket.outage_id, there.exists()).join(at, at.id == Ticket.place_id)
    found = session.execute(query.where(Ticket.outage_id.is_not(None))).all()
    lost = [f"ticket {ticket_id} lies nowhere where outage {one} is" for ticket_id, one, lies in found if not lies]
    return Finding("T02", len(found), tuple(lost))

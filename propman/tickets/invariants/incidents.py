"""The promise about incidents (T01)."""

from __future__ import annotations

from collections.abc import Sequence

from propman.invariants import Finding
from propman.tickets.invariants.stories import Story
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

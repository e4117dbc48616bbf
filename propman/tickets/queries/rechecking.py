"""What an inspection found: who may look again at its repair, and which report a finding joins."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from propman.roles import Role, Viewer
from propman.tickets.models import Channel, Ticket, TicketEvent, TicketFinding
from propman.tickets.queries.calling import has_repaired
from propman.tickets.queries.rows import AnyTicket
from propman.tickets.workflow import Action, State

IN_CHARGE = frozenset({Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE})
ABOVE_IT = frozenset({Role.STREET_OFFICE, Role.OFFICIAL})


def inspects(session: Session, ticket: AnyTicket, viewer: Viewer, in_charge: Collection[int]) -> bool:
    """Whether `viewer` may look again at what was repaired, while the organisations `in_charge` answer for it: by a
    post there or above it, and never who was sent for it or completed it.
    """
    if not ticket.recheck or ticket.state is not State.COMPLETED or viewer.user_id is None:
        return False
    there = any(post.role in IN_CHARGE and post.organisation_id in in_charge for post in viewer.posts)
    above = any(
        post.role in ABOVE_IT and post.place_path and ticket.community.path.startswith(post.place_path)
        for post in viewer.posts
    )
    return (there or above) and not has_repaired(session, ticket, viewer.user_id)


def found_before(session: Session, source: str) -> Ticket | None:
    """The report that the finding `source` opened or joined, or None."""
    query = select(Ticket).join(TicketFinding, TicketFinding.ticket_id == Ticket.id)
    return session.scalars(query.where(TicketFinding.source == source)).one_or_none()


def open_about(
    session: Session, *, community_id: int, place_id: int, asset_id: int | None, category: str
) -> Ticket | None:
    """The report that a finding joins, the first of several: the open one of that part; where it is about no part, the
    one that an inspection opened about this category of this very place.
    """
    there = select(Ticket).where(
        Ticket.community_id == community_id, Ticket.is_open(), Ticket.channel != Channel.IMPORTED
    )
    return session.scalars(_about(there, place_id, asset_id, category).order_by(Ticket.id).limit(1)).one_or_none()


def _about(there: Select[Ticket], place_id: int, asset_id: int | None, category: str) -> Select[Ticket]:
    if asset_id is not None:
        return there.where(Ticket.asset_id == asset_id)
    here = there.where(Ticket.place_id == place_id, Ticket.category == category, Ticket.asset_id.is_(None))
    return here.where(Ticket.channel == Channel.INSPECTION)


def first_event_id(session: Session, ticket: Ticket) -> int:
    """The event with which `ticket` began."""
    query = select(TicketEvent.id).where(TicketEvent.ticket_id == ticket.id, TicketEvent.action == Action.SUBMIT)
    return session.scalars(query).one()

"""Who may call the reporter of what was completed: never who repaired it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from propman.roles import GRANTS, Permission, Post, Role, Viewer
from propman.tickets.models import Channel, TicketEvent
from propman.tickets.queries.rows import AnyTicket
from propman.tickets.workflow import Action, State

CALLERS = GRANTS[Permission.CALL_BACK]
ABOVE = frozenset({Role.STREET_OFFICE, Role.NEIGHBOURHOOD_COMMITTEE})
"""Callers by the place of their post; the others are of the company in charge."""


def calling_post(session: Session, ticket: AnyTicket, viewer: Viewer, in_charge: Collection[int]) -> Post | None:
    """The post by which `viewer` may call about `ticket` while the organisations `in_charge` answer for it, or None.

    One who stands above the company calls as such, also with a post in it.
    """
    if (
        ticket.channel is Channel.INSPECTION
        or ticket.state not in {State.COMPLETED, State.CONFIRMED}
        or viewer.user_id in {None, ticket.reporter_id}
    ):
        return None
    posts = [post for post in viewer.posts if _reaches(post, ticket, in_charge)]
    if not posts or has_repaired(session, ticket, viewer.user_id or 0):
        return None
    return min(posts, key=lambda post: post.role not in ABOVE)


def _reaches(post: Post, ticket: AnyTicket, in_charge: Collection[int]) -> bool:
    if post.role in ABOVE:
        return post.place_path is not None and ticket.community.path.startswith(post.place_path)
    return post.role in CALLERS and post.organisation_id in in_charge


def has_repaired(session: Session, ticket: AnyTicket, user_id: int) -> bool:
    """Whether that person was ever sent for `ticket`, or has completed it."""
    by_them = or_(
        TicketEvent.assignee_id == user_id,
        (TicketEvent.action == Action.COMPLETE) & (TicketEvent.actor_id == user_id),
    )
    mine = select(TicketEvent.id).where(TicketEvent.ticket_id == ticket.id, by_them)
    return session.scalars(mine.limit(1)).first() is not None

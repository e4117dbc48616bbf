"""Of which tickets one sees the reporter's telephone, as a condition: `scope.sees_contact` for many at once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, or_

from propman import clock
from propman.communities.queries import managed_by
from propman.roles import Post, Role, Viewer
from propman.tickets.models import Ticket
from propman.tickets.queries.scope import COMPANY
from propman.tickets.workflow import State


def contact_seen(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """Whether `viewer` dispatches a ticket or goes there; of tickets in the scope of `viewer` alone."""
    today = clock.local_date(now)
    return or_(false(), *(_dispatches(post, today) for post in viewer.posts), _goes(viewer))


def _dispatches(post: Post, today: date) -> ColumnElement[bool]:
    if post.organisation_id is None:
        return false()
    own = Ticket.organisation_id == post.organisation_id
    if post.role in COMPANY:
        placed = Ticket.placed_with_id == post.organisation_id
        managed = Ticket.community_id.in_(managed_by(post.organisation_id, today))
        return or_(and_(managed, Ticket.placed_with_id.is_(None)), placed, and_(own, Ticket.state == State.COMPLETED))
    return own if post.role is Role.STREET_OFFICE else false()


def _goes(viewer: Viewer) -> ColumnElement[bool]:
    works = any(post.role is Role.WORKER for post in viewer.posts)
    return Ticket.assignee_id == viewer.user_id if works else false()

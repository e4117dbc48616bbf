"""Whose plans one sees, and which one may change. What is out of reach is answered as what does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import reach
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.inspections.models import Plan
from propman.roles import Permission, Viewer

SEE, KEEP = Permission.SEE_PLANS, Permission.KEEP_PLANS
MOST_NAMED = 30


def visible_to(viewer: Viewer, on: date) -> ColumnElement[bool]:
    """The condition that `viewer` sees a plan on the day `on`."""
    return reach(viewer, SEE, on).holds(Plan.community_id)


def plan(session: Session, viewer: Viewer, plan_id: int, on: date, permission: Permission = SEE) -> Plan:
    """The plan with this id, with its community. Raises `NotFound` out of reach."""
    within = reach(viewer, permission, on).holds(Plan.community_id)
    query = select(Plan).where(Plan.id == plan_id, within).options(joinedload(Plan.community))
    found = session.scalars(query).one_or_none() if 0 < plan_id < ID_LIMIT else None
    if found is None:
        raise NotFound()
    return found


def keeps(session: Session, viewer: Viewer, community_id: int, on: date, permission: Permission = KEEP) -> bool:
    """Whether `viewer` may make and change plans of a community, or do there what needs another `permission`."""
    ids = reach(viewer, permission, on).communities().where(Place.id == community_id)
    return viewer.may(permission) and session.scalar(ids) is not None


def community(
    session: Session, viewer: Viewer, community_id: int, on: date, permission: Permission = KEEP
) -> Place:  # fmt: skip
    """An open community for which `viewer` may make plans, or do what needs another `permission`. Raises `NotFound` for
    every other place.
    """
    found = session.get(Place, community_id) if 0 < community_id < ID_LIMIT else None
    if found is None or not found.open_on(on) or not keeps(session, viewer, community_id, on, permission):
        raise NotFound()
    return found


def communities(
    session: Session, viewer: Viewer, text: str, on: date, permission: Permission = KEEP
) -> Sequence[Place]:  # fmt: skip
    """The open communities for which `viewer` may make plans, or do what needs another `permission`, with `text` in the
    name, by name: one more at most than are shown.
    """
    query = select(Place).where(
        Place.kind == PlaceKind.COMMUNITY, Place.open_on(on), Place.id.in_(reach(viewer, permission, on).communities()),
        Place.name.contains(text.strip(), autoescape=True),
    )  # fmt: skip
    query = query.options(joinedload(Place.parent)).order_by(Place.sort_key, Place.id)
    return session.scalars(query.limit(MOST_NAMED + 1)).all()

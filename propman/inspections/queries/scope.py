"""Which duties a viewer sees: those of the communities within their reach today, and of the places they look after."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.communities.queries import Reach, place, reach
from propman.errors import NotFound
from propman.inspections.models import Duty, Target
from propman.roles import Permission, Viewer

_SLASHES_OF_A_COMMUNITY = 6  # "/province/prefecture/county/street/community/"


def reach_of(viewer: Viewer, now: datetime) -> Reach:
    """Where `viewer` sees inspections today."""
    return reach(viewer, Permission.SEE_INSPECTIONS, clock.local_date(now))


def visible_to(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """The condition on a duty that `viewer` sees it. Contractors and utilities have no communities, and see none."""
    within = reach_of(viewer, now)
    deep = [path for path in within.paths if path.count("/") > _SLASHES_OF_A_COMMUNITY]
    whole = within.holds(Duty.community_id)
    if not deep:
        return whole
    own = select(Target.id).join(Target.place).where(or_(*(Place.path.like(f"{path}%") for path in deep)))
    return or_(whole, Duty.target_id.in_(own))


def above_within(session: Session, viewer: Viewer, here: Place, now: datetime) -> Place | None:
    """What `here` lies in, if that lies within the reach of `viewer` too."""
    try:
        return place_within(session, viewer, here.parent_id or 0, now)
    except NotFound:
        return None


def place_within(session: Session, viewer: Viewer, place_id: int, now: datetime) -> Place:
    """The place with this id, if it lies within the reach of `viewer`. Raises `NotFound` for foreign and absent."""
    found = place(session, place_id)
    if found is None or not any(found.path.startswith(path) for path in reach_of(viewer, now).prefixes(session)):
        raise NotFound()
    return found

"""Communities and places that a viewer may choose from: to narrow the queue, to write down a caller's report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Row, Select, false, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from propman import clock
from propman.communities.models import Engagement, Place, PlaceKind
from propman.communities.queries import managed_by
from propman.db import ID_LIMIT, among, in_text, read, written
from propman.errors import NotFound
from propman.roles import GRANTS, Permission, Post, Role, Viewer
from propman.tickets.queries.scope import AREA, COMPANY
from propman.tickets.queries.shapes import TODAY, Shape, anybody, facts_of, shape_of

MOST_COMMUNITIES = 300
"""More are not offered in one list; each is found by its id all the same."""


def communities_of(session: Session, viewer: Viewer, now: datetime) -> Sequence[Row[int, str, str]]:
    """The first communities, by name, whose tickets are in the queue of `viewer`: `id`, `name`, and `street`."""
    facts = facts_of(viewer, now)
    facts |= {f"line_{each}": _line(post.place_path or "") for each, post in enumerate(viewer.posts)}
    return read(session, _communities_of(shape_of(viewer)), facts).all()


@lru_cache(maxsize=100)
def _communities_of(shape: Shape) -> Select[int, str, str]:
    """The statement of `communities_of` for everybody with posts of this `shape`."""
    above = aliased(Place)
    posts = enumerate(anybody(shape).posts)
    areas = (_queue_area(post, TODAY, among(Place.id, f"line_{each}")) for each, post in posts)
    return (
        select(Place.id, Place.name, above.name.label("street"))
        .outerjoin(above, above.id == Place.parent_id)
        .where(Place.kind.in_(written(PlaceKind.COMMUNITY)), or_(false(), *areas))
        .order_by(Place.sort_key, Place.id)
        .limit(in_text(MOST_COMMUNITIES))
    )


def intake_communities(session: Session, viewer: Viewer, now: datetime) -> Sequence[Place]:
    """The first open communities, by name, about which `viewer` may write down what a caller says."""
    today = clock.local_date(now)
    query = _communities(_intake_areas(viewer, today)).where(Place.open_on(today))
    return session.scalars(query.limit(MOST_COMMUNITIES)).all()


def intake_community(session: Session, viewer: Viewer, community_id: int, now: datetime) -> Place:
    """One of them by its id. Raises `NotFound` for one out of reach, a closed one and none at all alike."""
    today = clock.local_date(now)
    query = _communities(_intake_areas(viewer, today)).where(Place.open_on(today))
    found = session.scalars(query.where(Place.id == community_id)).one_or_none() if community_id < ID_LIMIT else None
    if found is None:
        raise NotFound()
    return found


def intake_reach(session: Session, viewer: Viewer, community: Place, now: datetime) -> tuple[str, ...]:
    """The paths under which `viewer` may name places of `community`: all of it, or what a grid worker looks after."""
    today = clock.local_date(now)
    takers = [post for post in viewer.posts if post.role in GRANTS[Permission.PHONE_INTAKE]]
    companies = [post.organisation_id for post in takers if post.role in COMPANY and post.organisation_id is not None]
    here = [managed_by(each, today).where(Engagement.community_id == community.id) for each in companies]
    if any(session.scalar(query) for query in here):
        return (community.path,)
    return tuple(post.place_path for post in takers if post.role not in COMPANY and post.place_path)


def _communities(areas: Sequence[ColumnElement[bool]]) -> Select[Place]:
    query = select(Place).where(Place.kind == PlaceKind.COMMUNITY, or_(false(), *areas))
    return query.options(joinedload(Place.parent)).order_by(Place.sort_key, Place.id)


def _queue_area(post: Post, today: date, above: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that a community is in the queue of a `post`; `above`: that the place of the post lies in it."""
    if post.role is Role.AUDITOR:
        return true()
    if post.role in AREA | {Role.GRID_WORKER} and post.place_path is not None:
        return or_(Place.path.like(post.place_path + "%"), above)
    if post.role in COMPANY | {Role.WORKER} and post.organisation_id is not None:
        return Place.id.in_(managed_by(post.organisation_id, today))
    return false()


def _intake_areas(viewer: Viewer, today: date) -> list[ColumnElement[bool]]:
    takes = GRANTS[Permission.PHONE_INTAKE]
    posts = (post for post in viewer.posts if post.role in takes)
    return [_queue_area(post, today, Place.id.in_(_line(post.place_path or ""))) for post in posts]


def _line(path: str) -> list[int]:
    """The ids of the places from the root to the one with `path`."""
    return [int(part) for part in path.split("/") if part]

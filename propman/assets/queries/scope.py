"""What one may see of the register: every load, list, page and export begins here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from propman import clock
from propman.assets.models import Asset
from propman.communities.models import Place, PlaceKind
from propman.communities.queries import Reach, reach
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.projects.models import Project, WorkItem
from propman.roles import Permission, Viewer

SEES, TENDS, KEEPS = Permission.SEE_REGISTER, Permission.TEND_PARTS, Permission.KEEP_REGISTER


def visible_to(viewer: Viewer, now: datetime, permission: Permission = SEES) -> Select[Asset]:
    """The parts with which `viewer` may today do what needs `permission`; those that are gone are among them."""
    return select(Asset).where(_reach(viewer, now, permission).holds(Asset.community_id, Asset.place_id))


def load(session: Session, asset_id: int, viewer: Viewer, now: datetime, permission: Permission = SEES) -> Asset:
    """The part with its place, organisations, work item and project, in one query.

    Raises `NotFound` for one out of scope and one that does not exist alike.
    """
    item = joinedload(Asset.work_item)
    whole = (
        joinedload(Asset.place), joinedload(Asset.community), joinedload(Asset.maintainer),
        joinedload(Asset.claim_holder), item.joinedload(WorkItem.project).joinedload(Project.owner),
        item.joinedload(WorkItem.contractor), item.joinedload(WorkItem.claim_holder),
    )  # fmt: skip
    query = visible_to(viewer, now, permission).where(Asset.id == asset_id).options(*whole)
    part = session.scalars(query).one_or_none() if 0 < asset_id < ID_LIMIT else None
    if part is None:
        raise NotFound()
    return part


def may(session: Session, part: Asset, viewer: Viewer, now: datetime, permission: Permission) -> bool:
    """Whether `viewer` may do with this part what needs `permission`."""
    if not viewer.may(permission):
        return False
    return (
        session.scalar(visible_to(viewer, now, permission).where(Asset.id == part.id).with_only_columns(Asset.id))
        is not None
    )


def reaches(session: Session, place: Place, viewer: Viewer, now: datetime, permission: Permission) -> bool:
    """Whether `viewer` may do at this place, in a community, what needs `permission`: there as a whole or inside."""
    held = _reach(viewer, now, permission)
    if held.covers(place):
        return True
    if not held.organisations:
        return False
    return session.scalar(held.communities().where(Place.id.in_(place.line_ids))) is not None


def own_places(session: Session, viewer: Viewer, now: datetime) -> Sequence[Place]:
    """The buildings and entrances that the posts of `viewer` are over, who need not reach the community as a whole."""
    held = _reach(viewer, now, SEES)
    inside = Place.kind.in_({PlaceKind.BUILDING, PlaceKind.ENTRANCE})
    query = select(Place).where(Place.path.in_(held.paths), inside).order_by(Place.sort_key, Place.id)
    return session.scalars(query).all() if held.paths else ()


def load_place(session: Session, place_id: int, viewer: Viewer, now: datetime, permission: Permission = SEES) -> Place:
    """A community, or something inside one, within reach of `viewer`. Raises `NotFound` for all else alike.

    A building head reaches no more of a community than the building.
    """
    inside = Place.kind.in_({PlaceKind.COMMUNITY, PlaceKind.BUILDING, PlaceKind.ENTRANCE})
    query = select(Place).where(Place.id == place_id, inside)
    place = session.scalars(query).one_or_none() if 0 < place_id < ID_LIMIT else None
    if place is None or not reaches(session, place, viewer, now, permission):
        raise NotFound()
    return place


def load_community(
    session: Session, place_id: int, viewer: Viewer, now: datetime, permission: Permission = SEES
) -> Place:
    """A community that `viewer` reaches as a whole. Raises `NotFound`."""
    held = _reach(viewer, now, permission)
    query = held.communities().where(Place.id == place_id).with_only_columns(Place)
    community = session.scalars(query).one_or_none() if 0 < place_id < ID_LIMIT else None
    if community is None:
        raise NotFound()
    return community


def _reach(viewer: Viewer, now: datetime, permission: Permission) -> Reach:
    return reach(viewer, permission, clock.local_date(now))

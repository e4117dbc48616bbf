"""What a resident's report can name: where a person lives, and everything open inside a community."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.households.queries import homes as households
from propman.roles import Role, Viewer

AT_HOME = frozenset({Role.RESIDENT, Role.GRID_WORKER})


@dataclass(frozen=True)
class BuildingPlaces:
    """A building and its entrances, in the order in which people look for them."""

    building: Place
    entrances: tuple[Place, ...]


@dataclass(frozen=True)
class Home:
    """A place that a person lives in or looks after, its community, and the flat if it is known."""

    place: Place
    community: Place
    flat: str | None = None


def homes_of(session: Session, viewer: Viewer, on: date) -> Sequence[Home]:
    """The homes of `viewer` that are open on the day `on`: their flats first, then by name."""
    flats = _flats(session, viewer, on)
    named = {home.place.id for home in flats}
    return [*flats, *(home for home in _posts(session, viewer, on) if home.place.id not in named)]


def _flats(session: Session, viewer: Viewer, on: date) -> Sequence[Home]:
    found = households(session, viewer.user_id, on) if viewer.user_id is not None else ()
    return [
        Home(one.household.place, community, one.household.number)
        for one in found
        if one.household.place.open_on(on)
        and (community := session.get_one(Place, one.household.community_id)).open_on(on)
    ]


def _posts(session: Session, viewer: Viewer, on: date) -> Sequence[Home]:
    paths = {post.place_path for post in viewer.posts if post.role in AT_HOME and post.place_path}
    ids = {int(part) for path in paths for part in path.strip("/").split("/")}
    query = select(Place).where(Place.id.in_(ids)).order_by(Place.sort_key, Place.id)
    line = session.scalars(query).all() if ids else ()
    return [
        Home(place, community)
        for place in line
        for community in line
        if place.path in paths and community.kind is PlaceKind.COMMUNITY and place.path.startswith(community.path)
        and place.open_on(on) and community.open_on(on)
    ]  # fmt: skip


def open_buildings(session: Session, community: Place, on: date) -> Sequence[BuildingPlaces]:
    """The buildings and entrances of `community` that are open on the day `on`, in one query."""
    query = select(Place).where(
        Place.path.startswith(community.path, autoescape=True), Place.id != community.id, Place.open_on(on)
    )
    inside = session.scalars(query.order_by(Place.sort_key, Place.id)).all()
    return [
        BuildingPlaces(building, tuple(place for place in inside if place.parent_id == building.id))
        for building in inside
        if building.kind is PlaceKind.BUILDING
    ]

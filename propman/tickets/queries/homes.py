"""What a resident's report can name: where a person lives, and everything open inside a community."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Date, Row, bindparam, select
from sqlalchemy.orm import Session

from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.households.queries import homes as households
from propman.roles import Role, Viewer

AT_HOME = frozenset({Role.RESIDENT, Role.GRID_WORKER})


Inside = Row[int, str, int | None, PlaceKind, str]
"""Of a place inside a community `id`, `name`, `parent_id`, `kind` and `path`."""

_PLACES = (
    select(Place)
    .where(Place.id.in_(bindparam("ids", type_=BigInteger, expanding=True)))
    .order_by(Place.sort_key, Place.id)
)
_INSIDE = (
    select(Place.id, Place.name, Place.parent_id, Place.kind, Place.path)
    .where(
        Place.path.like(bindparam("under")), Place.id != bindparam("community"),
        Place.open_on(bindparam("today", type_=Date)),  # type: ignore[arg-type]
    )
    .order_by(Place.sort_key, Place.id)
)  # fmt: skip


@dataclass(frozen=True)
class BuildingPlaces:
    """A building and its entrances, in the order in which people look for them."""

    building: Inside
    entrances: tuple[Inside, ...]


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
    line = session.scalars(_PLACES, {"ids": sorted(ids)}).all() if ids else ()
    return [
        Home(place, community)
        for place in line
        for community in line
        if place.path in paths and community.kind is PlaceKind.COMMUNITY and place.path.startswith(community.path)
        and place.open_on(on) and community.open_on(on)
    ]  # fmt: skip


def open_buildings(session: Session, community: Place, on: date) -> Sequence[BuildingPlaces]:
    """The buildings and entrances of `community` that are open on the day `on`, in one query."""
    asked = {"under": f"{community.path}%", "community": community.id, "today": on}  # a path holds figures and slashes
    inside = session.execute(_INSIDE, asked).all()
    within: dict[int | None, list[Inside]] = defaultdict(list)
    for place in inside:
        within[place.parent_id].append(place)
    return [BuildingPlaces(one, tuple(within[one.id])) for one in inside if one.kind is PlaceKind.BUILDING]

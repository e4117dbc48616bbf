"""What a resident's report can name: where a person lives, and everything open inside a community."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, Row, bindparam, select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.kinds import PlaceKind
from propman.communities.models import ABOVE_COMMUNITIES, Place
from propman.communities.queries import AnyPlace
from propman.db import among, read
from propman.households.queries import flats_lived_in
from propman.roles import Role, Viewer
from propman.tickets.queries.incoming import Incoming, incoming_at

PLACE_ID = re.compile(r"[1-9][0-9]{0,17}")
AT_HOME = frozenset({Role.RESIDENT, Role.GRID_WORKER})


Inside = Row[int, str, int | None, PlaceKind, str]
"""Of a place inside a community `id`, `name`, `parent_id`, `kind` and `path`."""

_PLACES = select(Place).where(among(Place.id, "ids")).order_by(Place.sort_key, Place.id)
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

    place: AnyPlace
    community: AnyPlace
    flat: str | None = None


def reporting_at_home(
    session: Session, viewer: Viewer, place_id: str, *, named: str, category: str, now: datetime
) -> tuple[Home, Incoming] | None:
    """The one of `homes_of` at the place with the id `place_id`, as a form sends it, and what is known as a report of
    `category` comes in there about the place with the id `named`.

    None where it is no such home, a flat, or nobody manages the community: then the long way leads on.
    """
    path = next((path for path in _paths(viewer) if path.endswith(f"/{place_id}/")), "")
    line = [int(part) for part in path.strip("/").split("/")][ABOVE_COMMUNITIES:] if path else []
    if not line or not PLACE_ID.fullmatch(named):
        return None
    known = incoming_at(session, line, named=int(named), category=category, now=now)
    if known is None:
        return None
    home, on = Home(known.places[line[-1]], known.places[line[0]]), clock.local_date(now)
    return (home, known) if home.place.open_on(on) and home.community.open_on(on) else None


def homes_of(session: Session, viewer: Viewer, on: date) -> Sequence[Home]:
    """The homes of `viewer` that are open on the day `on`: their flats first, then by name."""
    flats = flats_lived_in(session, viewer.user_id, on) if viewer.user_id is not None else ()
    paths = _paths(viewer)
    ids = {int(part) for path in paths for part in path.strip("/").split("/")}
    ids |= {each for flat in flats for each in (flat.place_id, flat.community_id)}
    places = {place.id: place for place in (session.scalars(_PLACES, {"ids": sorted(ids)}) if ids else ())}
    lived_in = {flat.place_id for flat in flats}
    homes = [Home(places[flat.place_id], places[flat.community_id], flat.number) for flat in flats]
    homes += [
        Home(place, places[place.community_line_ids[0]])
        for place in places.values()
        if place.path in paths and place.community_line_ids and place.id not in lived_in
    ]
    return [home for home in homes if home.place.open_on(on) and home.community.open_on(on)]


def _paths(viewer: Viewer) -> set[str]:
    return {post.place_path for post in viewer.posts if post.role in AT_HOME and post.place_path}


def place_to_name(
    session: Session, community: AnyPlace, place_id: str, on: date, known: Incoming | None = None
) -> AnyPlace | None:
    """The place that a form names by the text `place_id`: `community` or something inside it that is open, or None.

    `known` is what a report comes in with, where that was asked for with this place.
    """
    if place_id == str(community.id):
        return community
    if not PLACE_ID.fullmatch(place_id):
        return None
    place = known.places.get(int(place_id)) if known else session.get(Place, int(place_id))
    inside = place is not None and place.path.startswith(community.path) and place.open_on(on)
    return place if inside else None


def open_buildings(session: Session, community: AnyPlace, on: date) -> Sequence[BuildingPlaces]:
    """The buildings and entrances of `community` that are open on the day `on`, in one query."""
    asked = {"under": f"{community.path}%", "community": community.id, "today": on}  # a path holds figures and slashes
    inside = read(session, _INSIDE, asked).all()
    within: dict[int | None, list[Inside]] = defaultdict(list)
    for place in inside:
        within[place.parent_id].append(place)
    return [BuildingPlaces(one, tuple(within[one.id])) for one in inside if one.kind is PlaceKind.BUILDING]

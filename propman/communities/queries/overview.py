"""How far the set-up of an installation has come, and what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.communities.models import Organisation, Place, PlaceCode
from propman.communities.queries.engagements import unmanaged

MOST_NAMED = 100


class Lack(StrEnum):
    """What a place can lack."""

    MANAGER = "manager"  # a community without one falls to its street office
    BUILDINGS = "buildings"
    CODE = "code"  # an entrance without a label


@dataclass(frozen=True)
class Overview:
    """How many open places and organisations there are by kind, and how many places lack what."""

    places: dict[PlaceKind, int]
    organisations: dict[OrganisationKind, int]
    lacking: dict[Lack, int]


def overview(session: Session, on: date) -> Overview:
    """Count what is open on the day `on`, in five queries whatever the size."""
    places = select(Place.kind, func.count()).where(Place.open_on(on)).group_by(Place.kind)
    organisations = select(Organisation.kind, func.count()).where(Organisation.open_on(on)).group_by(Organisation.kind)
    return Overview(
        places=dict(session.execute(places).all()),
        organisations=dict(session.execute(organisations).all()),
        lacking={lack: _count(session, places_lacking(on)) for lack, places_lacking in LACKING.items()},
    )


def lacking(session: Session, lack: Lack, on: date) -> tuple[Place, ...]:
    """The first hundred open places that lack this on `on`, by name."""
    return tuple(session.scalars(LACKING[lack](on).order_by(Place.sort_key, Place.id).limit(MOST_NAMED)))


def _without_buildings(on: date) -> Select[Place]:
    building = aliased(Place)
    inside = exists().where(building.parent_id == Place.id)
    return select(Place).where(Place.kind == PlaceKind.COMMUNITY, Place.open_on(on), ~inside)


def _without_code(on: date) -> Select[Place]:
    in_use = exists().where(PlaceCode.place_id == Place.id, PlaceCode.revoked_at.is_(None))
    return select(Place).where(Place.kind == PlaceKind.ENTRANCE, Place.open_on(on), ~in_use)


LACKING: dict[Lack, Callable[[date], Select[Place]]] = {
    Lack.MANAGER: unmanaged,
    Lack.BUILDINGS: _without_buildings,
    Lack.CODE: _without_code,
}


def _count(session: Session, places: Select[Place]) -> int:
    return session.scalar(select(func.count()).select_from(places.subquery())) or 0

"""How far the set-up of an installation has come, and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.communities.models import Organisation, Place, PlaceCode
from propman.communities.queries.engagements import unmanaged

MOST_NAMED = 10


@dataclass(frozen=True)
class Overview:
    """Open places and organisations by kind, and what is missing; of the unmanaged communities the first few."""

    places: dict[PlaceKind, int]
    organisations: dict[OrganisationKind, int]
    unmanaged: int
    first_unmanaged: tuple[Place, ...]
    without_building: int
    without_code: int


def overview(session: Session, on: date) -> Overview:
    """Count what is open on the day `on`, in six queries whatever the size."""
    is_open = or_(Place.closed_on.is_(None), Place.closed_on > on)
    takes_part = or_(Organisation.closed_on.is_(None), Organisation.closed_on > on)
    places = select(Place.kind, func.count()).where(is_open).group_by(Place.kind)
    organisations = select(Organisation.kind, func.count()).where(takes_part).group_by(Organisation.kind)
    nobody = unmanaged(on)
    building = aliased(Place)
    bare = select(func.count(Place.id)).where(
        Place.kind == PlaceKind.COMMUNITY, is_open, ~exists().where(building.parent_id == Place.id)
    )
    in_use = exists().where(PlaceCode.place_id == Place.id, PlaceCode.revoked_at.is_(None))
    unlabelled = select(func.count(Place.id)).where(Place.kind == PlaceKind.ENTRANCE, is_open, ~in_use)
    return Overview(
        places=dict(session.execute(places).all()),
        organisations=dict(session.execute(organisations).all()),
        unmanaged=session.scalar(select(func.count()).select_from(nobody.subquery())) or 0,
        first_unmanaged=tuple(session.scalars(nobody.order_by(Place.sort_key, Place.id).limit(MOST_NAMED))),
        without_building=session.scalar(bare) or 0,
        without_code=session.scalar(unlabelled) or 0,
    )

"""What a new plan can be about: the places and parts of a community of which a template speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from propman.assets.models import Asset
from propman.catalogue.models import InspectionTemplate
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import places_inside
from propman.data.inspections import About, CountsFrom
from propman.inspections.models import Duty, Plan, Target
from propman.inspections.queries.wanted import ANCHORED, anchor_of
from propman.projects.models import WorkItem

_KINDS = {
    About.COMMUNITY: PlaceKind.COMMUNITY,
    About.BUILDING: PlaceKind.BUILDING,
    About.ENTRANCE: PlaceKind.ENTRANCE,
}


@dataclass(frozen=True)
class Candidate:
    """A place, or a part at a place; `anchor_on` is the day from which it is counted, where it has one of its own, and
    `counts` whether it has the one that it needs.
    """

    place_id: int
    asset_id: int | None
    name: str
    where: str | None
    type_code: str | None
    anchor_on: date | None
    counts: bool

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"part-{self.asset_id}" if self.asset_id else f"place-{self.place_id}"


def candidates(
    session: Session, community: Place, template: InspectionTemplate, counts: CountsFrom, today: date
) -> Sequence[Candidate]:
    """Everything in `community` of which `template` speaks today, by place and name."""
    if template.about is not About.PART:
        found = [one for one in places_inside(session, community, on=today) if one.kind is _KINDS[template.about]]
        return [Candidate(one.id, None, one.name, _above(one), None, None, counts not in ANCHORED) for one in found]
    query = (
        select(Asset, anchor_of(counts) if counts in ANCHORED else _last_done(template.code))
        .outerjoin(WorkItem, WorkItem.id == Asset.work_item_id)
        .join(Place, Place.id == Asset.place_id)
        .where(Asset.community_id == community.id, Asset.type_code.in_((template.asset_types or "").split(",")),
               Asset.removed_on.is_(None) | (Asset.removed_on > today), Place.open_on(today))
        .options(joinedload(Asset.place))
        .order_by(Place.sort_key, Asset.code, Asset.id)
    )  # fmt: skip
    return [
        Candidate(part.place_id, part.id, part.name, part.place.name, part.type_code,
                  anchor if counts in ANCHORED or counts is CountsFrom.COMPLETION else None,
                  anchor is not None or counts not in ANCHORED)
        for part, anchor in session.execute(query)
    ]  # fmt: skip


def _last_done(template: str) -> Any:
    """When a part was last inspected by this template."""
    done = select(func.max(Duty.done_on)).join(Duty.target).join(Target.plan)
    return done.where(Target.asset_id == Asset.id, Plan.template == template).correlate(Asset).scalar_subquery()


def _above(place: Place) -> str | None:
    return place.parent.name if place.kind is PlaceKind.ENTRANCE and place.parent else None

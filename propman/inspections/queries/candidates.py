"""What a new plan can be about: the places and parts of a community of which a template speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from propman.assets.models import Asset
from propman.catalogue.models import InspectionTemplate
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import places_inside
from propman.data.inspections import About, CountsFrom
from propman.inspections.models import Duty, Pace, Plan, PlanVersion, Target
from propman.inspections.queries.wanted import ANCHORED, anchor_of, last_version
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
        return key_of(self.place_id, self.asset_id)


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


def taken(session: Session, community_id: int, template: InspectionTemplate, schedule: str, on: date) -> frozenset[str]:
    """What has a duty of this schedule in a community on `on` or later, by `Candidate.key`; of a template that has its
    schedules as alternatives, of any of them. A plan that ends later has it up to that day.
    """
    same = [] if template.alternatives else [Plan.schedule == schedule]
    query = (
        select(Target.place_id, Target.asset_id)
        .join(Target.plan)
        .join(PlanVersion, last_version())
        .where(Plan.community_id == community_id, Plan.template == template.code,
               or_(PlanVersion.pace != Pace.ENDED, PlanVersion.first_on > on),
               or_(Target.ends_on.is_(None), Target.ends_on > on), *same)
    )  # fmt: skip
    return frozenset(key_of(place_id, asset_id) for place_id, asset_id in session.execute(query))


def in_plan(session: Session, plan: Plan) -> Sequence[Candidate]:
    """What `plan` is about now, by place and name."""
    query = (
        select(Target)
        .join(Place, Place.id == Target.place_id)
        .where(Target.plan_id == plan.id, Target.ends_on.is_(None))
        .options(joinedload(Target.place), joinedload(Target.asset))
        .order_by(Place.sort_key, Target.id)
    )
    return [
        Candidate(one.place_id, one.asset_id, one.asset.name if one.asset else one.place.name,
                  one.place.name if one.asset else _above(one.place), None, one.anchor_on, True)
        for one in session.scalars(query)
    ]  # fmt: skip


def key_of(place_id: int, asset_id: int | None) -> str:
    """How a form names a place, or a part at a place."""
    return f"part-{asset_id}" if asset_id else f"place-{place_id}"


def _last_done(template: str) -> Any:
    """When a part was last inspected by this template."""
    done = select(func.max(Duty.done_on)).join(Duty.target).join(Target.plan)
    return done.where(Target.asset_id == Asset.id, Plan.template == template).correlate(Asset).scalar_subquery()


def _above(place: Place) -> str | None:
    return place.parent.name if place.kind is PlaceKind.ENTRANCE and place.parent else None
